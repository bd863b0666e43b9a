package dev.ponticello.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimersTest {
    private static final long MILLI = 1_000_000;
    /** One slot that has begun, one for the loop to come round. */
    private static final long LATE = 2 * 8 * MILLI;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final ManualIoEventLoop eventLoop = new ManualIoEventLoop(null, Thread.currentThread(),
            LocalIoHandler.newFactory(), ticker);
    private final Timers timers = new Timers(eventLoop, new Clock() {
        @Override
        public long nanoTime() {
            return ticker.nanoTime();
        }

        @Override
        public long wallMillis() {
            throw new UnsupportedOperationException();
        }
    });
    private final List<String> expired = new ArrayList<>();

    @AfterEach
    void stop() {
        eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        while (!eventLoop.isTerminated()) {
            ticker.advanceMillis(1);
            eventLoop.runNow();
        }
    }

    /** Passes time in one go, as for a loop that was busy or stopped. */
    private void stall(long millis) {
        ticker.advanceMillis(millis);
        eventLoop.runNow();
    }

    private void pass(long millis) {
        for (long i = 0; i < millis; i++) {
            stall(1);
        }
    }

    private Timeout timeout(String name) {
        return timeout(name, () -> {});
    }

    private Timeout timeout(String name, Runnable then) {
        return new Timeout() {
            @Override
            protected void expired() {
                expired.add(name);
                then.run();
            }
        };
    }

    @Test
    void isNeverEarlyAndAtMostTwoSlotsLate() {
        for (long delay : new long[]{0, 1, 7, 8, 9, 100, 4000, 4095, 4096, 4104, 5000, 12_345}) {
            Timeout timeout = timeout("after " + delay);
            pass(3);
            long armed = ticker.nanoTime();
            timers.arm(timeout, delay * MILLI);
            pass(delay - 1);
            assertThat(expired).as("after %d ms", delay).isEmpty();
            while (expired.isEmpty()) {
                pass(1);
            }
            assertThat(ticker.nanoTime() - armed).as("after %d ms", delay).isBetween(delay * MILLI,
                    delay * MILLI + LATE);
            assertThat(timeout.isArmed()).isFalse();
            expired.clear();
        }
    }

    @Test
    void comesOnceForEachArming() {
        Timeout timeout = timeout("one");
        timers.arm(timeout, 5 * MILLI);
        pass(10_000);
        assertThat(expired).containsExactly("one");
        timers.arm(timeout, 5 * MILLI);
        pass(10_000);
        assertThat(expired).containsExactly("one", "one");
    }

    @Test
    void isPutOff() {
        Timeout timeout = timeout("put off");
        timers.arm(timeout, 50 * MILLI);
        for (int i = 0; i < 300; i++) {
            pass(40);
            timers.arm(timeout, 50 * MILLI);
        }
        assertThat(expired).isEmpty();
        assertThat(timeout.isArmed()).isTrue();
        pass(49);
        assertThat(expired).isEmpty();
        pass(17);
        assertThat(expired).containsExactly("put off");
    }

    @Test
    void isPutForward() {
        Timeout timeout = timeout("put forward");
        timers.arm(timeout, 10_000 * MILLI);
        pass(100);
        timers.arm(timeout, 20 * MILLI);
        pass(19);
        assertThat(expired).isEmpty();
        pass(17);
        assertThat(expired).containsExactly("put forward");
        pass(20_000);
        assertThat(expired).containsExactly("put forward");
    }

    @Test
    void doesNotComeWhenDisarmedOrReleased() {
        Timeout disarmed = timeout("disarmed");
        Timeout released = timeout("released");
        Timeout other = timeout("other");
        timers.arm(disarmed, 20 * MILLI);
        timers.arm(released, 20 * MILLI);
        timers.arm(other, 20 * MILLI);
        timers.disarm(disarmed);
        timers.release(released);
        assertThat(disarmed.isArmed()).isFalse();
        assertThat(released.isArmed()).isFalse();
        pass(5000);
        assertThat(expired).containsExactly("other");
    }

    @Test
    void comesWhenArmedAgainAfterItWasCalledOff() {
        Timeout disarmed = timeout("disarmed");
        Timeout released = timeout("released");
        timers.arm(disarmed, 100 * MILLI);
        timers.arm(released, 100 * MILLI);
        timers.disarm(disarmed);
        timers.release(released);
        timers.arm(disarmed, 20 * MILLI);
        timers.arm(released, 200 * MILLI);
        pass(36);
        assertThat(expired).containsExactly("disarmed");
        pass(180);
        assertThat(expired).containsExactly("disarmed", "released");
    }

    @Test
    void mayReleaseItsNeighboursWhenItComes() {
        Timeout before = timeout("before");
        Timeout after = timeout("after");
        Timeout last = timeout("last");
        Timeout middle = timeout("middle", () -> {
            timers.release(before);
            timers.release(after);
        });
        timers.arm(before, 20 * MILLI);
        timers.arm(middle, 20 * MILLI);
        timers.arm(after, 20 * MILLI);
        timers.arm(last, 20 * MILLI);
        pass(5000);
        assertThat(expired).containsExactly("before", "middle", "last");
    }

    @Test
    void mayReleaseItselfWhenItComes() {
        Timeout[] self = new Timeout[1];
        self[0] = timeout("self", () -> timers.release(self[0]));
        timers.arm(self[0], 20 * MILLI);
        pass(100);
        timers.arm(self[0], 20 * MILLI);
        pass(100);
        assertThat(expired).containsExactly("self", "self");
    }

    @Test
    void mayPutOffAndDisarmItsNeighboursWhenItComes() {
        Timeout putOff = timeout("put off");
        Timeout disarmed = timeout("disarmed");
        Timeout first = timeout("first", () -> {
            timers.arm(putOff, 100 * MILLI);
            timers.disarm(disarmed);
        });
        timers.arm(first, 20 * MILLI);
        timers.arm(putOff, 20 * MILLI);
        timers.arm(disarmed, 20 * MILLI);
        pass(100);
        assertThat(expired).containsExactly("first");
        pass(40);
        assertThat(expired).containsExactly("first", "put off");
    }

    @Test
    void mayArmIntoTheSlotThatIsExpiring() {
        // 512 slots of 8 ms: a whole turn later is the same slot.
        Timeout turnLater = timeout("a turn later");
        Timeout now = timeout("now", () -> timers.arm(turnLater, 4096 * MILLI));
        Timeout soon = timeout("soon");
        Timeout nowToo = timeout("now too", () -> timers.arm(soon, 0));
        timers.arm(now, 20 * MILLI);
        timers.arm(nowToo, 20 * MILLI);
        pass(24);
        assertThat(expired).containsExactly("now", "now too");
        pass(16);
        assertThat(expired).containsExactly("now", "now too", "soon");
        pass(4000);
        assertThat(expired).doesNotContain("a turn later");
        pass(100);
        assertThat(expired).containsExactly("now", "now too", "soon", "a turn later");
    }

    @Test
    void comesRepeatedly() {
        Timeout[] self = new Timeout[1];
        self[0] = timeout("tick", () -> timers.arm(self[0], 100 * MILLI));
        timers.arm(self[0], 100 * MILLI);
        pass(1160);
        assertThat(expired.size()).isBetween(10, 11);
    }

    @Test
    void catchesUpAfterTheLoopStoodStill() {
        for (long standstill : new long[]{100, 4000, 4096, 5000, 50_000}) {
            expired.clear();
            Timeout again = timeout("again");
            Timeout due = timeout("due", () -> timers.arm(again, 50 * MILLI));
            Timeout farAway = timeout("far away");
            timers.arm(due, 30 * MILLI);
            timers.arm(farAway, (standstill + 1000) * MILLI);
            stall(standstill);
            assertThat(expired).as("after %d ms", standstill).containsExactly("due");
            pass(49);
            assertThat(expired).as("after %d ms", standstill).containsExactly("due");
            pass(17);
            assertThat(expired).as("after %d ms", standstill).containsExactly("due", "again");
            pass(1000 - 66 + 16);
            assertThat(expired).as("after %d ms", standstill).containsExactly("due", "again", "far away");
        }
    }

    @Test
    void isOnTimeWhenArmedBeforeTheLoopCatchesUp() {
        Timeout old = timeout("old");
        Timeout fresh = timeout("fresh");
        timers.arm(old, 30 * MILLI);
        ticker.advanceMillis(60_000);
        timers.arm(fresh, 50 * MILLI);
        eventLoop.runNow();
        assertThat(expired).containsExactly("old");
        pass(49);
        assertThat(expired).containsExactly("old");
        pass(17);
        assertThat(expired).containsExactly("old", "fresh");
    }

    @Test
    void goesOnBehindOneThatThrows() {
        Timeout before = timeout("before");
        Timeout broken = timeout("broken", () -> {
            throw new IllegalStateException("for the test");
        });
        Timeout after = timeout("after");
        Timeout later = timeout("later");
        timers.arm(before, 20 * MILLI);
        timers.arm(broken, 20 * MILLI);
        timers.arm(after, 20 * MILLI);
        timers.arm(later, 60 * MILLI);
        pass(36);
        assertThat(expired).containsExactly("before", "broken", "after");
        pass(40);
        assertThat(expired).containsExactly("before", "broken", "after", "later");
    }

    @Test
    void isAsGoodAsLookingAtEveryDeadline() {
        for (long seed = 0; seed < 40; seed++) {
            new Simulation(seed).run();
        }
    }

    /** Many timeouts, moved about at random, beside a model that keeps their deadlines only. */
    private final class Simulation {
        private static final int COUNT = 40;
        private static final long NONE = Long.MIN_VALUE;

        private final long seed;
        private final Random random;
        private final Timeout[] all = new Timeout[COUNT];
        private final long[] deadlines = new long[COUNT];
        private final List<String> faults = new ArrayList<>();

        Simulation(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            for (int i = 0; i < COUNT; i++) {
                int number = i;
                deadlines[i] = NONE;
                all[i] = new Timeout() {
                    @Override
                    protected void expired() {
                        come(number);
                    }
                };
            }
        }

        void run() {
            for (int step = 0; step < 4000; step++) {
                for (int edits = random.nextInt(3); edits > 0; edits--) {
                    edit();
                }
                stall(random.nextInt(200) == 0 ? random.nextLong(12_000) : 1);
                check();
            }
            for (Timeout timeout : all) {
                timers.release(timeout);
            }
        }

        private void come(int number) {
            // What is thrown here would end in the log of the loop.
            if (deadlines[number] == NONE) {
                faults.add(number + " comes uncalled");
            } else if (ticker.nanoTime() < deadlines[number]) {
                faults.add(number + " comes early");
            }
            if (all[number].isArmed()) {
                faults.add(number + " is armed when it comes");
            }
            deadlines[number] = NONE;
            for (int edits = random.nextInt(3); edits > 0; edits--) {
                edit();
            }
        }

        private void edit() {
            int number = random.nextInt(COUNT);
            switch (random.nextInt(8)) {
                case 0 -> {
                    timers.disarm(all[number]);
                    deadlines[number] = NONE;
                }
                case 1 -> {
                    timers.release(all[number]);
                    deadlines[number] = NONE;
                }
                default -> {
                    long bound = switch (random.nextInt(3)) {
                        case 0 -> 20;
                        case 1 -> 500;
                        default -> 15_000;
                    };
                    long delay = random.nextLong(bound * MILLI);
                    timers.arm(all[number], delay);
                    deadlines[number] = ticker.nanoTime() + delay;
                }
            }
        }

        private void check() {
            assertThat(faults).as("seed %d", seed).isEmpty();
            long now = ticker.nanoTime();
            for (int i = 0; i < COUNT; i++) {
                boolean armed = deadlines[i] != NONE;
                assertThat(all[i].isArmed()).as("seed %d: whether %d is armed", seed, i).isEqualTo(armed);
                if (armed && now - deadlines[i] > LATE) {
                    throw new AssertionError("seed %d: %d is %d ms late".formatted(seed, i,
                            (now - deadlines[i]) / MILLI));
                }
            }
        }
    }
}
