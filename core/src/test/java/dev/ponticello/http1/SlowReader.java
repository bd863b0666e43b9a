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
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of HTTP/1 messages once more, slow and as regular expressions, to compare the parsers with. */
final class SlowReader {
    /** A limit of bytes, lines and targets that no message comes near. */
    static final int LARGE = 1 << 16;

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

    private SlowReader() {}

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

    /**
     * Tests that a request is read as it should be, however it is cut, into the rest of it.
     *
     * @param reused a reader with {@link #LARGE} limits, reset
     * @return whether the head is whole
     */
    static boolean checkRequest(String text, Random random, RequestReader reused) {
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
        } else if (fault != null && AT_THE_END.contains(fault)) {
            assertThat(syntax).as(result).isTrue();
        } else {
            assertThat(syntax && fault != HeadFault.TARGET_HOST).as(result).isFalse();
        }
        return reused.isWhole();
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

    /** As {@link #checkRequest}, of the response to GET. */
    static boolean checkResponse(String text, Random random, ResponseReader reused) {
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
        } else {
            assertThat(syntax).as(result).isEqualTo(AT_THE_END.contains(reused.parser.fault()));
        }
        return reused.isWhole();
    }

    /** As {@link #checkRequest}, of a chunked body. */
    static boolean checkBody(String text, Random random, ChunkedReader reused) {
        String result = read(text, random, () -> new ChunkedReader(LARGE, LARGE), reused);
        StringBuilder data = new StringBuilder();
        int end = decodeSlowly(text, data);
        assertThat(reused.data()).isEqualTo(data.toString());
        assertThat(reused.decoder.isEnded()).as(result).isEqualTo(end >= 0);
        if (end >= 0) {
            Headers trailers = reused.decoder.trailers();
            assertThat(result).contains(" taken=" + end + " trailers=" + trailers);
            assertThat(String.valueOf(trailers).toLowerCase(Locale.ROOT)).doesNotContain("\nte:");
        }
        return end >= 0;
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
