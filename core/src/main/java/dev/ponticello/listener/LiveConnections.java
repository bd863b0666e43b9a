package dev.ponticello.listener;

import dev.ponticello.loop.LoopSlot;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The client connections of one loop. On its loop only. */
final class LiveConnections {
    static final LoopSlot<LiveConnections> SLOT = LoopSlot.of(_ -> new LiveConnections());

    private final Set<LiveConnection> open = new LinkedHashSet<>();
    private final Set<Channel> handshakes = new LinkedHashSet<>();
    private boolean draining;
    private int refused;

    void add(LiveConnection connection) {
        open.add(connection);
        if (draining) {
            connection.drain();
        }
    }

    void remove(LiveConnection connection) {
        open.remove(connection);
    }

    /** A client has connected whose handshake is not done. */
    void addHandshake(Channel channel) {
        if (draining) {
            channel.close();
        } else {
            handshakes.add(channel);
        }
    }

    void removeHandshake(Channel channel) {
        handshakes.remove(channel);
    }

    int size() {
        return open.size() + handshakes.size();
    }

    /** Lets every connection end as soon as nothing is owed on it. */
    void drain() {
        draining = true;
        List.copyOf(handshakes).forEach(Channel::close); // nothing was asked yet
        for (LiveConnection connection : List.copyOf(open)) {
            connection.drain();
        }
    }

    /** A request that was only half there was refused because the gateway drains. */
    void countRefused() {
        refused++;
    }

    /** Ends every connection now; how many exchanges were cut, by this or before. */
    int cut() {
        int cut = refused;
        for (LiveConnection connection : new ArrayList<>(open)) {
            cut += connection.cut();
        }
        return cut;
    }
}
