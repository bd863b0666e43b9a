package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** How many requests get through: by each algorithm, and counted by each kind of key. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class RateLimitTest {
    @Parameter
    Transport transport = Transport.NIO;

    // ---- algorithms

    @Test
    void aFixedWindowGivesItsLimitInEachHourOfTheClock() {
        try (var gateway = start("limit: 3/h");
                var client = RawClient.connect(gateway.port())) {
            Response first;
            Response last;
            int round = 0;
            do {
                round++;
                first = ask(client, "GET /a", "X-Forwarded-For: 203.0.113." + round);
                assertTells(first, 3, 2, 3600);
                ask(client, "GET /a", "X-Forwarded-For: 203.0.113." + round);
                ask(client, "GET /a", "X-Forwarded-For: 203.0.113." + round);
                last = ask(client, "GET /a", "X-Forwarded-For: 203.0.113." + round);
            } while (reset(first) != reset(last));
            assertThat(reset(last) % 3600).as("aligned to the epoch").isZero();
            assertRefused(last, 3, 3600, 1, 3600);
            assertThat(ask(client, "GET /a", "X-Forwarded-For: 203.0.113.99").status()).isEqualTo(200);
        }
    }

    @Test
    void aSlidingWindowGivesItsLimitInTheLastHour() {
        try (var gateway = start("limit: 3/h, algorithm: sliding-window");
                var client = RawClient.connect(gateway.port())) {
            for (int remaining = 2; remaining >= 0; remaining--) {
                assertTells(ask(client, "GET /a"), 3, remaining, 3600);
            }
            Response refused = ask(client, "GET /a");
            assertRefused(refused, 3, 3600, 3500, 3601);
            assertThat(reset(refused)).isGreaterThan(System.currentTimeMillis() / 1000 + 3600);
        }
    }

    @Test
    void aTokenBucketGivesItsBurstAtOnce() {
        try (var gateway = start("limit: 60/h, algorithm: token-bucket, burst: 3");
                var client = RawClient.connect(gateway.port())) {
            for (int remaining = 2; remaining >= 0; remaining--) {
                assertTells(ask(client, "GET /a"), 3, remaining, 180);
            }
            assertRefused(ask(client, "GET /a"), 3, 180, 1, 60);
        }
    }

    @Test
    void aTokenBucketWithoutABurstHoldsItsLimit() {
        try (var gateway = start("limit: 2/h, algorithm: token-bucket");
                var client = RawClient.connect(gateway.port())) {
            assertTells(ask(client, "GET /a"), 2, 1, 3600);
            assertTells(ask(client, "GET /a"), 2, 0, 3600);
            assertRefused(ask(client, "GET /a"), 2, 3600, 1700, 1800);
        }
    }

    @Test
    void whoeverWaitsGetsThrough() {
        for (String algorithm : new String[]{"fixed-window", "sliding-window", "token-bucket"}) {
            try (var gateway = start("limit: 2/s, algorithm: " + algorithm);
                    var client = RawClient.connect(gateway.port())) {
                Await.until("a refusal", () -> ask(client, "GET /a").status() == 429);
                Await.until("an answer", () -> ask(client, "GET /a").status() == 200);
            }
        }
    }

    @Test
    void whatIsRefusedReachesNoEndpoint() {
        try (var endpoint = ScriptedEndpoint.answering(200, "hello", "X-RateLimit-Limit: 5", "RateLimit: mine");
                var gateway = TestGateway.start(transport,
                        """
                                upstreams:
                                  users: { endpoints: ["%s"] }
                                routes:
                                  - { path: /**, to: users, policies: [{ rate-limit: { limit: 1/h, algorithm: token-bucket } }] }
                                """
                                .formatted(endpoint.url()));
                var client = RawClient.connect(gateway.port())) {
            Response passed = ask(client, "GET /x");
            assertThat(passed.bodyText()).isEqualTo("hello");
            assertThat(passed.header("X-RateLimit-Limit")).as("the gateway's, not the endpoint's").isEqualTo("1");
            assertThat(passed.header("RateLimit")).startsWith("\"default\";r=0;t=");
            assertThat(ask(client, "GET /x").status()).isEqualTo(429);
            assertThat(endpoint.requests()).isEqualTo(1);
        }
    }

    // ---- keys

    @Test
    void addressesCountByTheirPrefixes() {
        try (var gateway = start(byHour("client-address, ipv4-prefix: 24, ipv6-prefix: 48"));
                var client = RawClient.connect(gateway.port())) {
            assertThat(status(client, "GET /a", "X-Forwarded-For: 203.0.113.7")).isEqualTo(200);
            assertThat(status(client, "GET /b", "X-Forwarded-For: 203.0.113.8")).isEqualTo(429);
            assertThat(status(client, "GET /a", "X-Forwarded-For: 203.0.114.7")).isEqualTo(200);
            assertThat(status(client, "GET /a", "X-Forwarded-For: 2001:db8:1:2::3")).isEqualTo(200);
            assertThat(status(client, "GET /a", "X-Forwarded-For: 2001:db8:1:ffff::3")).isEqualTo(429);
            assertThat(status(client, "GET /a", "X-Forwarded-For: 2001:db8:2:2::3")).isEqualTo(200);
        }
    }

    @Test
    void routesCountApartAndUnknownPathsTogether() {
        try (var gateway = start(byHour("route"));
                var client = RawClient.connect(gateway.port())) {
            assertThat(status(client, "GET /a", "X-Forwarded-For: 203.0.113.1")).isEqualTo(200);
            assertThat(status(client, "GET /a", "X-Forwarded-For: 203.0.113.2")).isEqualTo(429);
            assertThat(status(client, "PUT /a")).as("a route of its own").isEqualTo(200);
            assertThat(status(client, "GET /b")).isEqualTo(200);
            assertThat(status(client, "PUT /b")).as("the same route").isEqualTo(429);
            assertThat(status(client, "GET /x")).isEqualTo(404);
            assertThat(status(client, "GET /y")).isEqualTo(429);
        }
    }

    @Test
    void fieldsCountByAllTheirValues() {
        try (var gateway = start(byHour("{ header: X-Key }"));
                var client = RawClient.connect(gateway.port())) {
            assertThat(status(client, "GET /a", "X-Key: 1")).isEqualTo(200);
            assertThat(status(client, "GET /b", "x-key: 1", "X-Forwarded-For: 203.0.113.9")).isEqualTo(429);
            assertThat(status(client, "GET /a", "X-Key: 2")).isEqualTo(200);
            assertThat(status(client, "GET /a", "X-Key: 1", "X-Key: 2")).isEqualTo(200);
            assertThat(status(client, "GET /a", "X-Key: 1", "X-Other: 1", "X-Key: 2")).isEqualTo(429);
        }
    }

    @Test
    void claimsCountWhateverAddressTheyComeFrom() {
        String yaml = """
                listeners: [{ address: "127.0.0.1:0", trusted-proxies: [127.0.0.1] }]
                policies:
                  - bearer-token: { algorithms: [HS256], secret: "${SECRET}" }
                  - rate-limit: { limit: 1/h, algorithm: sliding-window, by: { claim: sub } }
                routes:
                  - { path: /a, answer: { respond: { body: a } } }
                """;
        try (var gateway = TestGateway.start(transport, yaml);
                var client = RawClient.connect(gateway.port())) {
            String alice = "Authorization: Bearer " + Tokens.claiming("{\"sub\":\"alice\",\"exp\":9999999999}");
            String alice2 = "Authorization: Bearer " + Tokens.claiming("{\"exp\":9999999998,\"sub\":\"alice\"}");
            String bob = "Authorization: Bearer " + Tokens.claiming("{\"sub\":\"bob\",\"exp\":9999999999}");
            String nobody = "Authorization: Bearer " + Tokens.claiming("{\"exp\":9999999999}");
            assertThat(status(client, "GET /a", alice)).isEqualTo(200);
            assertThat(status(client, "GET /a", alice2, "X-Forwarded-For: 203.0.113.9")).isEqualTo(429);
            assertThat(status(client, "GET /a", bob)).isEqualTo(200);
            assertThat(status(client, "GET /a", nobody)).isEqualTo(200);
            assertThat(status(client, "GET /a", nobody, "X-Forwarded-For: 203.0.113.9")).isEqualTo(429);
            assertThat(ask(client, "GET /a").status()).as("it has not come to the limit").isEqualTo(401);
        }
    }

    @Test
    void eachMixOfAListCountsApart() {
        try (var gateway = start(byHour("[client-address, route, { header: X-Key }]"));
                var client = RawClient.connect(gateway.port())) {
            for (String request : new String[]{"GET /a", "GET /b"}) {
                for (String key : new String[]{"X-Key: 1", "X-Key: 2", "X-None: 1"}) {
                    for (String address : new String[]{"203.0.113.1", "203.0.113.2"}) {
                        String from = "X-Forwarded-For: " + address;
                        assertThat(status(client, request, key, from)).as("%s %s %s", request, key, from)
                                .isEqualTo(200);
                        assertThat(status(client, request, key, from)).isEqualTo(429);
                    }
                }
            }
        }
    }

    // ---- several in a chain

    @Test
    void severalLimitsAreAllListedAndTheScarcestIsTold() {
        String yaml = """
                policies:
                  - rate-limit: { limit: 60/h, algorithm: token-bucket, burst: 5 }
                groups:
                  - path: /api
                    policies:
                      - rate-limit: { name: inner, limit: 3/h, algorithm: sliding-window }
                    routes:
                      - { path: /a, policies: [{ rate-limit: { limit: 9/h, algorithm: sliding-window, by: route } }],
                          answer: { respond: { body: a } } }
                """;
        try (var gateway = TestGateway.start(transport, yaml);
                var client = RawClient.connect(gateway.port())) {
            Response response = ask(client, "GET /api/a");
            assertThat(response.header("RateLimit-Policy")).isEqualTo(
                    "\"default\";q=5;w=300, \"inner\";q=3;w=3600, \"default-2\";q=9;w=3600");
            assertThat(response.header("RateLimit")).startsWith("\"inner\";r=2;t=");
            assertThat(response.header("X-RateLimit-Limit")).isEqualTo("3");
            assertThat(response.header("X-RateLimit-Remaining")).isEqualTo("2");
            ask(client, "GET /elsewhere");
            ask(client, "GET /elsewhere");
            response = ask(client, "GET /api/a");
            assertThat(response.header("RateLimit")).startsWith("\"inner\";r=1;t=");
            response = ask(client, "GET /elsewhere");
            assertThat(response.header("RateLimit-Policy")).isEqualTo("\"default\";q=5;w=300");
            response = ask(client, "GET /api/a");
            assertThat(response.status()).isEqualTo(429);
            assertThat(response.header("RateLimit-Policy")).as("the others took no part")
                    .isEqualTo("\"default\";q=5;w=300");
        }
    }

    /** With one limit before everything; clients are told apart by X-Forwarded-For. */
    private TestGateway start(String settings) {
        return TestGateway.start(transport, """
                listeners: [{ address: "127.0.0.1:0", trusted-proxies: [127.0.0.1] }]
                policies:
                  - rate-limit: { name: api, %s }
                routes:
                  - { path: /a, methods: [GET], answer: { respond: { body: a } } }
                  - { path: /a, methods: [PUT], answer: { respond: { body: a } } }
                  - { path: /b, answer: { respond: { body: b } } }
                """.formatted(settings));
    }

    /** One request an hour, counted by something, and free of the borders of the clock. */
    private static String byHour(String by) {
        return "limit: 1/h, algorithm: sliding-window, by: " + by;
    }

    private static int status(RawClient client, String request, String... fields) {
        return ask(client, request, fields).status();
    }

    private static Response ask(RawClient client, String request, String... fields) {
        return client.ask(request + " HTTP/1.1\r\nHost: a\r\n"
                + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n") + "\r\n");
    }

    private static long reset(Response response) {
        return Long.parseLong(Objects.requireNonNull(response.header("X-RateLimit-Reset")));
    }

    private static void assertTells(Response response, int quota, int remaining, int window) {
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("X-RateLimit-Limit")).isEqualTo(Integer.toString(quota));
        assertThat(response.header("X-RateLimit-Remaining")).isEqualTo(Integer.toString(remaining));
        assertThat(reset(response)).isGreaterThan(System.currentTimeMillis() / 1000 - 1);
        assertThat(response.header("RateLimit-Policy")).isEqualTo("\"api\";q=" + quota + ";w=" + window);
        assertThat(response.header("RateLimit")).matches("\"api\";r=" + remaining + ";t=\\d+");
    }

    private static void assertRefused(Response response, int quota, int window, int leastWait, int mostWait) {
        assertThat(response.status()).isEqualTo(429);
        String seconds = response.header("Retry-After");
        assertThat(Integer.parseInt(String.valueOf(seconds))).isBetween(leastWait, mostWait);
        assertThat(response.bodyText())
                .isEqualTo("{\"error\":\"Rate limit exceeded\",\"retry_after\":" + seconds + "}");
        assertThat(response.header("X-RateLimit-Limit")).isEqualTo(Integer.toString(quota));
        assertThat(response.header("X-RateLimit-Remaining")).isEqualTo("0");
        assertThat(response.header("RateLimit-Policy")).isEqualTo("\"api\";q=" + quota + ";w=" + window);
        assertThat(response.header("RateLimit")).isEqualTo("\"api\";r=0;t=" + seconds);
    }
}
