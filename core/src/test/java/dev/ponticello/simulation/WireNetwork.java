package dev.ponticello.simulation;

import dev.ponticello.loop.Sockets;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelId;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All wires of a simulation: where the gateway's channels come from and lead to. */
final class WireNetwork implements Sockets {
    /** What a host does with a connection that is asked for. */
    interface Host {
        /** Whether a connection is answered at all; what is not answered hangs. */
        boolean answers();

        /** The wire of the connection, with the host at its party's end; null if it is refused. */
        @Nullable
        Wire accept();
    }

    private final SimulatedTime time;
    private final Dice dice;
    private final CountingAllocator allocator;
    private final Supplier<WireChannel.Style> channelStyles;
    private final Supplier<Wire.Style> wireStyles;
    private final Map<InetSocketAddress, Host> hosts = new HashMap<>();
    private final Set<WireChannel> open = new LinkedHashSet<>();
    private @Nullable WireServerChannel server;
    private int ids;
    private long openings;
    private long readUnasked;

    WireNetwork(SimulatedTime time, Dice dice, CountingAllocator allocator,
            Supplier<WireChannel.Style> channelStyles, Supplier<Wire.Style> wireStyles) {
        this.time = time;
        this.dice = dice;
        this.allocator = allocator;
        this.channelStyles = channelStyles;
        this.wireStyles = wireStyles;
    }

    // ---- for parties

    void add(InetSocketAddress address, Host host) {
        hosts.put(address, host);
    }

    Wire newWire() {
        return new Wire(time, dice, wireStyles.get());
    }

    /** Connects a client from there: its end of the wire, which is reset later if nobody listens. */
    Wire.End connect(InetSocketAddress from) {
        Wire wire = newWire();
        time.after(dice.between(0L, 1_000_000), () -> {
            WireServerChannel listening = server;
            if (listening == null) {
                wire.gateway().close(true);
            } else {
                // Of one that has left already the machine does not know any more who it was.
                listening.accept(wire.gateway(), wire.gateway().isReset() ? null : from);
            }
        });
        return wire.party();
    }

    /** The gateway's channels that are open, or being opened. */
    Collection<WireChannel> open() {
        return open;
    }

    /** How many channels have been opened so far. */
    long openings() {
        return openings;
    }

    /** How much was read though reading was stopped, because there is an end behind it: as epoll does by itself, and the gateway asks others to. */
    long readUnasked() {
        return readUnasked;
    }

    boolean isListening() {
        return server != null;
    }

    // ---- for channels

    Dice dice() {
        return dice;
    }

    WireChannel.Style channelStyle() {
        return channelStyles.get();
    }

    InetSocketAddress gatewayAddress() {
        return new InetSocketAddress(0);
    }

    ChannelId newId() {
        return new Id(ids++);
    }

    void later(long mostNanos, Runnable what) {
        time.after(mostNanos == 0 ? 0 : dice.between(0L, mostNanos), what);
    }

    void opened(WireChannel channel) {
        open.add(channel);
        openings++;
    }

    void readsUnasked(int bytes) {
        readUnasked += bytes;
    }

    void closed(WireChannel channel) {
        open.remove(channel);
    }

    void bound(WireServerChannel channel) {
        server = channel;
    }

    void unbound(WireServerChannel channel) {
        if (channel.equals(server)) {
            server = null;
        }
    }

    void connect(WireChannel channel, InetSocketAddress address) {
        Host host = hosts.get(address);
        if (host == null) {
            throw new IllegalStateException("host: " + address + " (expected: one of " + hosts.keySet() + ")");
        }
        if (host.answers()) {
            time.after(dice.between(0L, 1_000_000), () -> {
                if (channel.isOpen()) {
                    Wire wire = host.accept();
                    channel.connectEnded(wire == null ? null : wire.gateway());
                }
            });
        }
    }

    // ---- as Sockets

    @Override
    public String label() {
        return "simulated";
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannels() {
        return () -> new WireServerChannel(this);
    }

    @Override
    public ChannelFactory<? extends Channel> channels() {
        return () -> new WireChannel(this);
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannels() {
        throw new UnsupportedOperationException("datagrams (expected: endpoints with addresses)");
    }

    @Override
    public CountingAllocator allocator() {
        return allocator;
    }

    @Override
    public boolean acceptsOnEveryLoop() {
        return false;
    }

    private record Id(int number) implements ChannelId {
        @Override
        public String asShortText() {
            return Integer.toString(number);
        }

        @Override
        public String asLongText() {
            return asShortText();
        }

        @Override
        public int compareTo(ChannelId other) {
            return Integer.compare(number, ((Id) other).number);
        }
    }
}
