package dev.ponticello.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http1.RequestParser;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ForwardingFieldsTest {
    /** What is sent to the endpoint for a head of these lines, whose Host the connection has taken out. */
    private static String sent(String peer, String... lines) {
        RequestHead head = new RequestHead();
        byte[] text = (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        if (!new RequestParser(64 * 1024, 128, 8 * 1024).parse(Unpooled.wrappedBuffer(text), head)) {
            throw new IllegalArgumentException(String.join("\n", lines));
        }
        head.headers().remove(HeaderName.HOST);
        new ForwardingFields(Objects.requireNonNull(PeerAddress.parse(peer)), null).writeTo(head);
        return head.headers().toString();
    }

    @Test
    void beginAnewWithoutAProxy() {
        assertThat(sent("203.0.113.7", "GET / HTTP/1.1", "Host: shop.example", "Accept: a")).isEqualTo("""
                Accept: a
                X-Forwarded-For: 203.0.113.7
                Forwarded: for=203.0.113.7;proto=http;host=shop.example
                X-Forwarded-Proto: http
                X-Forwarded-Host: shop.example
                Via: 1.1 ponticello
                """);
    }

    @Test
    void quoteAnAddressAndAHostThatAreNoTokens() {
        assertThat(sent("2001:db8::1", "GET / HTTP/1.1", "Host: shop.example:8080")).isEqualTo("""
                X-Forwarded-For: 2001:db8::1
                Forwarded: for="[2001:db8::1]";proto=http;host="shop.example:8080"
                X-Forwarded-Proto: http
                X-Forwarded-Host: shop.example:8080
                Via: 1.1 ponticello
                """);
        assertThat(sent("203.0.113.7", "GET / HTTP/1.1", "Host: [2001:db8::2]"))
                .contains(";host=\"[2001:db8::2]\"\n", "X-Forwarded-Host: [2001:db8::2]\n");
    }

    @Test
    void leaveOutTheHostThatARequestDoesNotName() {
        assertThat(sent("203.0.113.7", "GET / HTTP/1.0")).isEqualTo("""
                X-Forwarded-For: 203.0.113.7
                Forwarded: for=203.0.113.7;proto=http
                X-Forwarded-Proto: http
                Via: 1.0 ponticello
                """);
    }

    @Test
    void nameTheHostOfAnAbsoluteTarget() {
        assertThat(sent("203.0.113.7", "GET http://shop.example/x HTTP/1.1", "Host: shop.example"))
                .contains("X-Forwarded-Host: shop.example\n");
    }

    @Test
    void goOnWithWhatATrustedProxySaid() {
        assertThat(sent("10.0.0.1", "GET / HTTP/1.1", "Host: inner", "X-Forwarded-For: 198.51.100.1",
                "X-Forwarded-Host: shop.example", "X-Forwarded-Proto: https", "x-forwarded-for: 203.0.113.7, 10.0.0.2",
                "Forwarded: for=203.0.113.7;proto=https", "Via: 1.1 edge")).isEqualTo("""
                        X-Forwarded-Host: shop.example
                        X-Forwarded-Proto: https
                        Via: 1.1 edge
                        X-Forwarded-For: 198.51.100.1, 203.0.113.7, 10.0.0.2, 10.0.0.1
                        Forwarded: for=203.0.113.7;proto=https, for=10.0.0.1;proto=http;host=inner
                        Via: 1.1 ponticello
                        """);
    }

    @Test
    void serveOneRequestAfterTheOther() {
        ForwardingFields fields = new ForwardingFields(Objects.requireNonNull(PeerAddress.parse("10.0.0.1")), null);
        for (int length : new int[]{1000, 1, 100}) {
            RequestHead head = new RequestHead();
            String hops = "203.0.113.7, ".repeat(length) + "198.51.100.1";
            head.headers().add(HeaderName.X_FORWARDED_FOR, hops);
            fields.writeTo(head);
            assertThat(head.headers().all(HeaderName.X_FORWARDED_FOR)).containsExactly(hops + ", 10.0.0.1");
            assertThat(head.headers().all(HeaderName.FORWARDED)).containsExactly("for=10.0.0.1;proto=http");
        }
    }
}
