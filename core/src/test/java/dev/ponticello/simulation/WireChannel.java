package dev.ponticello.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's end of a {@link Wire}, as Netty sees a socket: readiness like epoll and NIO, or operations that are under way like io_uring.
 */
final class WireChannel extends AbstractChannel implements DuplexChannel {
    /**
     * How the transport behaves.
     *
     * @param completes whether reads and writes are operations that end later, during which closing has to wait
     * @param seesHangup whether FIN and reset are seen while nothing is to be read
     * @param read the most bytes of one read
     * @param write the most bytes of one write
     * @param reads the most reads before other channels get their turn
     * @param lagNanos how long the loop may take to notice
     */
    record Style(boolean completes, boolean seesHangup, int read, int write, int reads, long lagNanos) {}

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private enum State {
        OPEN,
        CONNECTING,
        ACTIVE,
        CLOSED
    }

    private final WireNetwork network;
    private final Style style;
    private final Config config;
    private State state = State.OPEN;
    private Wire.@Nullable End end;
    private @Nullable SocketAddress remote;
    private @Nullable ChannelPromise connecting;
    private boolean readWanted;
    private boolean readScheduled;
    private boolean hangupSeen;
    private boolean writeBlocked;
    private boolean writeUnderWay;
    private boolean inputShut;
    private boolean outputShut;
    private @Nullable Closing closing;

    private record Closing(ChannelPromise promise, Throwable cause, ClosedChannelException closeCause) {}

    /** One that the gateway connects. */
    WireChannel(WireNetwork network) {
        super(null, network.newId());
        this.network = network;
        this.style = network.channelStyle();
        this.config = new Config();
        network.opened(this);
    }

    /** One that a server channel has accepted. */
    WireChannel(WireNetwork network, Channel parent, Wire.End end, @Nullable SocketAddress remote) {
        super(parent, network.newId());
        this.network = network;
        this.style = network.channelStyle();
        this.config = new Config();
        this.remote = remote;
        network.opened(this);
        connected(end);
    }

    private void connected(Wire.End newEnd) {
        end = newEnd;
        state = State.ACTIVE;
        newEnd.listen(this::arrived, this::spaceFreed);
    }

    // ---- reading

    @Override
    protected void doBeginRead() {
        readWanted = true;
        if (state == State.ACTIVE && hasNews()) {
            scheduleRead();
        }
    }

    private Wire.End end() {
        Wire.End to = end;
        if (to == null) {
            throw new IllegalStateException("channel: " + state + " (expected: connected)");
        }
        return to;
    }

    private boolean hasNews() {
        Wire.End from = end();
        return from.readable() > 0 || from.hasFin() || from.isReset();
    }

    private void arrived() {
        if (readWanted) {
            scheduleRead();
        } else if (style.seesHangup && (end().hasFin() || end().isReset())) {
            hangupSeen = true;
            scheduleRead();
        }
    }

    private void scheduleRead() {
        if (!readScheduled) {
            readScheduled = true;
            network.later(style.lagNanos, this::readReady);
        }
    }

    private void readReady() {
        readScheduled = false;
        if (state != State.ACTIVE || (inputShut && !end().isReset()) || !(readWanted || hangupSeen)) {
            return;
        }
        Wire.End from = end();
        int reads = 0;
        boolean over = false;
        do {
            int readable = from.readable();
            if (readable == 0) {
                over = from.isReset() || from.isEnded();
                break;
            }
            ByteBuf data = alloc().buffer(Math.min(readable, style.read));
            if (hangupSeen && !config.isAutoRead()) {
                network.readsUnasked(data.writableBytes());
            }
            readWanted = false;
            from.read(data, data.writableBytes());
            reads++;
            pipeline().fireChannelRead(data);
        } while (state == State.ACTIVE && config.isAutoRead() && reads < style.reads);
        if (reads > 0) {
            pipeline().fireChannelReadComplete();
        }
        if (over && config.allowHalfClosure && !from.isReset()) {
            inputShut = true;
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
        } else if (over) {
            inputShut = true;
            if (from.isReset()) {
                pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            }
            if (isOpen()) {
                unsafe().close(voidPromise());
            }
        } else if (state == State.ACTIVE && (readWanted || hangupSeen) && hasNews()) {
            scheduleRead();
        }
    }

    private void autoReadCleared() {
        if (style.completes && readWanted && network.dice().percent(50)) {
            // The read is under way and may come through before it is called off.
            network.later(style.lagNanos, () -> readWanted = config.isAutoRead());
        } else {
            readWanted = false;
        }
    }

    // ---- writing

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws IOException {
        if (style.completes) {
            if (!writeUnderWay && closing == null && !out.isEmpty()) {
                writeUnderWay = true;
                network.later(style.lagNanos, this::writeCompletes);
            }
            return;
        }
        for (int writes = 0; !out.isEmpty(); writes++) {
            if (writes == style.reads) {
                // Others have their turn first.
                writeBlocked = true;
                network.later(style.lagNanos, this::writeReady);
                return;
            }
            if (!writeSome(out)) {
                writeBlocked = true;
                return;
            }
        }
    }

    /** Writes some of the first message; false when the window is full. */
    private boolean writeSome(ChannelOutboundBuffer out) throws IOException {
        ByteBuf data = (ByteBuf) out.current();
        int bytes = data.readableBytes();
        if (bytes == 0) {
            out.remove();
            return true;
        }
        int written = end().write(data, Math.min(bytes, style.write));
        if (written == 0) {
            return false;
        }
        out.removeBytes(written);
        return true;
    }

    private void spaceFreed() {
        if (writeUnderWay) {
            network.later(style.lagNanos, this::writeCompletes);
        } else if (writeBlocked) {
            network.later(style.lagNanos, this::writeReady);
        }
    }

    private void writeReady() {
        if (writeBlocked) {
            writeBlocked = false;
            ((Unsafe) unsafe()).flushNow();
        }
    }

    private void writeCompletes() {
        ChannelOutboundBuffer out = unsafe().outboundBuffer();
        if (!writeUnderWay) {
            return;
        }
        if (out != null && !out.isEmpty() && state == State.ACTIVE) {
            try {
                if (!writeSome(out)) {
                    if (closing == null) {
                        return; // still under way
                    }
                }
            } catch (IOException e) {
                writeUnderWay = false;
                ((Unsafe) unsafe()).writeFailed(e);
            }
        }
        writeUnderWay = false;
        if (closing != null) {
            ((Unsafe) unsafe()).closeNow();
        } else if (state == State.ACTIVE) {
            ((Unsafe) unsafe()).flushNow();
        }
    }

    // ---- opening and closing

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new Unsafe();
    }

    private final class Unsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress address, @Nullable SocketAddress local, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            remote = address;
            connecting = promise;
            state = State.CONNECTING;
            network.connect(WireChannel.this, (InetSocketAddress) address);
        }

        void connectEnded(Wire.@Nullable End accepted) {
            ChannelPromise promise = connecting;
            if (promise == null) {
                if (accepted != null) {
                    accepted.close(true);
                }
                return; // it was closed meanwhile
            }
            connecting = null;
            if (accepted == null) {
                promise.tryFailure(annotateConnectException(new ConnectException("Connection refused"), address()));
                closeIfClosed();
                return;
            }
            connected(accepted);
            boolean told = promise.trySuccess();
            pipeline().fireChannelActive();
            if (!told) {
                close(voidPromise());
            }
        }

        @Override
        protected void flush0() {
            if (!writeBlocked) {
                super.flush0();
            }
        }

        void flushNow() {
            super.flush0();
        }

        void writeFailed(IOException problem) {
            handleWriteError(problem);
        }

        @Override
        protected void close(ChannelPromise promise, Throwable cause, ClosedChannelException closeCause) {
            if (!writeUnderWay || closeFuture().isDone()) {
                super.close(promise, cause, closeCause);
            } else if (closing == null) {
                closing = new Closing(promise.isVoid() ? newPromise() : promise, cause, closeCause);
                network.later(style.lagNanos, WireChannel.this::writeCompletes);
            } else if (!promise.isVoid()) {
                closing.promise.addListener(_ -> promise.trySuccess());
            }
        }

        void closeNow() {
            Closing wanted = closing;
            if (wanted != null) {
                super.close(wanted.promise, wanted.cause, wanted.closeCause);
            }
        }
    }

    private SocketAddress address() {
        SocketAddress address = remote;
        if (address == null) {
            throw new IllegalStateException("channel: " + state + " (expected: with a peer)");
        }
        return address;
    }

    /** The peer has accepted, or refused. */
    void connectEnded(Wire.@Nullable End accepted) {
        ((Unsafe) unsafe()).connectEnded(accepted);
    }

    @Override
    protected void doClose() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        inputShut = true;
        outputShut = true;
        ChannelPromise promise = connecting;
        if (promise != null) {
            connecting = null;
            promise.tryFailure(new ClosedChannelException());
        }
        Wire.End open = end;
        if (open != null) {
            open.close(config.linger == 0);
        }
        network.closed(this);
    }

    @Override
    protected void doShutdownOutput() {
        outputShut = true;
        Wire.End open = end;
        if (open != null) {
            open.finish();
        }
    }

    @Override
    public boolean isOpen() {
        return state != State.CLOSED;
    }

    @Override
    public boolean isActive() {
        return state == State.ACTIVE;
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("bind (expected: connect)");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return network.gatewayAddress();
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return end == null ? null : remote;
    }

    /** Who was, is or will be connected. */
    @Nullable
    SocketAddress peer() {
        return remote;
    }

    /** The most bytes of one read. */
    int mostRead() {
        return style.read;
    }

    /** How many bytes wait to be written, as the gateway counts them. */
    long pendingBytes() {
        ChannelOutboundBuffer out = unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    // ---- half of it

    @Override
    public boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    @Override
    public boolean isShutdown() {
        return inputShut && outputShut;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        ((Unsafe) unsafe()).shutdownOutput(promise);
        return promise;
    }

    @Override
    public ChannelFuture shutdownInput() {
        throw new UnsupportedOperationException("shutdown of the input: nobody does that yet");
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        return shutdownInput();
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdownInput();
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        return shutdownInput();
    }

    private final class Config extends DefaultChannelConfig {
        private int linger = -1;
        private boolean allowHalfClosure;

        Config() {
            super(WireChannel.this);
            setAllocator(network.allocator());
        }

        @Override
        public Map<ChannelOption<?>, Object> getOptions() {
            return getOptions(super.getOptions(), ChannelOption.SO_LINGER, ChannelOption.TCP_NODELAY);
        }

        @Override
        @SuppressWarnings("unchecked") // each option's own type
        public <T> T getOption(ChannelOption<T> option) {
            if (option.equals(ChannelOption.SO_LINGER)) {
                return (T) Integer.valueOf(linger);
            }
            return option.equals(ChannelOption.TCP_NODELAY) ? (T) Boolean.TRUE : super.getOption(option);
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            if (option.equals(ChannelOption.SO_LINGER)) {
                linger = (Integer) value;
                return true;
            }
            if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
                allowHalfClosure = (Boolean) value;
                return true;
            }
            return option.equals(ChannelOption.TCP_NODELAY) || super.setOption(option, value);
        }

        @Override
        protected void autoReadCleared() {
            WireChannel.this.autoReadCleared();
        }
    }

    @Override
    public String toString() {
        return "channel with " + remote + " (" + state + ", " + style + ", " + pendingBytes() + " bytes wait"
                + (closing == null ? "" : ", closing") + ")";
    }
}
