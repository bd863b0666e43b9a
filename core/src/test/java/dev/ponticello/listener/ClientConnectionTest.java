package dev.ponticello.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.Cidr;
import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.exchange.BuiltInAnswer;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Pins;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Response;
import dev.ponticello.exchange.Route;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.exchange.Target;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.Outcome;
import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PrefixTable;
import dev.ponticello.routing.RouteTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What an endpoint would be told about the client: here the answer repeats it. */
class ClientConnectionTest {
    private static final BuiltInAnswer REPEAT = (exchange, _) -> Decision.respond(Response.of(200, "text/plain",
            (exchange.clientAddress() + "\n" + exchange.request().headers()).getBytes(StandardCharsets.ISO_8859_1)));
    private static final String[] ABOUT_THE_CLIENT = {"X_Forwarded_Proto: https", "X.Forwarded.Proto: https",
        "X-Forwarded-Prefix: /admin", "x-forwarded-for: 127.0.0.1", "X-Forwarded-Anything: 1",
        "Forwarded: for=127.0.0.1", "X-Real-IP: 127.0.0.1", "X_Real_IP: 127.0.0.1", "X-Original-URL: /admin",
        "X-Rewrite-URL: /admin", "X-HTTP-Method-Override: DELETE", "X-User: root", "x_user: root", "X.User: root"};
    private static final String ANEW = """
            203.0.113.7
            Accept: a
            Accept: b
            X-Forwarded-For: 203.0.113.7
            Forwarded: for=203.0.113.7;proto=http;host=shop.example
            X-Forwarded-Proto: http
            X-Forwarded-Host: shop.example
            Via: 1.1 ponticello
            """;

    /** What is told of a request of these fields. */
    private static String told(ListenerConfig config, String peer, String... fields) {
        String answer = answer(config, peer, new Route("/**", List.of(), new Target.Answer(REPEAT)),
                "GET / HTTP/1.1\r\nHost: shop.example\r\n" + String.join("\r\n", fields) + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    /** All that the gateway writes when these bytes come. */
    private static String answer(ListenerConfig config, String peer, Route route, String request) {
        Snapshot snapshot = new Snapshot(
                RouteTable.<Route>builder().add(null, PathPattern.parse("/**"), null, route).build(),
                PrefixTable.<Route>builder().build(), route, HeaderNameSet.of(List.of(HeaderName.of("X-User"))),
                ErrorsConfig.DEFAULTS,
                List.of(), new Pins(1));
        EmbeddedChannel channel = new EmbeddedChannel();
        LoopContext loop = new LoopContext(0, channel.eventLoop(), Transport.NIO, Clock.SYSTEM, () -> 4);
        ClientConnection connection = new ClientConnection(loop, ListenerSettings.of(config, null), () -> snapshot,
                Objects.requireNonNull(PeerAddress.parse(peer)), null, loop.get(LiveConnections.SLOT));
        channel.pipeline().addLast(connection.handler());
        channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
        StringBuilder answer = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            answer.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        channel.finishAndReleaseAll();
        return answer.toString();
    }

    private static String[] between(String... fields) {
        String[] all = new String[fields.length + 2];
        all[0] = "Accept: a";
        System.arraycopy(fields, 0, all, 1, fields.length);
        all[all.length - 1] = "Accept: b";
        return all;
    }

    private static ListenerConfig config() {
        return ListenerConfig.on(ListenerAddress.parse("127.0.0.1:0"));
    }

    @Test
    void believesNothingOfWhatAClientSaysAboutItself() {
        assertThat(told(config(), "203.0.113.7", between(ABOUT_THE_CLIENT))).isEqualTo(ANEW);
    }

    @Test
    void believesNoUnderscoresEither() {
        assertThat(told(config().withUnderscores(ListenerConfig.Underscores.ALLOW), "203.0.113.7",
                between(ABOUT_THE_CLIENT))).isEqualTo(ANEW);
    }

    @Test
    void dropsOtherNamesWithUnderscoresUnlessTheyAreAllowed() {
        assertThat(told(config(), "203.0.113.7", between("a_b: 1"))).isEqualTo(ANEW);
        assertThat(told(config().withUnderscores(ListenerConfig.Underscores.ALLOW), "203.0.113.7",
                "a_b: 1", "A.B: 2")).contains("a_b: 1\nA.B: 2\n");
    }

    @Test
    void believesATrustedProxyButForTheFieldsThatTheGatewayOwns() {
        ListenerConfig trusting = config().withTrustedProxies(List.of(Cidr.parse("10.0.0.0/8")));
        assertThat(told(trusting, "10.0.0.1", "X-Forwarded-For: 127.0.0.1, 198.51.100.1", "X-Forwarded-Proto: https",
                "X-Real-IP: 198.51.100.1", "X-User: root")).isEqualTo("""
                        198.51.100.1
                        X-Forwarded-Proto: https
                        X-Real-IP: 198.51.100.1
                        X-Forwarded-For: 127.0.0.1, 198.51.100.1, 10.0.0.1
                        Forwarded: for=10.0.0.1;proto=http;host=shop.example
                        X-Forwarded-Host: shop.example
                        Via: 1.1 ponticello
                        """);
        assertThat(told(trusting, "203.0.113.7", between(ABOUT_THE_CLIENT))).isEqualTo(ANEW);
    }

    @Test
    void letsNobodyNameTheGatewaysFieldsAway() {
        assertThat(told(config(), "203.0.113.7", "Accept: a", "Accept: b",
                "Connection: x-forwarded-for, forwarded, via, x-forwarded-proto, x-forwarded-host, close"))
                .isEqualTo(ANEW);
    }

    @Test
    void aPolicyThatBreaksAtTheAnswerEndsTheExchangeOnce() {
        List<Outcome> ends = new ArrayList<>();
        Policy broken = new Policy() {
            @Override
            public void onResponse(Exchange exchange, ResponseHead response) {
                throw new IllegalStateException("a bug");
            }

            @Override
            public void onConclude(Exchange exchange, Outcome outcome) {
                ends.add(outcome);
            }
        };
        BuiltInAnswer collecting = new BuiltInAnswer() {
            @Override
            public int bodyLimit() {
                return 10;
            }

            @Override
            public Decision answer(Exchange exchange, byte[] body) {
                return Decision.respond(Response.of(200, "text/plain", body));
            }
        };
        Route route = new Route("/**", List.of(broken), new Target.Answer(collecting));
        String answer = answer(config(), "203.0.113.7", route,
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(answer).startsWith("HTTP/1.1 500 ").contains("error=proxy_internal_error; details=\"internal\"")
                .endsWith("{\"error\":\"" + FailureKind.INTERNAL.sentence() + "\"}");
        assertThat(ends).containsExactly(Outcome.failed(FailureKind.INTERNAL));
    }
}
