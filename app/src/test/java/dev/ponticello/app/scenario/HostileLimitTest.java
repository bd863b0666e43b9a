package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that want more than their share: the hostile row 53. A million keys and a clock that steps back are played in
 * core, without sockets.
 */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class HostileLimitTest {
    @Parameter
    Transport transport = Transport.NIO;

    private static final String LIMITED = """
            listeners: [{ address: "127.0.0.1:0", trusted-proxies: [127.0.0.1] }]
            routes:
              - path: /key
                policies: [{ rate-limit: { limit: 2/h, algorithm: sliding-window, by: { header: X-Key }, max-keys: 50 } }]
                answer: { respond: { body: ok } }
              - path: /address
                policies: [{ rate-limit: { limit: 2/h, algorithm: token-bucket } }]
                answer: { respond: { body: ok } }
            """;

    @Test
    void row53_whoLeavesTheFieldOutSharesOneQuotaWithAllWhoDo() {
        try (var gateway = TestGateway.start(transport, LIMITED);
                var client = RawClient.connect(gateway.port())) {
            assertThat(status(client, "/key", "X-Forwarded-For: 203.0.113.1")).isEqualTo(200);
            assertThat(status(client, "/key", "X-Key:")).isEqualTo(200);
            assertThat(status(client, "/key", "X-Forwarded-For: 203.0.113.2")).isEqualTo(429);
            assertThat(status(client, "/key", "X-Key: ", "X-Key:")).isEqualTo(429);
            assertThat(status(client, "/key", "X-Key: 1")).isEqualTo(200);
        }
    }

    @Test
    void row53_aKeyOf8KilobytesCountsToItsLastByte() {
        try (var gateway = TestGateway.start(transport, LIMITED);
                var client = RawClient.connect(gateway.port())) {
            String key = "X-Key: " + "k".repeat(8191);
            for (int status : new int[]{200, 200, 429, 429}) {
                assertThat(status(client, "/key", key + "a")).isEqualTo(status);
            }
            assertThat(status(client, "/key", key + "b")).isEqualTo(200);
        }
    }

    @Test
    void row53_moreKeysThanPlacesTakeNothingFromWhoWasThereBefore() {
        try (var gateway = TestGateway.start(transport, LIMITED);
                var client = RawClient.connect(gateway.port())) {
            assertThat(status(client, "/key", "X-Key: mine")).isEqualTo(200);
            int passed = 0;
            for (int i = 0; i < 2000; i++) {
                passed += status(client, "/key", "X-Key: " + i) == 200 ? 1 : 0;
            }
            assertThat(passed).as("49 with a place, and all others together").isEqualTo(49 + 2);
            Response mine = ask(client, "/key", "X-Key: mine");
            assertThat(mine.status()).isEqualTo(200);
            assertThat(mine.header("X-RateLimit-Remaining")).isEqualTo("0");
        }
    }

    @Test
    void row53_aNetworkOfIpv6AddressesIsOneClient() {
        try (var gateway = TestGateway.start(transport, LIMITED);
                var client = RawClient.connect(gateway.port())) {
            int passed = 0;
            for (int i = 0; i < 500; i++) {
                passed += status(client, "/address", "X-Forwarded-For: 2001:db8::" + Integer.toHexString(i)) == 200 ? 1
                        : 0;
            }
            assertThat(passed).isEqualTo(2);
            assertThat(status(client, "/address", "X-Forwarded-For: 2001:db8:0:1::1")).isEqualTo(200);
        }
    }

    private static int status(RawClient client, String path, String... fields) {
        return ask(client, path, fields).status();
    }

    private static Response ask(RawClient client, String path, String... fields) {
        return client.ask("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields) + "\r\n\r\n");
    }
}
