package dev.ponticello.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * SIGTERM and SIGINT: the first asks to end, the second to end at once, and the third ends the process whatever it does. SIGHUP asks for the config to be read again; a process that was started with
 * SIGHUP ignored, as nohup does, never hears it.
 *
 * <p>
 * A shutdown hook could not hear the second one. The JDK's class for signals is reached by reflection, because javac
 * warns of it in a way that cannot be suppressed.
 */
final class Signals implements Termination {

    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicReference<@Nullable Runnable> second = new AtomicReference<>();
    private final Semaphore hangUps = new Semaphore(0);

    @Override
    public void listen() {
        try {
            listen("TERM", this::received);
            listen("INT", this::received);
            listenIfThereIs("HUP", hangUps::release);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("sun.misc.Signal (expected: in module jdk.unsupported)", e);
        }
    }

    @Override
    public void await() throws InterruptedException {
        asked.await();
    }

    /** Windows has no SIGHUP: there the config is read once. */
    private static void listenIfThereIs(String name, Runnable received) throws ReflectiveOperationException {
        try {
            listen(name, received);
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException)) {
                throw e;
            }
        }
    }

    private static void listen(String name, Runnable received) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object onSignal = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[]{handler},
                (proxy, method, arguments) -> {
                    received.run();
                    return null;
                });
        signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name),
                onSignal);
    }

    @Override
    public void onReload(Runnable action) {
        Thread.ofPlatform().daemon().name("ponticello-reload").start(() -> {
            while (true) {
                hangUps.acquireUninterruptibly();
                hangUps.drainPermits();
                action.run();
            }
        });
    }

    @Override
    public void onSecond(Runnable action) {
        second.set(action);
    }

    private void received() {
        if (count.incrementAndGet() == 1) {
            asked.countDown();
            return;
        }
        Runnable action = second.getAndSet(null);
        if (action == null) {
            Runtime.getRuntime().halt(ExitCode.CUT);
        } else {
            Thread.ofPlatform().daemon().name("ponticello-end").start(action);
        }
    }
}
