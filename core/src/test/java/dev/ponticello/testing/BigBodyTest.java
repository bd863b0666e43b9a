package dev.ponticello.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BigBodyTest {
    private static final BigBody UP = new BigBody(8 * 1024 * 1024 + 3, 1);
    private static final BigBody DOWN = new BigBody(8 * 1024 * 1024 + 5, 2);

    @Test
    void passesBothWaysAtOnce() {
        var upload = UP.verifier();
        var download = DOWN.verifier();
        try (var endpoint = ScriptedEndpoint.start();
                var client = RawClient.connect(endpoint.port())) {
            endpoint.onRequest(connection -> {
                var answering = Meanwhile.play(() -> {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(DOWN.size()));
                    DOWN.sendTo(connection);
                });
                connection.readBody(upload);
                answering.join();
            });
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            var sending = Meanwhile.play(() -> UP.sendChunkedTo(client, 10_007));
            client.readResponse("POST", download);
            sending.join();
        }
        upload.assertWhole();
        download.assertWhole();
    }

    @Test
    void findsTheFirstWrongByte() {
        byte[] bytes = wire(new BigBody(100, 7));
        bytes[50] ^= 1;
        var verifier = new BigBody(100, 7).verifier();
        verifier.write(bytes, 0, 50);
        assertThat(verifier.received()).isEqualTo(50);
        assertThatThrownBy(() -> verifier.write(bytes, 50, 50)).hasMessageContaining("body byte 50: ");
        assertThatThrownBy(verifier::assertWhole).hasMessage("body: 50 bytes (expected: 100)");
    }

    @Test
    void findsBytesThatAreLostDoubledOrTooMany() {
        byte[] bytes = wire(new BigBody(100, 7));
        assertThatThrownBy(() -> new BigBody(100, 7).verifier().write(bytes, 1, 99)).hasMessageContaining("byte 0");
        assertThatThrownBy(() -> new BigBody(100, 8).verifier().write(bytes, 0, 100)).hasMessageContaining("byte 0");
        assertThatThrownBy(() -> new BigBody(99, 7).verifier().write(bytes, 0, 100))
                .hasMessage("body: over 99 bytes (expected: 99)");
    }

    @Test
    void isHeldBackByAReaderThatDoesNotRead() {
        var body = new BigBody(64 * 1024 * 1024, 3);
        var go = new Cue();
        var received = body.verifier();
        try (var endpoint = ScriptedEndpoint.playingWithSmallBuffers(connection -> {
            go.await();
            connection.readBody(received);
        });
                var client = RawClient.connectWithSmallBuffers(endpoint.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n".formatted(body.size()));
            var sending = Meanwhile.play(() -> body.sendTo(client));
            assertThat(Await.settled("sent", client::sent, RawConnection.QUIET)).isLessThan(1024 * 1024);
            go.give();
            sending.join();
        }
        received.assertWhole();
    }

    @Test
    void awaitsAFactThatAnotherThreadBringsAbout() {
        var count = new AtomicLong();
        var counting = Meanwhile.play(() -> {
            while (count.incrementAndGet() < 1_000_000) {}
        });
        Await.until("counted", () -> count.get() == 1_000_000);
        counting.join();
    }

    private static byte[] wire(BigBody body) {
        var sink = new ByteArrayOutputStream();
        try (var endpoint = ScriptedEndpoint.playing(connection -> {
            connection.send("HTTP/1.1 200 OK\r\n\r\n");
            body.sendTo(connection);
            connection.close();
        });
                var client = RawClient.connect(endpoint.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            client.readResponse("GET", sink);
        }
        return sink.toByteArray();
    }
}
