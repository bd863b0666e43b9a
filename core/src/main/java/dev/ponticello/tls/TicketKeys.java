package dev.ponticello.tls;

import dev.ponticello.loop.Chance;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The keys that the tickets of sessions are sealed with (RFC 5077), the same for all listeners of the gateway, so that a new certificate does not end them. A new one every 12 hours; tickets of the one before are
 * still taken.
 *
 * <p>By one thread at a time.
 */
final class TicketKeys {
    private static final long LIFE_NANOS = TimeUnit.HOURS.toNanos(12);
    private static final int KEPT = 2;

    private final Chance chance;
    private final List<OpenSslSessionTicketKey> keys = new ArrayList<>();
    private long sinceNanos;

    TicketKeys(Chance chance, long nowNanos) {
        this.chance = chance;
        add(nowNanos);
    }

    /** Makes a new key if it is time; whether it was. */
    boolean rotate(long nowNanos) {
        if (nowNanos - sinceNanos < LIFE_NANOS) {
            return false;
        }
        add(nowNanos);
        if (keys.size() > KEPT) {
            keys.removeLast();
        }
        return true;
    }

    private void add(long nowNanos) {
        sinceNanos = nowNanos;
        keys.addFirst(new OpenSslSessionTicketKey(bytes(OpenSslSessionTicketKey.NAME_SIZE),
                bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE), bytes(OpenSslSessionTicketKey.AES_KEY_SIZE)));
    }

    private byte[] bytes(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.remaining() >= Long.BYTES) {
            bytes.putLong(chance.nextLong());
        }
        return bytes.array();
    }

    /** The newest first: it seals. */
    OpenSslSessionTicketKey[] keys() {
        return keys.toArray(OpenSslSessionTicketKey[]::new);
    }
}
