package dev.ponticello.testing;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the test class in which a Netty buffer was lost. JUnit finds it by itself, for every class.
 *
 * <p>A lost buffer is known once it was collected and another one is made, so both are brought about here.
 */
public final class LeakWatch implements BeforeAllCallback, AfterAllCallback {
    private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();
    private static final int LOOKS = 3;
    private static final long BETWEEN_LOOKS_NANOS = 2_000_000;

    @Override
    public void beforeAll(ExtensionContext context) {
        ByteBufUtil.setLeakListener((type, records) -> REPORTS.add(type + records));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        for (int look = 0; look < LOOKS; look++) {
            System.gc();
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
            ByteBufAllocator.DEFAULT.buffer(1).release();
        }
        String report = REPORTS.poll();
        if (report != null) {
            REPORTS.clear();
            throw new AssertionError("a buffer was lost, here or in a class before: " + report);
        }
    }
}
