package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.Headers;
import dev.ponticello.http.Method;
import dev.ponticello.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Changes good and bad messages at random, and compares what is read with a slow reader made of regular expressions.
 * A failure names its seed; the same seed gives the same message.
 */
class MutationTest {
    private static final int SEEDS = 20_000;
    private static final int LARGE = 1 << 16;

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]";
    private static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]*";
    private static final String FIELDS = "((?:" + TOKEN + "+:" + TEXT + "\\r\\n)*)\\r\\n";
    private static final String URL = "[hH][tT][tT][pP][sS]?://[A-Za-z0-9._~:\\[\\]-]*(?:[/?][!-~&&[^#]]*)?";
    private static final Pattern REQUEST = Pattern.compile("(?:\\r\\n)?(" + TOKEN + "{1,32}) (/[!-~&&[^#]]*|\\*|" + URL
            + ") HTTP/1\\.([01])\\r\\n" + FIELDS);
    private static final Pattern RESPONSE = Pattern.compile("HTTP/1\\.([01]) ([1-5][0-9][0-9])(?: " + TEXT + ")?\\r\\n"
            + FIELDS);
    private static final Pattern CHUNK_LINE = Pattern.compile("([0-9A-Fa-f]+)((?:;" + TOKEN + "+(?:=(?:" + TOKEN
            + "+|\"(?:[\\t\\x20-\\x7e\\x80-\\xff&&[^\"\\\\]]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*\"))?)*)\\r\\n");
    private static final Pattern TRAILER = Pattern.compile(FIELDS);

    /** What is judged when the head is whole. */
    private static final Set<HeadFault> AT_THE_END = EnumSet.of(HeadFault.CONNECTION_TOO_LONG, HeadFault.HOST_MISSING,
            HeadFault.HOST_REPEATED,
            HeadFault.HOST_INVALID, HeadFault.HOST_CONTRADICTED, HeadFault.LENGTH_AND_ENCODING,
            HeadFault.LENGTH_REPEATED,
            HeadFault.LENGTH_INVALID, HeadFault.ENCODING_BEFORE_1_1, HeadFault.ENCODING_INVALID, HeadFault.EXPECTATION,
            HeadFault.BODY_FORBIDDEN);

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

    /** The result of the text whole, having tested that the same comes of other cuts. */
    private static String read(String text, Random random, Supplier<? extends Pieces.Reader> fresh,
            Pieces.Reader whole) {
        byte[] bytes = Pieces.bytes(text);
        String result = Pieces.cutAt(bytes, whole);
        assertThat(Pieces.inSingleBytes(bytes, fresh.get())).isEqualTo(result);
        int[] cuts = random.ints(random.nextInt(5), 0, bytes.length + 1).sorted().toArray();
        assertThat(Pieces.cutAt(bytes, fresh.get(), cuts)).isEqualTo(result);
        return result;
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
        RequestReader reused = new RequestReader(LARGE, LARGE, LARGE);
        int[] counts = new int[2];
        forEverySeed(REQUESTS, (text, random) -> {
            reused.reset();
            String result = read(text, random, () -> new RequestReader(LARGE, LARGE, LARGE), reused);
            HeadFault fault = reused.parser.fault();
            Matcher slow = REQUEST.matcher(text);
            boolean syntax = slow.lookingAt() && !slow.group(1).equals("CONNECT")
                    && (!slow.group(2).equals("*") || slow.group(1).equals("OPTIONS"));
            if (reused.isWhole()) {
                assertThat(syntax).as(result).isTrue();
                assertThat(reused.taken()).isEqualTo(slow.end());
                assertMeansTheSame(slow, reused.head);
                assertWrittenAndReadAgain(reused);
                counts[0]++;
            } else if (fault != null && AT_THE_END.contains(fault)) {
                assertThat(syntax).as(result).isTrue();
            } else {
                assertThat(syntax && fault != HeadFault.TARGET_HOST).as(result).isFalse();
                counts[1]++;
            }
        });
        assertThat(counts[0]).isGreaterThan(SEEDS / 10);
        assertThat(counts[1]).isGreaterThan(SEEDS / 10);
    }

    /** Fields of a block of lines by lower-case name, as a server without any cleverness would read them. */
    private static List<String> values(String block, String name) {
        List<String> values = new ArrayList<>();
        for (String line : block.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
                values.add(line.substring(colon + 1).replaceAll("^[ \t]+|[ \t]+$", ""));
            }
        }
        return values;
    }

    private static void assertMeansTheSame(Matcher slow, RequestHead head) {
        assertThat(head.method()).hasToString(slow.group(1));
        assertThat(slow.group(2)).endsWith(head.target().equals("*") ? "" : head.target().substring(1));
        assertThat(head.target()).matches("/.*|\\*");
        int mark = slow.group(2).indexOf('?');
        assertThat(head.query()).isEqualTo(mark < 0 ? null : slow.group(2).substring(mark + 1));
        assertThat(head.minorVersion()).hasToString(slow.group(3));
        List<String> hosts = values(slow.group(4), "host");
        assertThat(hosts).hasSizeLessThanOrEqualTo(1);
        if (!hosts.isEmpty()) {
            assertThat(head.host()).isEqualTo(hosts.getFirst());
        }
        assertFraming(slow.group(4), head.bodyLength(), 0);
    }

    private static void assertFraming(String block, long bodyLength, long unsaid) {
        List<String> lengths = values(block, "content-length");
        List<String> encodings = values(block, "transfer-encoding");
        if (!encodings.isEmpty()) {
            assertThat(lengths).isEmpty();
            assertThat(encodings).singleElement().asString().isEqualToIgnoringCase("chunked");
            assertThat(bodyLength).isEqualTo(BodyLength.CHUNKED);
        } else if (!lengths.isEmpty()) {
            assertThat(lengths).singleElement().asString().matches("[0-9]+");
            assertThat(bodyLength).isEqualTo(Long.parseLong(lengths.getFirst()));
        } else {
            assertThat(bodyLength).isEqualTo(unsaid);
        }
    }

    private static void assertWrittenAndReadAgain(RequestReader first) {
        RequestHead head = first.head;
        ByteBuf out = Unpooled.buffer();
        out.writeCharSequence(head.method() + " " + head.target() + " HTTP/1." + head.minorVersion() + "\r\n",
                StandardCharsets.ISO_8859_1);
        HeadWriter.writeFields(out, head.headers());
        out.writeCharSequence("\r\n", StandardCharsets.ISO_8859_1);
        RequestReader again = new RequestReader(LARGE, LARGE, LARGE);
        assertThat(again.read(out)).isTrue();
        assertThat(again.parser.fault()).isNull();
        assertThat(out.isReadable()).isFalse();
        assertThat(again.head).hasToString(head.toString());
        assertThat(again.head.bodyLength()).isEqualTo(head.bodyLength());
        assertThat(again.head.keepAlive()).isEqualTo(head.keepAlive());
    }

    @Test
    void readsResponsesLikeTheSlowReader() {
        ResponseReader reused = new ResponseReader(LARGE, LARGE, Method.GET);
        int[] counts = new int[2];
        forEverySeed(RESPONSES, (text, random) -> {
            reused.reset();
            String result = read(text, random, () -> new ResponseReader(LARGE, LARGE, Method.GET), reused);
            Matcher slow = RESPONSE.matcher(text);
            boolean syntax = slow.lookingAt();
            if (reused.isWhole()) {
                assertThat(syntax).as(result).isTrue();
                assertThat(result).startsWith("taken=" + slow.end() + " status=" + slow.group(2) + " minor="
                        + slow.group(1) + " ");
                int status = reused.head.status();
                if (status < 200 || status == 204 || status == 304) {
                    assertThat(reused.head.bodyLength()).isZero();
                } else {
                    assertFraming(slow.group(3), reused.head.bodyLength(), BodyLength.UNTIL_CLOSE);
                }
                counts[0]++;
            } else if (AT_THE_END.contains(reused.parser.fault())) {
                assertThat(syntax).as(result).isTrue();
            } else {
                assertThat(syntax).as(result).isFalse();
                counts[1]++;
            }
        });
        assertThat(counts[0]).isGreaterThan(SEEDS / 10);
        assertThat(counts[1]).isGreaterThan(SEEDS / 10);
    }

    @Test
    void readsBodiesLikeTheSlowReader() {
        ChunkedReader reused = new ChunkedReader(LARGE, LARGE);
        int[] counts = new int[2];
        forEverySeed(BODIES, (text, random) -> {
            reused.reset();
            String result = read(text, random, () -> new ChunkedReader(LARGE, LARGE), reused);
            StringBuilder data = new StringBuilder();
            int end = decodeSlowly(text, data);
            assertThat(reused.data()).isEqualTo(data.toString());
            if (end < 0) {
                assertThat(reused.decoder.isEnded()).as(result).isFalse();
                counts[1]++;
            } else {
                Headers trailers = reused.decoder.trailers();
                assertThat(result).contains(" taken=" + end + " trailers=" + trailers);
                assertThat(String.valueOf(trailers).toLowerCase(Locale.ROOT)).doesNotContain("\nte:");
                counts[0]++;
            }
        });
        assertThat(counts[0]).isGreaterThan(SEEDS / 10);
        assertThat(counts[1]).isGreaterThan(SEEDS / 10);
    }

    /** The end of the body, or -1 if it is cut or bad; its data, also the part before a fault, goes to {@code data}. */
    private static int decodeSlowly(String text, StringBuilder data) {
        Matcher line = CHUNK_LINE.matcher(text);
        int at = 0;
        while (line.region(at, text.length()).lookingAt()) {
            if (line.group(1).length() > 16 || new BigInteger(line.group(1), 16).bitLength() > 63
                    || line.group(2).length() > 256) {
                return -1;
            }
            long size = Long.parseLong(line.group(1), 16);
            at = line.end();
            if (size == 0) {
                Matcher trailer = TRAILER.matcher(text).region(at, text.length());
                return trailer.lookingAt() ? trailer.end() : -1;
            }
            int dataEnd = (int) Math.min(text.length(), at + Math.min(size, text.length()));
            data.append(text, at, dataEnd);
            if (dataEnd - at < size || !text.startsWith("\r\n", dataEnd)) {
                return -1;
            }
            at = dataEnd + 2;
        }
        return -1;
    }
}
