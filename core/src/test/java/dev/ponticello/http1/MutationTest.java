package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.Method;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/**
 * Changes good and bad messages at random, and compares what is read with the {@link SlowReader}. A failure names its seed;
 * the same seed gives the same message.
 */
class MutationTest {
    private static final int SEEDS = 20_000;

    private static final List<String> REQUESTS = List.of(
            "GET /a/b?c=d HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\nUser-Agent: x (y; z) \u00e4\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a:80\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\nhello, world",
            "POST /x HTTP/1.1\r\nHost: [::1]:8080\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
            "GET http://a.example:80?q HTTP/1.1\r\nHost: A.example:80\r\nX_Y: z\r\n\r\n",
            "OPTIONS * HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "OPTIONS https://h HTTP/1.0\r\nHost: h\r\n\r\n",
            "\r\nDELETE /long/" + "p".repeat(60) + " HTTP/1.1\r\nHost: a\r\nCookie: " + "c".repeat(90) + "\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
    private static final List<String> RESPONSES = List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: x\r\nDate: Mon, 23 Nov 2026 18:18:18 GMT\r\n\r\nhello",
            "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.0 404 Not \u00e4\r\n\r\nrest",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close, x\r\n\r\n");
    private static final List<String> BODIES = List.of("5\r\nhello\r\n0\r\n\r\n",
            "1\r\na\r\nA;x=y;z=\"q \\\" r\"\r\n0123456789\r\n00\r\nX-Sum: 1\r\nTE: x\r\nGrpc-Status: 0\r\n\r\nnext",
            "20\r\n" + "x".repeat(32) + "\r\n3\r\n\r\n0\r\n0;a\r\n\r\nGET /", "7fffffffffffffff\r\nendless");
    private static final List<String> PARTS = List.of("\r\n", "\r", "\n", " ", "\t", ":", "\0", ";", "=", "\"", ",",
            "\r\n\r\n",
            "0", "1", "f", "x", "/", "?", "#", "*", "%", "\u0080", "\u00ff", "\u007f", "_", "Host: b\r\n", "Host",
            "Content-Length: 12\r\n", "Transfer-Encoding: chunked\r\n", "HTTP/1.1", "HTTP/1.0", "OPTIONS", "CONNECT",
            "http://a.example", "\r\n0\r\n\r\n", "Expect: 100-continue\r\n", "65536", "9223372036854775807");

    private static String mutated(List<String> corpus, Random random) {
        StringBuilder text = new StringBuilder(corpus.get(random.nextInt(corpus.size())));
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int from = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), from + random.nextInt(random.nextBoolean() ? 3 : 30));
            switch (random.nextInt(6)) {
                case 0 -> text.delete(from, to);
                case 1 -> text.insert(from, text.substring(from, to));
                case 2 -> text.insert(from, PARTS.get(random.nextInt(PARTS.size())));
                case 3 -> text.replace(from, to, PARTS.get(random.nextInt(PARTS.size())));
                case 4 -> text.replace(from, Math.min(text.length(), from + 1), "" + (char) random.nextInt(256));
                default -> text.setLength(from);
            }
        }
        return text.toString();
    }

    private static void forEverySeed(List<String> corpus, BiConsumer<String, Random> test) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            String text = mutated(corpus, random);
            try {
                test.accept(text, random);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ": " + text.replace("\r", "\\r").replace("\n", "\\n\n"), e);
            }
        }
    }

    @Test
    void readsRequestsLikeTheSlowReader() {
        RequestReader reused = new RequestReader(SlowReader.LARGE, SlowReader.LARGE, SlowReader.LARGE);
        int[] counts = new int[2];
        forEverySeed(REQUESTS, (text, random) -> {
            reused.reset();
            counts[SlowReader.checkRequest(text, random, reused) ? 0 : 1]++;
        });
        assertThat(counts[0]).isGreaterThan(SEEDS / 10);
        assertThat(counts[1]).isGreaterThan(SEEDS / 10);
    }

    @Test
    void readsResponsesLikeTheSlowReader() {
        ResponseReader reused = new ResponseReader(SlowReader.LARGE, SlowReader.LARGE, Method.GET);
        int[] counts = new int[2];
        forEverySeed(RESPONSES, (text, random) -> {
            reused.reset();
            counts[SlowReader.checkResponse(text, random, reused) ? 0 : 1]++;
        });
        assertThat(counts[0]).isGreaterThan(SEEDS / 10);
        assertThat(counts[1]).isGreaterThan(SEEDS / 10);
    }

    @Test
    void readsBodiesLikeTheSlowReader() {
        ChunkedReader reused = new ChunkedReader(SlowReader.LARGE, SlowReader.LARGE);
        int[] counts = new int[2];
        forEverySeed(BODIES, (text, random) -> {
            reused.reset();
            counts[SlowReader.checkBody(text, random, reused) ? 0 : 1]++;
        });
        assertThat(counts[0]).isGreaterThan(SEEDS / 10);
        assertThat(counts[1]).isGreaterThan(SEEDS / 10);
    }
}
