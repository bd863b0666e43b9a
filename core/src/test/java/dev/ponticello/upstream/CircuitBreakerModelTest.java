package dev.ponticello.upstream;

import static dev.ponticello.upstream.CircuitBreaker.State.CLOSED;
import static dev.ponticello.upstream.CircuitBreaker.State.HALF_OPEN;
import static dev.ponticello.upstream.CircuitBreaker.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.upstream.CircuitBreaker.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares the breaker with a plain one that remembers everything that ever happened, over random lives. */
class CircuitBreakerModelTest {
    private static final int SEEDS = 2000;
    private static final int STEPS = 300;

    /** What a model knows of a permit. */
    private static final class Attempt {
        final boolean probe;
        final long since;
        int period;
        boolean reported;
        boolean headGood;

        Attempt(int period, boolean probe, long since) {
            this.period = period;
            this.probe = probe;
            this.since = since;
        }
    }

    /** The rules, as they are written, with a clock that starts at 0. */
    private static final class Model {
        final int failures;
        final long openFor;
        final int probes;
        final List<Attempt> attempts = new ArrayList<>();
        final List<String> changes = new ArrayList<>();
        boolean closed = true;
        int period;
        int inRow;
        long opened;

        Model(int failures, long openFor, int probes) {
            this.failures = failures;
            this.openFor = openFor;
            this.probes = probes;
        }

        State state(long now) {
            return closed ? CLOSED : now < opened + openFor ? OPEN : HALF_OPEN;
        }

        boolean acquire(long now) {
            State state = state(now);
            List<Attempt> probing = attempts.stream().filter(a -> a.probe && a.period == period).toList();
            long running = probing.stream().filter(a -> !a.reported && now < a.since + openFor).count();
            if (state == OPEN || (state == HALF_OPEN && running >= probes)) {
                return false;
            }
            if (state == HALF_OPEN && probing.isEmpty()) {
                changes.add("OPEN HALF_OPEN");
            }
            attempts.add(new Attempt(period, state == HALF_OPEN, now));
            return true;
        }

        void headGood(Attempt attempt) {
            attempt.headGood = true;
            if (attempt.period == period && !closed) {
                close(attempt);
            }
        }

        void succeeded(Attempt attempt) {
            attempt.reported = true;
            if (attempt.period == period) {
                if (!closed) {
                    close(attempt);
                }
                inRow = 0;
            }
        }

        void failed(Attempt attempt, long now) {
            attempt.reported = true;
            if (attempt.period == period) {
                inRow++;
                if (!closed || inRow >= failures) {
                    changes.add((closed ? CLOSED : HALF_OPEN) + " OPEN");
                    closed = false;
                    opened = now;
                    period++;
                }
            }
        }

        private void close(Attempt by) {
            changes.add("HALF_OPEN CLOSED");
            closed = true;
            period++;
            by.period = period;
        }
    }

    @Test
    void agreesWithItsModel() {
        Map<String, Integer> seen = new LinkedHashMap<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            live(seed, seen);
        }
        for (String change : List.of("CLOSED OPEN", "OPEN HALF_OPEN", "HALF_OPEN OPEN", "HALF_OPEN CLOSED")) {
            assertThat(seen.getOrDefault(change, 0)).as(change).isGreaterThan(SEEDS);
        }
    }

    private static void live(long seed, Map<String, Integer> seen) {
        Random random = new Random(seed);
        int failures = 1 + random.nextInt(4);
        long openFor = 1L + random.nextInt(20);
        int probes = 1 + random.nextInt(3);
        long origin = random.nextBoolean() ? Long.MAX_VALUE - random.nextInt(300) : random.nextLong();
        List<String> changes = new ArrayList<>();
        CircuitBreaker breaker = new CircuitBreaker(failures, openFor, probes,
                (from, to) -> changes.add(from + " " + to));
        Model model = new Model(failures, openFor, probes);
        List<Long> permits = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < STEPS; step++) {
            now += random.nextInt(3) == 0 ? random.nextInt(5) : 0;
            if (random.nextInt(3) == 0) {
                long permit = breaker.tryAcquire(origin + now);
                assertThat(permit >= 0).as("seed %d step %d", seed, step).isEqualTo(model.acquire(now));
                if (permit >= 0) {
                    permits.add(permit);
                }
            } else if (!permits.isEmpty()) {
                // Mostly a late one of the last few, at times one from long ago.
                int back = random.nextInt(random.nextInt(4) == 0 ? permits.size() : Math.min(4, permits.size()));
                int index = permits.size() - 1 - back;
                report(random.nextInt(8), breaker, model, permits.get(index), model.attempts.get(index), origin, now);
            }
            assertThat(breaker.state(origin + now)).as("seed %d step %d", seed, step).isEqualTo(model.state(now));
            assertThat(breaker.openRemainingNanos(origin + now)).as("seed %d step %d", seed, step)
                    .isEqualTo(model.closed ? 0 : Math.max(0, model.opened + openFor - now));
        }
        assertThat(changes).as("seed %d", seed).isEqualTo(model.changes);
        changes.forEach(change -> seen.merge(change, 1, Integer::sum));
    }

    private static void report(int kind, CircuitBreaker breaker, Model model, long permit, Attempt attempt, long origin,
            long now) {
        if (attempt.reported) {
            return;
        }
        switch (kind) {
            case 0, 1 -> {
                if (!attempt.headGood) {
                    breaker.headGood(permit);
                    model.headGood(attempt);
                }
            }
            case 2, 3 -> {
                breaker.succeeded(permit);
                model.succeeded(attempt);
            }
            case 4 -> {
                breaker.neutral(permit);
                attempt.reported = true;
            }
            default -> {
                breaker.failed(permit, origin + now);
                model.failed(attempt, now);
            }
        }
    }
}
