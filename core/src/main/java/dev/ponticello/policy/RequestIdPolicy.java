package dev.ponticello.policy;

import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Policy;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.limit.KeyHash;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.LoopSlot;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The policy {@code request-id}: a name for every exchange, told to the endpoint and to the client, and to observers as
 * {@link Exchange#REQUEST_ID}.
 *
 * <p>It is 128 bits in 32 hexadecimal digits. A client's own is taken only where the config trusts clients, and only if
 * it stands on one line of 1 to 128 visible ASCII characters. With several policies of this kind in a chain the
 * outermost one finds the id, and each tells it in its own field.
 *
 * <p>Threads: immutable, shared by all loops.
 */
public final class RequestIdPolicy implements Policy {
    private static final int LONGEST = 128;
    private static final LoopSlot<Ids> IDS = LoopSlot.of(loop -> new Ids(loop.chance()));

    private final HeaderName field;
    private final boolean trust;

    public RequestIdPolicy(RequestIdConfig config) {
        this.field = HeaderName.of(config.header());
        this.trust = config.trust();
    }

    @Override
    public Decision onRequest(Exchange exchange) {
        exchange.request().headers().set(field, idOf(exchange));
        return Decision.CONTINUE;
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead response) {
        response.headers().set(field, idOf(exchange));
    }

    /** The exchange's id, made now if it has none: a preflight or a refused head meets no {@code onRequest}. */
    private String idOf(Exchange exchange) {
        String id = exchange.get(Exchange.REQUEST_ID);
        if (id == null) {
            id = trust ? clientsId(exchange.request().headers()) : null;
            if (id == null) {
                id = exchange.loop().get(IDS).next();
            }
            exchange.set(Exchange.REQUEST_ID, id);
        }
        return id;
    }

    private @Nullable String clientsId(Headers request) {
        int slot = request.find(field, 0);
        if (slot < 0 || request.find(field, slot + 1) >= 0) {
            return null;
        }
        int from = request.valueStart(slot);
        int to = request.valueEnd(slot);
        if (from == to || to - from > LONGEST) {
            return null;
        }
        for (int at = from; at < to; at++) {
            byte b = request.bytes()[at];
            if (b <= ' ' || b > '~') {
                return null;
            }
        }
        return request.value(slot);
    }

    /**
     * The ids of one loop: a count, hashed with a secret that the loop draws once. They are as unlike and as hard to
     * guess as if each were drawn, without asking the source of randomness, which all loops share, each time.
     */
    private static final class Ids {
        private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        private static final int LENGTH = 32;

        private final KeyHash hash;
        private long count;

        Ids(Chance chance) {
            this.hash = new KeyHash(chance.nextLong(), chance.nextLong());
        }

        String next() {
            byte[] text = new byte[LENGTH];
            put(hash.hash(count, 0), text, 0);
            put(hash.hash(count, 1), text, LENGTH / 2);
            count++;
            return new String(text, StandardCharsets.ISO_8859_1);
        }

        private static void put(long bits, byte[] text, int from) {
            long rest = bits;
            for (int at = from + LENGTH / 2; at > from; rest >>>= 4) {
                text[--at] = DIGITS[(int) (rest & 0xF)];
            }
        }
    }
}
