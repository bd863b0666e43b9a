package dev.ponticello.coding;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.ponticello.http.BodyCoding;
import dev.ponticello.loop.Clock;
import dev.ponticello.loop.EventLoops;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContentCodingTest {
    private final EventLoops loops = new EventLoops(Transport.NIO, 1, Clock.SYSTEM, () -> 0);
    private final LoopContext loop = loops.contexts().getFirst();
    private final ByteArrayOutputStream coded = new ByteArrayOutputStream();

    @BeforeEach
    void theMachineHasEveryCoding() {
        for (ContentCoding coding : ContentCoding.values()) {
            assertThat(coding.absence()).as(coding.label()).isNull();
        }
    }

    @AfterEach
    void noCoderIsLeft() {
        assertThat(loop.get(Coders.SLOT).bytes()).isZero();
        loops.stop().join();
    }

    @ParameterizedTest
    @EnumSource
    void codesAnEmptyBody(ContentCoding coding) throws IOException {
        assertThat(Decoders.decode(coding, code(coding, new byte[0], 1))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void codesAnyBodyInAnyPieces(ContentCoding coding) throws IOException {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            // Longer than every window, sometimes.
            byte[] body = new byte[random.nextInt(seed % 10 == 0 ? 900_000 : 200_000)];
            // From noise, which grows, to one letter, which shrinks to nothing.
            int letters = 1 << random.nextInt(9);
            for (int i = 0; i < body.length; i++) {
                body[i] = (byte) random.nextInt(letters);
            }
            coded.reset();
            try (BodyCoding coder = begin(coding)) {
                for (int at = 0; at < body.length;) {
                    int size = Math.min(body.length - at, 1 + random.nextInt(1 << random.nextInt(17)));
                    take(coder.code(piece(random.nextInt(4), body, at, size)));
                    at += size;
                    if (random.nextInt(4) == 0) {
                        take(coder.flush());
                    }
                }
                take(coder.finish());
            }
            assertThat(Decoders.decode(coding, coded.toByteArray())).as("seed " + seed).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @EnumSource
    void letsTheReceiverDecodeAllThatWasTakenAfterAFlush(ContentCoding coding) throws IOException {
        byte[] noise = new byte[15_000];
        new Random(1).nextBytes(noise);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (BodyCoding coder = begin(coding)) {
            for (byte[] event : List.of(ascii("data: one\n\n"), ascii("data: two\n\n"), noise, ascii("data: 3\n\n"))) {
                body.writeBytes(event);
                take(coder.code(Unpooled.wrappedBuffer(event)));
                take(coder.flush());
                assertThat(Decoders.decodeBegun(coding, coded.toByteArray())).isEqualTo(body.toByteArray());
            }
            take(coder.finish());
        }
        assertThat(Decoders.decode(coding, coded.toByteArray())).isEqualTo(body.toByteArray());
    }

    @ParameterizedTest
    @EnumSource
    void writesIntoBuffersOfTheLoopsPool(ContentCoding coding) {
        try (BodyCoding coder = begin(coding)) {
            assertThat(coder.code(Unpooled.wrappedBuffer(ascii("x"))).readableBytes()).isZero();
            ByteBuf end = coder.finish();
            assertThat(end.alloc()).isSameAs(loop.sockets().allocator()).isNotSameAs(ByteBufAllocator.DEFAULT);
            end.release();
        }
    }

    @ParameterizedTest
    @EnumSource
    void flushesNothingWhenNothingWasTaken(ContentCoding coding) {
        try (BodyCoding coder = begin(coding)) {
            assertThat(coder.flush().readableBytes()).isZero();
            take(coder.code(Unpooled.wrappedBuffer(ascii("x"))));
            take(coder.flush());
            assertThat(coder.flush().readableBytes()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void holdsBackWhatIsTooLittleForAPiece(ContentCoding coding) {
        try (BodyCoding coder = begin(coding)) {
            assertThat(coder.code(Unpooled.wrappedBuffer(ascii("x".repeat(100)))).readableBytes()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void makesTextMuchSmaller(ContentCoding coding) {
        byte[] json = ascii("{\"id\":1,\"name\":\"Alice\"},".repeat(1000));
        assertThat(code(coding, json, 8192)).hasSizeLessThan(json.length / 50);
    }

    @ParameterizedTest
    @EnumSource
    void releasesWhatItTakes(ContentCoding coding) {
        ByteBuf data = ByteBufAllocator.DEFAULT.buffer().writeBytes(ascii("x"));
        try (BodyCoding coder = begin(coding)) {
            take(coder.code(data));
        }
        assertThat(data.refCnt()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void codesAfterABodyThatWasCutShort(ContentCoding coding) throws IOException {
        for (int i = 0; i < 10; i++) {
            try (BodyCoding cut = begin(coding)) {
                take(cut.code(Unpooled.wrappedBuffer(ascii("y".repeat(100 * i)))));
            }
            byte[] body = ascii("x".repeat(3000));
            assertThat(Decoders.decode(coding, code(coding, body, 1000))).isEqualTo(body);
        }
    }

    /** The memory of 400 coders would be 100 MiB or more. */
    @ParameterizedTest
    @EnumSource
    void freesItsMemoryWhenItIsCutShort(ContentCoding coding) {
        byte[] body = new byte[60_000];
        new Random(1).nextBytes(body);
        cut(coding, body, 50);
        long before = committed();
        cut(coding, body, 400);
        assertThat(committed() - before).isLessThan(64 << 20);
    }

    private void cut(ContentCoding coding, byte[] body, int times) {
        for (int i = 0; i < times; i++) {
            try (BodyCoding coder = begin(coding)) {
                take(coder.code(Unpooled.wrappedBuffer(body)));
                coded.reset();
            }
        }
    }

    private static long committed() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getCommittedVirtualMemorySize();
    }

    @ParameterizedTest
    @EnumSource
    void beginsNoMoreThanTheMemoryOfALoopAllows(ContentCoding coding) {
        List<BodyCoding> running = new ArrayList<>();
        for (BodyCoding coder = coding.begin(loop); coder != null; coder = coding.begin(loop)) {
            running.add(coder);
        }
        assertThat(running).hasSizeBetween(46, 235);
        assertThat(loop.get(Coders.SLOT).bytes()).isLessThanOrEqualTo(Coders.MAX_BYTES);
        running.removeLast().close();
        BodyCoding next = coding.begin(loop);
        assertThat(next).isNotNull();
        running.add(next);
        running.forEach(BodyCoding::close);
    }

    @Test
    void beginsAndEndsGzipAsItsFormatSays() {
        byte[] made = code(ContentCoding.GZIP, ascii("hello, hello, hello"), 100);
        assertThat(made).startsWith(0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF);
        // CRC-32 and length, the least byte first
        assertThat(made).endsWith(0x9F, 0xA1, 0xCA, 0x09, 19, 0, 0, 0);
    }

    /** RFC 9659 §3: a client need not have more. */
    @Test
    void asksForNoLargeWindow() {
        byte[] made = code(ContentCoding.ZSTD, new byte[1 << 20], 1 << 16);
        assertThat(made).startsWith(0x28, 0xB5, 0x2F, 0xFD);
        // RFC 8878 §3.1.1.1: no single segment, so that the window's exponent follows, above 10.
        assertThat(made[4] & 0x20).isZero();
        assertThat((made[5] & 0xFF) >>> 3).isEqualTo(18 - 10);
    }

    private BodyCoding begin(ContentCoding coding) {
        return Objects.requireNonNull(coding.begin(loop));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] code(ContentCoding coding, byte[] body, int pieceSize) {
        coded.reset();
        try (BodyCoding coder = begin(coding)) {
            for (int at = 0; at < body.length; at += pieceSize) {
                take(coder.code(Unpooled.wrappedBuffer(body, at, Math.min(pieceSize, body.length - at))));
            }
            take(coder.finish());
        }
        return coded.toByteArray();
    }

    /** The same bytes as one of the kinds of buffers that bodies come in. */
    private static ByteBuf piece(int kind, byte[] body, int from, int size) {
        ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
        return switch (kind) {
            case 0 -> Unpooled.wrappedBuffer(body, from, size);
            case 1 -> Unpooled.directBuffer(size).writeBytes(body, from, size);
            case 2 -> allocator.directBuffer(size).writeBytes(body, from, size);
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
            throw new UncheckedIOException(e);
        } finally {
            made.release();
        }
    }
}
