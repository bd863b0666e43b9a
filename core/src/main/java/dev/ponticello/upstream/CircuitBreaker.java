package dev.ponticello.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stops attempts to what keeps failing, and lets a bounded number of probes find out when it is well again.
 *
 * <pre>
 *                        failures in a row reach the threshold
 *             ┌────────────────────────────────────────────────────────┐
 *             │                                                        ▼
 *       ┌───────────┐                                            ┌───────────┐
 *       │  CLOSED   │                                            │   OPEN    │◄──┐
 *       │ all pass  │                                            │ none pass │   │
 *       └───────────┘                                            └───────────┘   │
 *             ▲                                                        │         │
 *             │                      ┌───────────┐   open-for is over  │         │ a probe fails
 *             │    good head of      │ HALF_OPEN │◄────────────────────┘         │
 *             └──────────────────────│  probes   │                               │
 *                    a probe         │   pass    │───────────────────────────────┘
 *                                    └───────────┘
 * </pre>
 *
 * <p>Half-open is not entered: it is how an open breaker whose time is over reads, with traffic or without.
 *
 * <table>
 * <caption>What a permit's reports do</caption>
 * <tr><th></th><th>closed</th><th>half-open, a probe</th></tr>
 * <tr><td>{@link #headGood}</td><td>nothing</td><td>closes the breaker; the count of failures in a row stays</td></tr>
 * <tr><td>{@link #succeeded}</td><td>sets the count to 0</td><td>closes the breaker, sets the count to 0</td></tr>
 * <tr><td>{@link #failed}</td><td>counts; at the threshold opens</td><td>opens anew for the whole time</td></tr>
 * <tr><td>{@link #neutral}</td><td>nothing</td><td>gives the place to another probe</td></tr>
 * </table>
 *
 * <ul>
 * <li>Each opening and each closing begins a new period. A report counts only in the period of its permit: what began
 * before an opening neither prolongs nor ends it.
 * <li>One permit crosses the border: that of the probe whose good head closed the breaker counts in the period that it
 * began. As only a whole answer breaks a row of failures, the row that opened the breaker still stands then. If the
 * probe's body is cut, or anything else fails before an answer has ended whole, the breaker opens again at once.
 * <li>At most {@code probes} probes run at a time, over all threads. One that has not reported for as long as the
 * breaker was open gives its place to another; its report still counts while the period lasts, or an endpoint slower
 * than that time could never close the breaker.
 * </ul>
 *
 * <p>Thread rule: shared by all loops; the whole state is one immutable object, replaced by compare-and-set. While the
 * breaker is closed and nothing has failed, a permit and each report cost one volatile read and no write.
 *
 * <p>Times are those of {@link System#nanoTime()}: any number, compared by difference.
 */
public final class CircuitBreaker {
    /** What {@link #tryAcquire} returns instead of a permit. */
    public static final long REFUSED = -1;

    private static final int MOST_PROBES = 1000;

    // A permit: the number of the period above; below it the number of the probe, from 1, or 0 for an ordinary attempt.
    private static final int PERIOD_SHIFT = 32;
    private static final int PROBE_MASK = 0x7fffffff;

    private final int failures;
    private final long openForNanos;
    private final int probes;
    private final Listener listener;
    private final AtomicReference<Phase> phase;

    /**
     * Makes a closed breaker.
     *
     * @param failures how many failures in a row open it, at least 1
     * @param openForNanos how long it stays open, at least 1 ns
     * @param probes how many attempts may run at a time while it is half-open, 1…1000
     * @param listener hears of each change
     * @throws IllegalArgumentException if a number is outside its range
     */
    public CircuitBreaker(int failures, long openForNanos, int probes, Listener listener) {
        this(failures, openForNanos, probes, listener,
                new AtomicReference<>(new Closed(1L << PERIOD_SHIFT, 0, REFUSED)));
    }

    private CircuitBreaker(int failures, long openForNanos, int probes, Listener listener,
            AtomicReference<Phase> phase) {
        if (failures < 1) {
            throw new IllegalArgumentException("failures: " + failures + " (expected: >= 1)");
        }
        if (openForNanos < 1) {
            throw new IllegalArgumentException("openForNanos: " + openForNanos + " (expected: >= 1)");
        }
        if (probes < 1 || probes > MOST_PROBES) {
            throw new IllegalArgumentException("probes: " + probes + " (expected: 1…" + MOST_PROBES + ")");
        }
        this.failures = failures;
        this.openForNanos = openForNanos;
        this.probes = probes;
        this.listener = listener;
        this.phase = phase;
    }

    /**
     * This breaker by other numbers: both share one state, and a permit of the one may be reported to the other. What is open stays so for the time that it was opened for.
     *
     * @throws IllegalArgumentException if a number is outside its range
     */
    public CircuitBreaker with(int failures, long openForNanos, int probes) {
        return new CircuitBreaker(failures, openForNanos, probes, listener, phase);
    }

    /**
     * Asks for a permit for one attempt.
     *
     * @return the permit, which is never negative, or {@link #REFUSED}. A permit ends with {@link #succeeded}, {@link
     * #failed}
     *         or {@link #neutral}, one of them, once; {@link #headGood} may come before, once.
     */
    public long tryAcquire(long nowNanos) {
        return phase.get() instanceof Closed closed ? closed.permit : tryProbe(nowNanos);
    }

    /** Reports that the head of the answer is there and tells of no failure. */
    public void headGood(long permit) {
        while (phase.get() instanceof Open open && open.isProbe(permit)) {
            if (close(open, permit, open.inRow)) {
                return;
            }
        }
    }

    /** Reports that the answer has ended whole, and tells of no failure. */
    public void succeeded(long permit) {
        while (true) {
            switch (phase.get()) {
                case Closed closed -> {
                    if (closed.inRow == 0 || !closed.counts(permit)
                            || phase.compareAndSet(closed, new Closed(closed.permit, 0, closed.closer))) {
                        return;
                    }
                }
                case Open open -> {
                    if (!open.isProbe(permit) || close(open, permit, 0)) {
                        return;
                    }
                }
            }
        }
    }

    /** Reports that the attempt failed: before its head, by its head, or after it. */
    public void failed(long permit, long nowNanos) {
        while (true) {
            switch (phase.get()) {
                case Closed closed -> {
                    if (!closed.counts(permit)) {
                        return;
                    }
                    int inRow = closed.inRow + 1;
                    if (inRow < failures) {
                        if (phase.compareAndSet(closed, new Closed(closed.permit, inRow, closed.closer))) {
                            return;
                        }
                    } else if (open(closed, State.CLOSED, inRow, nowNanos)) {
                        return;
                    }
                }
                case Open open -> {
                    if (!open.isProbe(permit) || open(open, State.HALF_OPEN, open.inRow, nowNanos)) {
                        return;
                    }
                }
            }
        }
    }

    /** Reports that the attempt says nothing about the upstream: the client left, or it never came to the attempt. */
    public void neutral(long permit) {
        while (phase.get() instanceof Open open && open.isProbe(permit)) {
            List<Probe> others = new ArrayList<>(open.running);
            if (!others.removeIf(probe -> probe.permit == permit)
                    || phase.compareAndSet(open, open.with(others, open.lastProbe))) {
                return;
            }
        }
    }

    /** How the breaker reads at a moment. */
    public State state(long nowNanos) {
        if (phase.get() instanceof Open open) {
            return nowNanos - open.untilNanos < 0 ? State.OPEN : State.HALF_OPEN;
        }
        return State.CLOSED;
    }

    /** How long the breaker will still be open, for {@code Retry-After}; 0 when it is not. */
    public long openRemainingNanos(long nowNanos) {
        return phase.get() instanceof Open open ? Math.max(0, open.untilNanos - nowNanos) : 0;
    }

    private long tryProbe(long nowNanos) {
        while (true) {
            switch (phase.get()) {
                case Closed closed -> {
                    return closed.permit;
                }
                case Open open -> {
                    if (nowNanos - open.untilNanos < 0 || running(open, nowNanos) >= probes) {
                        return REFUSED;
                    }
                    int number = open.lastProbe + 1 & PROBE_MASK;
                    long permit = open.permit + number;
                    List<Probe> running = new ArrayList<>(open.running);
                    running.removeIf(probe -> expired(probe, nowNanos));
                    running.add(new Probe(permit, nowNanos));
                    if (phase.compareAndSet(open, open.with(running, number))) {
                        if (open.lastProbe == 0) {
                            listener.changed(State.OPEN, State.HALF_OPEN);
                        }
                        return permit;
                    }
                }
            }
        }
    }

    private int running(Open open, long nowNanos) {
        int running = 0;
        for (int i = 0; i < open.running.size(); i++) {
            running += expired(open.running.get(i), nowNanos) ? 0 : 1;
        }
        return running;
    }

    private boolean expired(Probe probe, long nowNanos) {
        return nowNanos - probe.sinceNanos >= openForNanos;
    }

    private boolean open(Phase from, State read, int inRow, long nowNanos) {
        Open open = new Open(nextPeriod(from), inRow, nowNanos + openForNanos, List.of(), 0);
        return change(from, open, read, State.OPEN);
    }

    private boolean close(Open from, long closer, int inRow) {
        return change(from, new Closed(nextPeriod(from), inRow, closer), State.HALF_OPEN, State.CLOSED);
    }

    private boolean change(Phase from, Phase to, State read, State reads) {
        if (!phase.compareAndSet(from, to)) {
            return false;
        }
        listener.changed(read, reads);
        return true;
    }

    private static long nextPeriod(Phase phase) {
        return phase.permit() + (1L << PERIOD_SHIFT) & Long.MAX_VALUE;
    }

    /** How a breaker reads. */
    public enum State {
        /** All attempts pass. */
        CLOSED,
        /** No attempt passes. */
        OPEN,
        /** Some attempts pass, as probes. */
        HALF_OPEN;

        private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

        /** The name in health and logs: {@code half-open}. */
        public String label() {
            return label;
        }
    }

    /** Hears of each change of a breaker. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Says that the breaker changed; that it became half-open is said when the first probe passes. Called by the
         * thread that made the change, just after it; calls of different threads may overtake one another. Must not
         * block or throw.
         */
        void changed(State from, State to);
    }

    /** What the breaker is in, with the permit of the period for ordinary attempts. */
    private sealed interface Phase {
        long permit();
    }

    /** Closed: with the count of failures in a row, and the permit of the probe that closed it. */
    private record Closed(long permit, int inRow, long closer) implements Phase {
        boolean counts(long reported) {
            return reported == permit || reported == closer;
        }
    }

    /** Open, or half-open when the time has come; with the probes that have not reported, a list nobody changes. */
    private record Open(long permit, int inRow, long untilNanos, List<Probe> running, int lastProbe) implements Phase {
        boolean isProbe(long reported) {
            return reported >>> PERIOD_SHIFT == permit >>> PERIOD_SHIFT;
        }

        Open with(List<Probe> probes, int last) {
            return new Open(permit, inRow, untilNanos, probes, last);
        }
    }

    private record Probe(long permit, long sinceNanos) {}
}
