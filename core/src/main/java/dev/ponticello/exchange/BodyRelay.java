package dev.ponticello.exchange;

import dev.ponticello.http.BodyCoding;
import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageSink;
import dev.ponticello.http.MessageSource;
import dev.ponticello.loop.BufferBudget;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Moves a body from a source to a sink, no faster than the slower: one class for both ways and every protocol.
 *
 * <p>While the sink takes no more, the source is paused, so that never more than the sink's own bound waits; and no more than one read, while the loop's {@link BufferBudget} is spent. A body coding, if there is one, is applied on the way.
 */
final class BodyRelay {
    private final BufferBudget budget;
    private @Nullable MessageSource source;
    private @Nullable MessageSink sink;
    private @Nullable BodyCoding coding;
    private boolean flushCoding;
    private boolean paused;
    private boolean tight;
    private long heldBytes;

    BodyRelay(BufferBudget budget) {
        this.budget = budget;
    }

    /** Begins. The source is null for a body that is at hand. */
    void open(@Nullable MessageSource source, MessageSink sink, @Nullable BodyCoding coding, boolean flushCoding) {
        this.source = source;
        this.sink = sink;
        this.coding = coding;
        this.flushCoding = flushCoding;
        this.paused = false;
    }

    /** How many bytes it has counted in the budget. */
    long heldBytes() {
        return heldBytes;
    }

    /** Whether it has begun and not ended. */
    boolean isOpen() {
        return sink != null;
    }

    /** Whether the sink is waited for. */
    boolean isPaused() {
        return paused;
    }

    void data(ByteBuf data) {
        MessageSink to = Objects.requireNonNull(sink);
        if (tight != budget.isSpent()) {
            tight = !tight;
            to.setTight(tight);
        }
        pass(to, coding == null ? data : coding.code(data));
        if (!paused && source != null && !to.isWritable()) {
            // What was written must go out, or the sink never becomes writable again.
            to.flush();
            if (!to.isWritable()) {
                paused = true;
                heldBytes = to.pendingBytes();
                budget.hold(heldBytes);
                source.pause();
            }
        }
    }

    private static void pass(MessageSink to, ByteBuf data) {
        if (data.isReadable()) {
            to.data(data);
        } else {
            data.release();
        }
    }

    void end(@Nullable Headers trailers) {
        MessageSink to = Objects.requireNonNull(sink);
        if (coding != null) {
            pass(to, coding.finish());
        }
        to.end(trailers);
        close();
    }

    /** What was read at one time has been relayed. */
    void readComplete() {
        if (sink == null) {
            return;
        }
        if (coding != null && flushCoding) {
            pass(sink, coding.flush());
        }
        sink.flush();
    }

    /** The sink takes more. */
    void sinkWritable() {
        MessageSource from = source;
        if (paused && from != null) {
            goOn();
            from.resume();
        }
    }

    private void goOn() {
        paused = false;
        budget.release(heldBytes);
        heldBytes = 0;
    }

    /** Ends, whole or not. */
    void close() {
        if (tight && sink != null) {
            sink.setTight(false);
        }
        tight = false;
        source = null;
        sink = null;
        goOn();
        BodyCoding used = coding;
        coding = null;
        if (used != null) {
            used.close();
        }
    }
}
