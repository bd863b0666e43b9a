package dev.ponticello.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;

/** What waits in a channel to be taken by its peer, and how much may. */
public final class Backlog {
    /** What every connection begins with: a writer stops at 64 KiB, and goes on below 32 KiB. */
    public static final WriteBufferWaterMark LOOSE = new WriteBufferWaterMark(32 * 1024, 64 * 1024);
    /** A writer stops at the first byte, and goes on when none is left. */
    private static final WriteBufferWaterMark TIGHT = new WriteBufferWaterMark(1, 1);

    private Backlog() {}

    /** How many bytes wait. */
    public static long bytes(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : Math.max(0, buffer.totalPendingWriteBytes() - buffer.currentProgress());
    }

    /** Whether a writer stops at the first byte that waits. */
    public static void setTight(Channel channel, boolean tight) {
        channel.config().setWriteBufferWaterMark(tight ? TIGHT : LOOSE);
    }
}
