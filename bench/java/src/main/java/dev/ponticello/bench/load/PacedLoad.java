package dev.ponticello.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Requests at a fixed rate, whatever the answers do. A latency begins when its request was due, not when a connection was free to send it: a gateway that stalls is charged with every request that had to
 * wait (coordinated omission). On one loop.
 */
final class PacedLoad implements AnswerReader.Listener {
    /** How long answers that are still owed at the end are waited for. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * What was measured after the warm-up.
     *
     * @param latencyNanos of the requests that were due in the measured time, whenever they were answered
     * @param answered how many answers came in the measured time, also to requests that were due before it
     * @param failed how many answers were not 200, or never came
     */
    record Result(Histogram latencyNanos, long answered, long failed) {}

    private final Connections connections;
    private final int count;
    private final ByteBuf request;
    private final double nanosEach;
    private final long warmupNanos;
    private final long endNanos;
    private final Runnable warm;
    private final ArrayDeque<Channel> idle = new ArrayDeque<>();
    /** When the request was due whose answer a connection owes. */
    private final IdentityHashMap<Channel, Long> owed = new IdentityHashMap<>();
    private final Histogram latencies = new Histogram(3);
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private long startNanos;
    private long sent;
    private long answered;
    private long failed;
    private boolean ticking;
    private boolean over;

    /**
     * @param rate requests in a second
     * @param warm told on the loop when the warm-up is over
     */
    PacedLoad(Connections connections, int count, byte[] request, double rate, double warmupSeconds, double seconds,
            Runnable warm) {
        this.connections = connections;
        this.count = count;
        this.request = Unpooled.unreleasableBuffer(Unpooled.directBuffer(request.length).writeBytes(request));
        this.nanosEach = 1e9 / rate;
        this.warmupNanos = (long) (warmupSeconds * 1e9);
        this.endNanos = warmupNanos + (long) (seconds * 1e9);
        this.warm = warm;
    }

    /** Connects and begins. It fails with the first connection that does. */
    CompletableFuture<Result> run() {
        for (int i = 0; i < count; i++) {
            connections.open(this);
        }
        return result;
    }

    @Override
    public void connected(Channel channel) {
        idle.add(channel);
        if (idle.size() == count) {
            startNanos = System.nanoTime();
            after(warmupNanos, this::begin);
            after(endNanos, this::end);
            sendDue();
        }
    }

    /** What this program was too slow to send while it was compiled is nothing that the gateway is charged with. */
    private void begin() {
        sent = Math.max(sent, (long) Math.ceil(warmupNanos / nanosEach));
        warm.run();
        sendDue();
    }

    private void after(long nanos, Runnable what) {
        connections.loop().schedule(what, nanos, TimeUnit.NANOSECONDS);
    }

    private long now() {
        return System.nanoTime() - startNanos;
    }

    private long due(long number) {
        return (long) (number * nanosEach);
    }

    private boolean isAllSent() {
        return due(sent) >= endNanos;
    }

    /** Sends what is due as far as connections are free, and comes back when the next one is. */
    private void sendDue() {
        long now = now();
        while (!idle.isEmpty() && due(sent) <= now && !isAllSent()) {
            Channel channel = idle.remove();
            owed.put(channel, due(sent));
            sent++;
            channel.writeAndFlush(request.duplicate());
        }
        if (!ticking && !idle.isEmpty() && !isAllSent()) {
            ticking = true;
            after(due(sent) - now, () -> {
                ticking = false;
                sendDue();
            });
        }
    }

    @Override
    public void answered(Channel channel, int status) {
        long now = now();
        Long due = owed.remove(channel);
        idle.add(channel);
        if (due == null) {
            failed(new IllegalStateException("an answer that nobody asked for"));
        } else if (status != 200) {
            failed++;
        } else {
            if (due >= warmupNanos) {
                latencies.recordValue(now - due);
            }
            if (now >= warmupNanos && now < endNanos) {
                answered++;
            }
        }
        sendDue();
        if (over && owed.isEmpty() && isAllSent()) {
            finish();
        }
    }

    @Override
    public void failed(Throwable cause) {
        result.completeExceptionally(cause);
    }

    private void end() {
        over = true;
        if (owed.isEmpty() && isAllSent()) {
            finish();
        } else {
            after(GRACE_NANOS, this::finish);
        }
    }

    private void finish() {
        while (!isAllSent()) {
            sent++;
            failed++;
        }
        result.complete(new Result(latencies, answered, failed + owed.size()));
    }
}
