package dev.ponticello.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.testing.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameFollowerTest {
    private static byte[] join(Frame... frames) {
        var all = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            all.writeBytes(frame.bytes());
        }
        return all.toByteArray();
    }

    private static Frame frame(boolean client, int first, int length) {
        return client ? Frame.ofClient(first, new byte[length]) : Frame.ofEndpoint(first, new byte[length]);
    }

    private static FrameFollower follower(boolean client) {
        return client ? FrameFollower.ofClient() : FrameFollower.ofEndpoint();
    }

    private static int follow(FrameFollower follower, byte[] bytes, int from, int to) {
        // At an index that is not 0, as in a slice of a larger read.
        ByteBuf data = Unpooled.wrappedBuffer(new byte[3], Arrays.copyOfRange(bytes, from, to)).skipBytes(3);
        int passed = follower.follow(data);
        assertThat(data.readerIndex()).as("nothing is taken").isEqualTo(3);
        return passed;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsTheBordersAtEverySplit(boolean client) {
        List<Frame> frames = List.of(frame(client, Frame.TEXT, 0), frame(client, 0x01, 5), frame(client, Frame.PING, 0),
                frame(client, 0x80, 125), frame(client, Frame.PONG, 125), frame(client, 0xF2, 126),
                frame(client, Frame.BINARY, 200), frame(client, 0x83, 1));
        byte[] all = join(frames.toArray(Frame[]::new));
        Set<Integer> borders = new HashSet<>(List.of(0));
        int border = 0;
        for (Frame frame : frames) {
            border += frame.bytes().length;
            borders.add(border);
        }
        for (int first = 0; first <= all.length; first++) {
            for (int second = first; second <= Math.min(all.length, first + 20); second++) {
                FrameFollower follower = follower(client);
                assertThat(follow(follower, all, 0, first)).isEqualTo(first);
                assertThat(follower.isBetweenFrames()).isEqualTo(borders.contains(first));
                assertThat(follow(follower, all, first, second)).isEqualTo(second - first);
                assertThat(follower.isBetweenFrames()).isEqualTo(borders.contains(second));
                assertThat(follow(follower, all, second, all.length)).isEqualTo(all.length - second);
                assertThat(follower.isBetweenFrames()).isTrue();
                assertThat(follower.isClosed()).isFalse();
                assertThat(follower.fault()).isNull();
            }
        }
    }

    @Test
    void findsTheBordersOfLongFrames() {
        byte[] all = join(frame(true, Frame.BINARY, 0xFFFF), frame(true, Frame.BINARY, 0x10000),
                frame(true, Frame.BINARY, 3_000_000));
        int second = 0xFFFF + 8;
        for (int piece : new int[]{1, 7, 4096, 100_000}) {
            FrameFollower follower = FrameFollower.ofClient();
            for (int at = 0; at < all.length; at += piece) {
                int to = Math.min(all.length, at + piece);
                assertThat(follow(follower, all, at, to)).isEqualTo(to - at);
                if (to > 8 && to < second) {
                    assertThat(follower.isBetweenFrames()).isFalse();
                }
            }
            assertThat(follower.isBetweenFrames()).isTrue();
        }
    }

    @Test
    void nothingPassesBehindAClose() {
        byte[] close = Frame.ofClient(Frame.CLOSE, Frame.close(1000)).bytes();
        byte[] all = join(Frame.ofClient(Frame.CLOSE, Frame.close(1000)), Frame.ofClient(Frame.TEXT, "late"));
        for (int split = 0; split <= all.length; split++) {
            FrameFollower follower = FrameFollower.ofClient();
            int passed = follow(follower, all, 0, split);
            assertThat(passed).isEqualTo(Math.min(split, close.length));
            assertThat(follower.isClosed()).isEqualTo(split >= close.length);
            assertThat(passed + follow(follower, all, split, all.length)).isEqualTo(close.length);
            assertThat(follower.isClosed()).isTrue();
        }
    }

    @Test
    void stopsWhereTheFrameEnds() {
        byte[] first = frame(false, Frame.TEXT, 300).bytes();
        byte[] all = join(frame(false, Frame.TEXT, 300), frame(false, Frame.TEXT, 3));
        for (int split = 0; split < first.length; split++) {
            FrameFollower follower = FrameFollower.ofEndpoint();
            follow(follower, all, 0, split);
            follower.stop();
            int rest = split == 0 ? 0 : first.length - split;
            assertThat(follow(follower, all, split, all.length)).isEqualTo(rest);
            assertThat(follower.isBetweenFrames()).isTrue();
            assertThat(follow(follower, all, first.length, all.length)).isZero();
            assertThat(follower.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, 8105, UNMASKED", "false, 8185, MASKED", "true, 0980, CONTROL_FRAGMENTED",
        "false, 0800, CONTROL_FRAGMENTED", "true, 89FE, CONTROL_TOO_LONG", "false, 887F, CONTROL_TOO_LONG",
        "true, 81FE007D, LENGTH_NOT_SHORTEST", "false, 827F000000000000FFFF, LENGTH_NOT_SHORTEST",
        "false, 827F8000000000000000, LENGTH_TOO_LARGE"})
    void refusesAMalformedHeaderAtEverySplit(boolean client, String header, FrameFault fault) {
        byte[] good = frame(client, Frame.TEXT, 4).bytes();
        byte[] bad = HexFormat.of().parseHex(header);
        byte[] all = Arrays.copyOf(good, good.length + bad.length + 20);
        System.arraycopy(bad, 0, all, good.length, bad.length);
        for (int split = 0; split < all.length; split++) {
            FrameFollower follower = follower(client);
            int passed = follow(follower, all, 0, split);
            boolean begun = passed > good.length;
            passed += follow(follower, all, split, all.length);

            assertThat(follower.fault()).as("split at %d", split).isEqualTo(fault);
            assertThat(passed).isLessThan(good.length + bad.length);
            assertThat(follower.isBetweenFrames()).as("split at %d", split).isEqualTo(!begun);
            if (!begun) {
                assertThat(passed).isEqualTo(good.length);
            }
            assertThat(follow(follower, all, 0, all.length)).as("afterwards").isZero();
        }
    }

    @Test
    void aLengthOf63BitsIsFollowed() {
        byte[] header = HexFormat.of().parseHex("827F7FFFFFFFFFFFFFFF");
        FrameFollower follower = FrameFollower.ofEndpoint();
        assertThat(follow(follower, header, 0, header.length)).isEqualTo(header.length);
        assertThat(follow(follower, new byte[100_000], 0, 100_000)).isEqualTo(100_000);
        assertThat(follower.isBetweenFrames()).isFalse();
        assertThat(follower.fault()).isNull();
    }

    @Test
    void closeFramesSayWhy() {
        byte[] toClient = CloseCode.GOING_AWAY.toClient("The gateway is stopping");
        assertThat(toClient)
                .isEqualTo(Frame.ofEndpoint(Frame.CLOSE, close(1001, "The gateway is stopping")).bytes());
        byte[] toEndpoint = CloseCode.POLICY_VIOLATION.toEndpoint("no", 0x129a00f3);
        assertThat(toEndpoint).isEqualTo(Frame.ofClient(Frame.CLOSE, close(1008, "no")).bytes());
        assertThat(CloseCode.INTERNAL_ERROR.toClient("x".repeat(200)))
                .isEqualTo(Frame.ofEndpoint(Frame.CLOSE, close(1011, "x".repeat(123))).bytes());
    }

    private static byte[] close(int code, String reason) {
        var payload = new ByteArrayOutputStream();
        payload.writeBytes(Frame.close(code));
        payload.writeBytes(reason.getBytes(StandardCharsets.US_ASCII));
        return payload.toByteArray();
    }
}
