package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.http.HeaderName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ChunkedDecoderTest {
    /** Data and trailers of a body, which ends with the last byte of the text, whatever follows and however it is cut. */
    private static String decoded(String text) {
        String result = Pieces.cutEveryWay(text, ChunkedReader::new);
        assertThat(Pieces.cutEveryWay(text + "GET /next", ChunkedReader::new)).isEqualTo(result);
        assertThat(result).as(text).contains(" taken=" + text.length() + " ");
        return result.replace(" taken=" + text.length(), "");
    }

    /** Each text is refused with its last byte, not before, whatever follows and however it is cut. */
    private static void refused(BodyFault fault, String... texts) {
        for (String text : texts) {
            refusedWithin(4096, 20, fault, text);
        }
    }

    private static void refusedWithin(int trailerLimit, int fieldLimit, BodyFault fault, String text) {
        assertThat(Pieces.cutEveryWay(text, () -> new ChunkedReader(trailerLimit, fieldLimit))).as(text)
                .endsWith("fault=" + fault);
        assertThat(Pieces.cutEveryWay(text + "x\r\n\r\n", () -> new ChunkedReader(trailerLimit, fieldLimit))).as(text)
                .endsWith("fault=" + fault);
        assertThat(Pieces.doneAfter(text, new ChunkedReader(trailerLimit, fieldLimit))).as(text)
                .isEqualTo(text.length());
    }

    @Test
    void decodesChunks() {
        assertThat(decoded("3\r\nabc\r\n0B\r\n0\r\n\r\n3\r\nxyz\r\n1\r\n!\r\n0\r\n\r\n"))
                .isEqualTo("data=abc0\r\n\r\n3\r\nxyz! trailers=null");
        assertThat(decoded("0\r\n\r\n")).isEqualTo("data= trailers=null");
        assertThat(decoded("000\r\n\r\n")).isEqualTo("data= trailers=null");
        assertThat(decoded("0000000000000001\r\nx\r\n0000000000000000\r\n\r\n")).isEqualTo("data=x trailers=null");
        String data = "d".repeat(0xAF);
        assertThat(decoded("aF\r\n" + data + "\r\n0\r\n\r\n")).isEqualTo("data=" + data + " trailers=null");
    }

    @Test
    void handsOnWhatArrivedWithoutCopyingIt() {
        ByteBuf in = PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(Pieces.bytes("a\r\n01234"));
        ChunkedDecoder decoder = new ChunkedDecoder(100, 10);
        ByteBuf data = decoder.next(in);
        assertThat(data).isNotNull();
        assertThat(data.readableBytes()).isEqualTo(5);
        in.setByte(3, 'X');
        assertThat(data.getByte(data.readerIndex())).isEqualTo((byte) 'X');
        assertThat(decoder.next(in)).isNull();
        assertThat(decoder.isEnded()).isFalse();
        data.release();
        assertThat(in.refCnt()).isEqualTo(1);
        in.release();
    }

    @Test
    void takesTheLargestChunkAsItComes() {
        ChunkedDecoder decoder = new ChunkedDecoder(100, 10);
        assertThat(decoder.next(Unpooled.wrappedBuffer(Pieces.bytes("7fffffffffffffff\r\n")))).isNull();
        for (int i = 0; i < 3; i++) {
            ByteBuf in = Unpooled.wrappedBuffer(new byte[10_000]);
            ByteBuf data = decoder.next(in);
            assertThat(data).isNotNull();
            assertThat(data.readableBytes()).isEqualTo(10_000);
            assertThat(decoder.next(in)).isNull();
        }
        assertThat(decoder.fault()).isNull();
    }

    @Test
    void row05_refusesABadSize() {
        refused(BodyFault.CHUNK_SIZE, "\r", "\n", " ", ";", "x", "0x", "+", "-", "g", "1 ", "1\t", "a_", "\u00b2", "\0",
                "1\r\na\r\n\r", "1\r\na\r\n ", "1\r\na\r\ng", "5\u0080", "\u00ff");
        refused(BodyFault.CHUNK_SIZE_TOO_LARGE, "8000000000000000", "ffffffffffffffff", "FFFFFFFFFFFFFFFF",
                "00000000000000000", "10000000000000000", "0000000000000000f");
    }

    @Test
    void row05_wantsCrLf() {
        refused(BodyFault.CHUNK_LINE_END, "1\n", "1\r\r", "1\ra", "0\n", "0\ra", "1;a\n", "1;a=b\n", "1;a=\"b\"\n",
                "1;a\rb");
        refused(BodyFault.CHUNK_DATA_END, "1\r\nab", "1\r\na\n", "1\r\na\rb", "1\r\na\r\r", "1\r\na0");
        refused(BodyFault.TRAILER_MALFORMED, "0\r\n\r\r", "0\r\n\rx", "0\r\n\n");
    }

    @Test
    void row05_checksExtensionsAndDropsThem() {
        for (String extension : new String[]{";a", ";a=b", ";a=\"\"", ";a=\"x y\tz\\\"\\\\;\u00e4\"",
            ";a;b=c;d=\"e\";f",
            ";~!=%*"}) {
            assertThat(decoded("1" + extension + "\r\nx\r\n0" + extension + "\r\n\r\n"))
                    .isEqualTo("data=x trailers=null");
        }
    }

    @Test
    void row05_refusesABadExtension() {
        refused(BodyFault.CHUNK_EXTENSION, "1;\r", "1;\n", "1;;", "1;=", "1; ", "1;a ",
                "1;a=\r",
                "1;a=;", "1;a= ", "1;a=b ", "1;a=b=", "1;a=\"b\r", "1;a=\"b\n", "1;a=\"\0", "1;a=\"\u007f",
                "1;a=\"\\\r",
                "1;a=\"\\\n", "1;a=\"b\"c", "1;a=\"b\" ", "1;a,", "1;\u00e4", "1;a==", "1;a\"", "1;a=\"b\"\"");
    }

    @Test
    void row05_refusesALongExtension() {
        String longest = ";" + "a".repeat(255);
        assertThat(decoded("1" + longest + "\r\nx\r\n0\r\n\r\n")).isEqualTo("data=x trailers=null");
        refused(BodyFault.CHUNK_EXTENSION_TOO_LONG, "1" + longest + "a", "1;a=\"" + " ".repeat(252) + " ");
    }

    @Test
    void row05_refusesMuchMoreFramingThanData() {
        // Each chunk has 1 + 200 bytes in its line and the CR that ends the extension, 18 of them free.
        String chunk = "1;" + "a".repeat(199) + "\r\nx\r\n";
        int chunks = 16 * 1024 / (202 - 18) + 1;
        String text = chunk.repeat(chunks);
        ChunkedReader reader = new ChunkedReader();
        assertThat(Pieces.cutAt(Pieces.bytes(text), reader))
                .isEqualTo("data=" + "x".repeat(chunks - 1) + " fault=CHUNK_OVERHEAD");
        assertThat(Pieces.inSingleBytes(Pieces.bytes(text), new ChunkedReader()))
                .isEqualTo("data=" + "x".repeat(chunks - 1) + " fault=CHUNK_OVERHEAD");
    }

    @Test
    void row05_givesNoCreditForEarlierData() {
        String data = "64\r\n" + "d".repeat(100) + "\r\n";
        String chunk = "1;" + "a".repeat(199) + "\r\nx\r\n";
        int chunks = 16 * 1024 / (202 - 18) + 1;
        assertThat(Pieces.cutAt(Pieces.bytes(data.repeat(1_000) + chunk.repeat(chunks)), new ChunkedReader()))
                .endsWith("x".repeat(chunks - 1) + " fault=CHUNK_OVERHEAD");
    }

    @Test
    void row05_countsTheFramingOfEachBodyAnew() {
        String chunk = "1;" + "a".repeat(199) + "\r\nx\r\n";
        int most = 16 * 1024 / (202 - 18);
        ChunkedReader reader = new ChunkedReader();
        for (int body = 0; body < 2; body++) {
            assertThat(Pieces.cutAt(Pieces.bytes(chunk.repeat(most) + "0\r\n\r\n"), reader)).contains(" taken=");
            reader.reset();
        }
    }

    @Test
    void takesTinyChunksWithoutEnd() {
        ChunkedReader reader = new ChunkedReader();
        String text = "1;signature=x\r\ny\r\n".repeat(20_000) + "0\r\n\r\n";
        assertThat(Pieces.cutAt(Pieces.bytes(text), reader)).endsWith(" taken=" + text.length() + " trailers=null");
        assertThat(reader.data()).isEqualTo("y".repeat(20_000));
    }

    @Test
    void takesLongExtensionsAroundEnoughData() {
        String text = ("64;" + "a".repeat(200) + "\r\n" + "d".repeat(100) + "\r\n").repeat(2_000) + "0\r\n\r\n";
        assertThat(Pieces.cutAt(Pieces.bytes(text), new ChunkedReader())).contains(" taken=" + text.length() + " ");
    }

    @Test
    void readsTrailers() {
        assertThat(decoded("1\r\nx\r\n0\r\nX-Sum: 1 \r\nx-Other:\r\n\r\n"))
                .isEqualTo("data=x trailers=X-Sum: 1\nx-Other: \n");
    }

    @Test
    void row07_refusesBadTrailers() {
        refused(BodyFault.TRAILER_MALFORMED, "0\r\n ", "0\r\n:", "0\r\na ", "0\r\na\r", "0\r\na: b\n", "0\r\na: b\rc",
                "0\r\na: b\r\n ", "0\r\na: \0", "0\r\n\u00e4", "0\r\na: b\r\n\rx");
    }

    @Test
    void row19_dropsTrailersThatBelongInTheHead() {
        for (String name : new String[]{"content-length", "authorization", "host", "transfer-encoding", "connection",
            "cookie", "set-cookie", "expect", "te", "trailer", "content-encoding", "content-type", "content-range",
            "cache-control", "max-forwards", "proxy-authorization", "proxy-authenticate", "proxy-connection",
            "Proxy_Status", "proxy-", "keep-alive", "upgrade", "Content_Length", "content.length", "HOST",
            "x-forwarded-for", "forwarded", "www-authenticate"}) {
            assertThat(decoded("0\r\n" + name + ": 1\r\n\r\n")).as(name).isEqualTo("data= trailers=null");
            assertThat(decoded("0\r\nA: 1\r\n" + name.toUpperCase(Locale.ROOT) + ": 2\r\nB: 3\r\n\r\n")).as(name)
                    .isEqualTo("data= trailers=A: 1\nB: 3\n");
        }
        assertThat(decoded("0\r\nproxy: 1\r\nhosts: 2\r\ngrpc-status: 0\r\n\r\n"))
                .isEqualTo("data= trailers=proxy: 1\nhosts: 2\ngrpc-status: 0\n");
    }

    @Test
    void limitsTrailers() {
        String trailers = "a: 1\r\nb: 2\r\n";
        String text = "0\r\n" + trailers + "\r\n";
        int limit = trailers.length() + 2;
        assertThat(Pieces.cutEveryWay(text, () -> new ChunkedReader(limit, 2)))
                .isEqualTo("data= taken=" + text.length() + " trailers=a: 1\nb: 2\n");
        refusedWithin(limit - 1, 2, BodyFault.TRAILER_TOO_LARGE, text.substring(0, text.length() - 1));
        refusedWithin(4096, 2, BodyFault.TRAILER_TOO_MANY_FIELDS, "0\r\n" + trailers + "c");
    }

    @Test
    void readsLongTrailersAndLeavesWhatFollows() {
        String text = "0\r\nX: " + "x".repeat(3000) + "\r\nY: 1\r\n\r\n";
        byte[] bytes = Pieces.bytes(text + "n".repeat(5000));
        ChunkedReader reader = new ChunkedReader();
        assertThat(Pieces.cutAt(bytes, reader)).startsWith("data= taken=" + text.length() + " ");
        assertThat(reader.decoder.trailers()).isNotNull()
                .satisfies(trailers -> assertThat(trailers.get(HeaderName.of("y"))).isEqualTo("1"));
    }

    @Test
    void tellsNothingOfTrailersBeforeTheEnd() {
        ChunkedReader reader = new ChunkedReader();
        Pieces.cutAt(Pieces.bytes("0\r\na: 1\r\n"), reader);
        assertThat(reader.decoder.isEnded()).isFalse();
        assertThat(reader.decoder.trailers()).isNull();
    }

    @Test
    void forgetsOneBodyBeforeTheNext() {
        ChunkedReader reader = new ChunkedReader();
        Pieces.cutAt(Pieces.bytes("1;a=b\r\nx\r\n0\r\nA: 1\r\n\r\n"), reader);
        reader.reset();
        Pieces.cutAt(Pieces.bytes("fff;aaaaaaaaaaaaa"), reader);
        reader.reset();
        Pieces.cutAt(Pieces.bytes("5\r\nab"), reader);
        reader.reset();
        Pieces.cutAt(Pieces.bytes("0\r\nb: c\0"), reader);
        reader.reset();
        assertThat(Pieces.cutAt(Pieces.bytes("1\r\nz\r\n0\r\n\r\n"), reader))
                .isEqualTo("data=z taken=11 trailers=null");
    }

    @Test
    void refusesLimitsBelowOne() {
        assertThatThrownBy(() -> new ChunkedDecoder(0, 1)).hasMessage("trailer limit: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new ChunkedDecoder(1, 0)).hasMessage("field limit: 0 (expected: >= 1)");
    }
}
