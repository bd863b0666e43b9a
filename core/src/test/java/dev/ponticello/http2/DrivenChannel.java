package dev.ponticello.http2;

import dev.ponticello.loop.Clock;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.Transport;
import dev.ponticello.testing.Http2Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A channel that is driven by hand, on a loop whose clock stands still: the peer's frames go in, those of the connection come out. */
final class DrivenChannel extends EmbeddedChannel implements Clock {
    static final Http2Limits LIMITS = new Http2Limits(65_536, 128, 8192, 100,
            new Http2Limits.Frequency(300, TimeUnit.MINUTES.toNanos(1)),
            new Http2Limits.Frequency(1000, TimeUnit.MINUTES.toNanos(1)));
    /** Empty settings of the peer. */
    static final byte[] SETTINGS = Http2Peer.bytes(Http2Peer.SETTINGS, 0, 0, new byte[0]);

    final LoopContext loop = new LoopContext(0, eventLoop(), Transport.NIO, this, () -> 4);
    /** Whether the peer takes what is written. */
    boolean takes = true;
    /** How many bytes of what is written are no frames: the preface. */
    private int before;
    private @Nullable Http2Connection connection;

    /** Puts the connection in its place; it begins. */
    void carry(Http2Connection connection) {
        this.connection = connection;
        before = connection instanceof Http2ClientConnection ? FrameReader.PREFACE.length : 0;
        pipeline().addLast(connection);
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws Exception {
        if (takes) {
            super.doWrite(out);
        }
    }

    /** These bytes arrive in one read. */
    void arrives(byte[]... frames) {
        writeInbound(Unpooled.wrappedBuffer(frames));
    }

    /** The frames that were sent since this was last asked, each as {@code type:flags:stream:length}. */
    List<String> sent() {
        List<String> lines = new ArrayList<>();
        for (Http2Peer.Frame frame : frames()) {
            lines.add(frame.type() + ":" + frame.flags() + ":" + frame.stream() + ":" + frame.payload().length);
        }
        return lines;
    }

    /** The frames that were sent since this was last asked. */
    List<Http2Peer.Frame> frames() {
        Objects.requireNonNull(connection).flush();
        runPendingTasks();
        var bytes = new ByteArrayOutputStream();
        for (ByteBuf out = readOutbound(); out != null; out = readOutbound()) {
            bytes.writeBytes(ByteBufUtil.getBytes(out));
            out.release();
        }
        ByteBuf in = Unpooled.wrappedBuffer(bytes.toByteArray());
        in.skipBytes(before);
        before = 0;
        List<Http2Peer.Frame> frames = new ArrayList<>();
        while (in.isReadable()) {
            byte[] payload = new byte[in.readMedium()];
            int type = in.readByte();
            int flags = in.readByte();
            int stream = in.readInt();
            in.readBytes(payload);
            frames.add(new Http2Peer.Frame(type, flags, stream, payload));
        }
        return frames;
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public long wallMillis() {
        return 0;
    }
}
