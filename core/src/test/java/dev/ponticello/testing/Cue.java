package dev.ponticello.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A sign from one part of a play to another: a script waits for it in the middle of an answer, the test gives it once
 * the client has seen the first half. Given once, it stays given.
 */
public final class Cue {
    private final CountDownLatch latch = new CountDownLatch(1);

    public void give() {
        latch.countDown();
    }

    /** Waits for the cue; fails at the deadline of {@link RawConnection#DEADLINE}. */
    public void await() throws InterruptedException {
        if (!latch.await(RawConnection.DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("no cue within " + RawConnection.DEADLINE);
        }
    }
}
