package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The gateway sends a client elsewhere. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class RedirectTest {
    private static final String CONFIG = """
            listeners: [{ address: "127.0.0.1:0", encoded-slash: keep, path-parameters: allow }]
            routes:
              - { path: /old/**, answer: { redirect: { to: "https://new.example.com/{**}" } } }
              - { path: /here/**, answer: { redirect: { to: "/{**}", status: 302 } } }
              - { path: "/u/{a}/{b}", answer: { redirect: { to: "/{b}/x/{a}?v=2#top", status: 303 } } }
              - { path: /host, answer: { redirect: { to: "http://new.example.com:8080", status: 301 } } }
            """;

    @Parameter
    Transport transport = Transport.NIO;

    @Test
    void leadsElsewhereWithWhatThePathCaptured() {
        try (var gateway = TestGateway.start(transport, CONFIG)) {
            for (String[] play : new String[][]{{"/old/a/b", "308", "https://new.example.com/a/b"},
                {"/old/a?x=1&y", "308", "https://new.example.com/a?x=1&y"}, {"/old", "308", "https://new.example.com/"},
                {"/old/./%61//%7e", "308", "https://new.example.com/a/~"}, {"/here/a/?", "302", "/a/?"},
                {"/u/1/2", "303", "/2/x/1?v=2#top"}, {"/u/1/2?v=1", "303", "/2/x/1?v=2#top"},
                {"/host?x", "301", "http://new.example.com:8080/?x"}}) {
                Response response = RawClient.get(gateway.port(), play[0]);
                assertThat(response.status()).as(play[0]).isEqualTo(Integer.parseInt(play[1]));
                assertThat(response.header("Location")).as(play[0]).isEqualTo(play[2]);
                assertThat(response.header("Content-Length")).isEqualTo("0");
                assertThat(response.header("Proxy-Status")).isNull();
            }
        }
    }

    @Test
    void neverLeadsToAnAuthorityThatARequestNames() {
        try (var gateway = TestGateway.start(transport, CONFIG)) {
            for (String[] play : new String[][]{{"/here//evil.example", "/evil.example"},
                {"/here///evil.example/..x", "/evil.example/..x"}, {"/here/%2Fevil.example", "/%2Fevil.example"},
                {"/here/.//evil.example", "/evil.example"}, {"/here/@evil.example", "/@evil.example"},
                {"/here/;/evil.example", "/;/evil.example"}, {"/here/http://evil.example", "/http:/evil.example"}}) {
                assertThat(RawClient.get(gateway.port(), play[0]).header("Location")).as(play[0]).isEqualTo(play[1]);
            }
            for (String target : new String[]{"/here/\\evil.example", "/here/%5Cevil.example",
                "/here/%09/evil.example"}) {
                assertThat(RawClient.get(gateway.port(), target).status()).as(target).isEqualTo(400);
            }
        }
    }

    @Test
    void row16_writesNoLineBreakIntoALocation() {
        try (var gateway = TestGateway.start(transport, CONFIG)) {
            for (String target : new String[]{"/old/%0d%0aSet-Cookie:%20a=1", "/old/%0a", "/here/%250d%250a"}) {
                assertThat(RawClient.get(gateway.port(), target).status()).as(target).isEqualTo(400);
            }
            Response query = RawClient.get(gateway.port(), "/old/a?x=%0d%0aSet-Cookie:%20a=1");
            assertThat(query.header("Location")).isEqualTo("https://new.example.com/a?x=%0d%0aSet-Cookie:%20a=1");
            assertThat(query.header("Set-Cookie")).isNull();
            for (String target : new String[]{"/old/a?x=\r\nSet-Cookie: a=1", "/old/a?\n", "/old/a?x\ty"}) {
                try (var client = RawClient.connect(gateway.port())) {
                    client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
                    assertThat(client.readResponse().status()).as(target).isEqualTo(400);
                }
            }
        }
    }
}
