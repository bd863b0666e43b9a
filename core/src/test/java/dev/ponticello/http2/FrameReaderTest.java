package dev.ponticello.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.testing.Http2Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final int HEAD_LIMIT = 1024;

    /** Writes down what it is told; parts of one frame's data are one. */
    private static final class Told implements FrameReader.Events {
        final List<String> events = new ArrayList<>();
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        boolean ended;

        @Override
        public boolean isEnded() {
            return ended;
        }

        @Override
        public void onFault(ErrorCode code, String why) {
            ended = true;
            events.add(code.name());
        }

        @Override
        public void onDataBegun(int streamId, int length) {
            data.reset();
            events.add("data " + streamId + " of " + length);
        }

        @Override
        public void onDataPart(int streamId, ByteBuf part) {
            assertThat(part.readableBytes()).isPositive();
            data.writeBytes(ByteBufUtil.getBytes(part));
            part.release();
        }

        @Override
        public void onDataEnded(int streamId, boolean endStream, int padding) {
            events.add(data.toString(StandardCharsets.ISO_8859_1) + " padding " + padding + (endStream ? " end" : ""));
        }

        @Override
        public void onHeaders(int streamId, ByteBuf block, boolean endStream) {
            events.add("headers " + streamId + " " + block.toString(StandardCharsets.ISO_8859_1)
                    + (endStream ? " end" : ""));
        }

        @Override
        public void onPriority(int streamId, int dependsOn) {
            events.add("priority " + streamId + " on " + dependsOn);
        }

        @Override
        public void onReset(int streamId, int code) {
            events.add("reset " + streamId + " " + code);
        }

        @Override
        public void onSettings(ByteBuf payload) {
            events.add("settings " + payload.readableBytes());
        }

        @Override
        public void onSettingsAck() {
            events.add("settings ack");
        }

        @Override
        public void onPing(long payload) {
            events.add("ping " + payload);
        }

        @Override
        public void onPingAck(long payload) {
            events.add("ping ack " + payload);
        }

        @Override
        public void onGoAway(int lastStreamId, int code) {
            events.add("goaway " + lastStreamId + " " + code);
        }

        @Override
        public void onWindowUpdate(int streamId, int increment) {
            events.add("window " + streamId + " " + increment);
        }

        @Override
        public void onUnknown() {
            events.add("unknown");
        }
    }

    private static byte[] frame(int type, int flags, int stream, String payload) {
        return Http2Peer.bytes(type, flags, stream, payload.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] join(byte[]... frames) {
        var all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    private static List<String> read(byte[] bytes, int... ends) {
        var told = new Told();
        var reader = new FrameReader(told, UnpooledByteBufAllocator.DEFAULT, true, HEAD_LIMIT);
        int from = 0;
        for (int end : Arrays.copyOf(ends, ends.length + 1)) {
            int to = end == 0 ? bytes.length : end;
            ByteBuf piece = Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, from, to));
            reader.read(piece);
            piece.release();
            from = to;
        }
        reader.release();
        return told.events;
    }

    private static final byte[] SETTINGS = frame(4, 0, 0, "");

    private static final byte[] ALL = join(FrameReader.PREFACE, frame(4, 0, 0, "\0\3\0\0\0\1"), frame(4, 1, 0, ""),
            frame(1, 5, 1, "section"), frame(1, 1, 3, "be"), frame(9, 0, 3, "gi"), frame(9, 4, 3, "n"),
            frame(1, 0x2c, 5, "\2\0\0\0\1\20padded\0\0"), frame(0, 0, 3, "data"), frame(0, 0, 3, ""),
            frame(0, 9, 3, "\3last\0\0\0"), frame(0, 8, 5, "\0"), frame(2, 0, 7, "\0\0\0\3\1"),
            frame(3, 0, 3, "\0\0\0\10"), frame(6, 0, 0, "\0\0\0\0\0\0\0\7"), frame(6, 1, 0, "\0\0\0\0\0\0\0\11"),
            frame(7, 0, 0, "\0\0\0\5\0\0\0\0bye"), frame(8, 0, 0, "\0\0\0\2"), frame(8, 0, 5, "\u0080\0\0\3"),
            frame(77, 3, 9, "whatever"));
    private static final List<String> ALL_TOLD = List.of("settings 6", "settings ack", "headers 1 section end",
            "headers 3 begin end", "headers 5 padded", "data 3 of 4", "data padding 0", "data 3 of 0", " padding 0",
            "data 3 of 8", "last padding 4 end", "data 5 of 1", " padding 1", "priority 7 on 3", "reset 3 8", "ping 7",
            "ping ack 9", "goaway 5 0", "window 0 2", "window 5 3", "unknown");

    @Test
    void tellsEachFrame() {
        assertThat(read(ALL)).isEqualTo(ALL_TOLD);
    }

    @Test
    void tellsTheSameWhereverTheBytesAreSplit() {
        for (int at = 1; at < ALL.length; at++) {
            assertThat(read(ALL, at)).as("split at %d", at).isEqualTo(ALL_TOLD);
        }
        int[] each = new int[ALL.length - 1];
        Arrays.setAll(each, i -> i + 1);
        assertThat(read(ALL, each)).isEqualTo(ALL_TOLD);
    }

    @Test
    void givesDataBeforeItsFrameIsWhole() {
        var told = new Told();
        var reader = new FrameReader(told, UnpooledByteBufAllocator.DEFAULT, false, HEAD_LIMIT);
        reader.read(Unpooled.wrappedBuffer(SETTINGS, Arrays.copyOf(frame(0, 0, 1, "abcd"), 11)));
        assertThat(told.data.toString(StandardCharsets.ISO_8859_1)).isEqualTo("ab");
        assertThat(reader.isMidway()).isFalse(); // it is the body's time that runs
    }

    @Test
    void saysWhetherSomethingElseHasBegun() {
        for (byte[] begun : List.of(Arrays.copyOf(frame(6, 0, 0, "12345678"), 4),
                Arrays.copyOf(frame(6, 0, 0, "12345678"), 12), frame(1, 0, 1, "x"))) {
            var reader = new FrameReader(new Told(), UnpooledByteBufAllocator.DEFAULT, false, HEAD_LIMIT);
            reader.read(Unpooled.wrappedBuffer(SETTINGS, begun));
            assertThat(reader.isMidway()).isTrue();
            reader.release();
        }
    }

    private static void refuses(ErrorCode code, byte[]... frames) {
        List<String> told = read(join(FrameReader.PREFACE, SETTINGS, join(frames), frame(6, 0, 0, "\0\0\0\0\0\0\0\1")));
        assertThat(told).last().isEqualTo(code.name());
    }

    @Test
    void refusesFramesOfTheWrongSize() {
        refuses(ErrorCode.FRAME_SIZE_ERROR, frame(2, 0, 1, "1234"));
        refuses(ErrorCode.FRAME_SIZE_ERROR, frame(3, 0, 1, "12345"));
        refuses(ErrorCode.FRAME_SIZE_ERROR, frame(4, 0, 0, "12345"));
        refuses(ErrorCode.FRAME_SIZE_ERROR, frame(4, 1, 0, "123456"));
        refuses(ErrorCode.FRAME_SIZE_ERROR, frame(6, 0, 0, "1234567"));
        refuses(ErrorCode.FRAME_SIZE_ERROR, frame(7, 0, 0, "1234567"));
        refuses(ErrorCode.FRAME_SIZE_ERROR, frame(8, 0, 0, "123"));
        refuses(ErrorCode.FRAME_SIZE_ERROR, frame(0, 8, 1, ""));
        refuses(ErrorCode.FRAME_SIZE_ERROR, frame(1, 12, 1, ""));
        refuses(ErrorCode.FRAME_SIZE_ERROR, frame(1, 0x24, 1, "1234"));
        refuses(ErrorCode.FRAME_SIZE_ERROR, frame(0, 0, 1, "x".repeat(16_385)));
    }

    @Test
    void refusesPaddingThatIsMoreThanThereIs() {
        refuses(ErrorCode.PROTOCOL_ERROR, frame(0, 8, 1, "\3ab"));
        refuses(ErrorCode.PROTOCOL_ERROR, frame(1, 12, 1, "\3ab"));
    }

    @Test
    void refusesFramesOnTheWrongStream() {
        for (int type : new int[]{0, 1, 2, 3, 5}) {
            refuses(ErrorCode.PROTOCOL_ERROR, frame(type, 4, 0, "12345".substring(0, type == 3 ? 4 : 5)));
        }
        refuses(ErrorCode.PROTOCOL_ERROR, frame(4, 0, 1, ""));
        refuses(ErrorCode.PROTOCOL_ERROR, frame(6, 0, 1, "12345678"));
        refuses(ErrorCode.PROTOCOL_ERROR, frame(7, 0, 1, "12345678"));
    }

    @Test
    void refusesWhateverInterruptsASection() {
        refuses(ErrorCode.PROTOCOL_ERROR, frame(1, 0, 1, "a"));
        refuses(ErrorCode.PROTOCOL_ERROR, frame(1, 0, 1, "a"), frame(9, 4, 3, "b"));
        refuses(ErrorCode.PROTOCOL_ERROR, frame(9, 4, 1, "b"));
        refuses(ErrorCode.PROTOCOL_ERROR, frame(5, 4, 1, "1234"));
    }

    @Test
    void boundsASectionByItsSizeAndByTheCountOfItsFrames() {
        refuses(ErrorCode.ENHANCE_YOUR_CALM, frame(1, 0, 1, "x".repeat(2000)), frame(9, 4, 1, "x".repeat(49)));
        byte[][] frames = new byte[10][];
        Arrays.fill(frames, frame(9, 0, 1, ""));
        frames[0] = frame(1, 0, 1, "");
        refuses(ErrorCode.ENHANCE_YOUR_CALM, frames);
        frames[8] = frame(9, 4, 1, "good");
        assertThat(read(join(FrameReader.PREFACE, SETTINGS, join(Arrays.copyOf(frames, 9)))))
                .containsExactly("settings 0", "headers 1 good");
    }

    @Test
    void refusesWhatIsNoPreface() {
        assertThat(read("PRI * HTTP/2.0\r\n\r\nSN\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1)))
                .containsExactly("PROTOCOL_ERROR");
    }

    @Test
    void refusesWhateverComesBeforeSettings() {
        List<byte[]> others = List.of(frame(0, 0, 1, "x"), frame(1, 5, 1, "x"), frame(2, 0, 1, "12345"),
                frame(3, 0, 1, "1234"), frame(4, 1, 0, ""), frame(6, 0, 0, "12345678"), frame(6, 1, 0, "12345678"),
                frame(7, 0, 0, "12345678"), frame(8, 0, 0, "1234"), frame(77, 0, 0, ""),
                "HTTP/1.1 400 Bad Request".getBytes(StandardCharsets.US_ASCII));
        for (byte[] other : others) {
            assertThat(read(join(FrameReader.PREFACE, other, SETTINGS))).containsExactly("PROTOCOL_ERROR");
        }
    }
}
