package dev.ponticello.app;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * SIGTERM and SIGINT: the first asks to end, the second ends at once.
 *
 * <p>
 * A shutdown hook could not hear the second one. The JDK's class for signals is reached by reflection, because javac
 * warns of it in a way that cannot be suppressed.
 */
final class Signals implements Termination {

    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicInteger count = new AtomicInteger();

    @Override
    public void listen() {
        try {
            listen("TERM");
            listen("INT");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("sun.misc.Signal (expected: in module jdk.unsupported)", e);
        }
    }

    @Override
    public void await() throws InterruptedException {
        asked.await();
    }

    private void listen(String name) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object onSignal = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[]{handler},
                (proxy, method, arguments) -> {
                    received();
                    return null;
                });
        signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name),
                onSignal);
    }

    private void received() {
        if (count.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(ExitCode.CUT);
        }
        asked.countDown();
    }
}
