package dev.ponticello.coding;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GzipTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final ByteArrayOutputStream coded = new ByteArrayOutputStream();

    @AfterEach
    void everyBufferIsReleased() {
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void beginsAndEndsAsGzipSays() throws IOException {
        byte[] made = code("hello, hello, hello".getBytes(StandardCharsets.US_ASCII), 100);
        assertThat(made).startsWith(0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF);
        // CRC-32 and length, the least byte first
        assertThat(made).endsWith(0x9F, 0xA1, 0xCA, 0x09, 19, 0, 0, 0);
        assertThat(decode(made)).isEqualTo("hello, hello, hello".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void codesAnEmptyBody() throws IOException {
        assertThat(decode(code(new byte[0], 1))).isEmpty();
    }

    @Test
    void codesAnyBodyInAnyPieces() throws IOException {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            byte[] body = new byte[random.nextInt(200_000)];
            // From noise, which grows, to one letter, which shrinks to nothing.
            int letters = 1 << random.nextInt(9);
            for (int i = 0; i < body.length; i++) {
                body[i] = (byte) random.nextInt(letters);
            }
            try (Gzip gzip = new Gzip(allocator)) {
                coded.reset();
                for (int at = 0; at < body.length;) {
                    int size = Math.min(body.length - at, 1 + random.nextInt(1 << random.nextInt(17)));
                    take(gzip.code(piece(random.nextInt(4), body, at, size)));
                    at += size;
                    if (random.nextInt(4) == 0) {
                        take(gzip.flush());
                    }
                }
                take(gzip.finish());
            }
            assertThat(decode(coded.toByteArray())).as("seed " + seed).isEqualTo(body);
        }
    }

    @Test
    void letsTheReceiverDecodeAllThatWasTakenAfterAFlush() throws Exception {
        try (Gzip gzip = new Gzip(allocator); Inflater inflater = new Inflater(true)) {
            for (String event : new String[]{"data: one\n\n", "data: two\n\n"}) {
                coded.reset();
                take(gzip.code(Unpooled.copiedBuffer(event, StandardCharsets.US_ASCII)));
                assertThat(coded.size()).isZero();
                take(gzip.flush());
                byte[] made = coded.toByteArray();
                int header = event.contains("one") ? 10 : 0;
                inflater.setInput(made, header, made.length - header);
                byte[] out = new byte[100];
                assertThat(new String(out, 0, inflater.inflate(out), StandardCharsets.US_ASCII)).isEqualTo(event);
            }
        }
    }

    @Test
    void flushesMoreThanOneBufferHolds() throws Exception {
        byte[] noise = new byte[15_000];
        new Random(1).nextBytes(noise);
        try (Gzip gzip = new Gzip(allocator); Inflater inflater = new Inflater(true)) {
            coded.reset();
            take(gzip.code(Unpooled.wrappedBuffer(noise)));
            take(gzip.flush());
            byte[] out = new byte[noise.length + 1];
            inflater.setInput(coded.toByteArray(), 10, coded.size() - 10);
            assertThat(inflater.inflate(out)).isEqualTo(noise.length);
        }
    }

    @Test
    void flushesNothingWhenNothingWasTaken() {
        try (Gzip gzip = new Gzip(allocator)) {
            assertThat(gzip.flush().readableBytes()).isZero();
            take(gzip.code(Unpooled.copiedBuffer("x", StandardCharsets.US_ASCII)));
            take(gzip.flush());
            assertThat(gzip.flush().readableBytes()).isZero();
        }
    }

    @Test
    void makesTextMuchSmaller() {
        byte[] json = "{\"id\":1,\"name\":\"Alice\"},".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        assertThat(code(json, 8192)).hasSizeLessThan(json.length / 50);
    }

    @Test
    void letsGoOfWhatItHoldsWhenItIsCutShort() {
        Gzip gzip = new Gzip(allocator);
        take(gzip.code(Unpooled.copiedBuffer("x".repeat(100), StandardCharsets.US_ASCII)));
        gzip.close();
    }

    @Test
    void releasesWhatItTakes() {
        ByteBuf data = allocator.buffer().writeBytes("x".getBytes(StandardCharsets.US_ASCII));
        try (Gzip gzip = new Gzip(allocator)) {
            take(gzip.code(data));
        }
        assertThat(data.refCnt()).isZero();
    }

    private byte[] code(byte[] body, int pieceSize) {
        coded.reset();
        try (Gzip gzip = new Gzip(allocator)) {
            for (int at = 0; at < body.length; at += pieceSize) {
                take(gzip.code(Unpooled.wrappedBuffer(body, at, Math.min(pieceSize, body.length - at))));
            }
            take(gzip.finish());
        }
        return coded.toByteArray();
    }

    /** The same bytes as one of the kinds of buffers that bodies come in. */
    private ByteBuf piece(int kind, byte[] body, int from, int size) {
        return switch (kind) {
            case 0 -> Unpooled.wrappedBuffer(body, from, size);
            case 1 -> allocator.directBuffer(size).writeBytes(body, from, size);
            case 2 -> ByteBufAllocator.DEFAULT.directBuffer(size).writeBytes(body, from, size);
            default -> {
                CompositeByteBuf whole = allocator.compositeBuffer();
                int half = size / 2;
                whole.addComponent(true, allocator.directBuffer(half + 1).writeBytes(body, from, half));
                whole.addComponent(true, allocator.heapBuffer(size).writeBytes(body, from + half, size - half));
                yield whole;
            }
        };
    }

    private void take(ByteBuf made) {
        try {
            made.readBytes(coded, made.readableBytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            made.release();
        }
    }

    private static byte[] decode(byte[] coded) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(coded))) {
            return in.readAllBytes();
        }
    }
}
