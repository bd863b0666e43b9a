package dev.ponticello.rules.broken.exchange;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;

/** Waits in every way that the rules know. */
public abstract class Blocking {

    private final ReentrantLock lock = new ReentrantLock();

    synchronized void synchronizedMethod() {}

    void monitor() {
        synchronized (lock) {
            lock.lock();
        }
    }

    void sleeps() throws InterruptedException {
        Thread.sleep(1);
    }

    @SuppressWarnings("WaitNotInLoop")
    void waits() throws InterruptedException {
        wait();
    }

    Object gets(Future<Object> future) throws Exception {
        return future.get();
    }

    Object joins(CompletableFuture<Object> future) {
        return future.thenCompose(value -> CompletableFuture.completedFuture(future.join()));
    }

    Object takes(BlockingQueue<Object> queue) throws InterruptedException {
        return queue.take();
    }

    int reads(String file) throws IOException {
        try (var in = new FileInputStream(file)) {
            return in.read();
        }
    }

    InetSocketAddress resolves(String host) {
        return new InetSocketAddress(host, 80);
    }

    InetSocketAddress doesNotResolve(String host) {
        return InetSocketAddress.createUnresolved(host, 80);
    }

    abstract void wait(String what);

    void callsWhatIsOnlyNamedLikeAWait() {
        wait("for nothing");
    }
}
