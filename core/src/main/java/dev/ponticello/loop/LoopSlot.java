package dev.ponticello.loop;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A place in every {@link LoopContext} for one thing of its owner's, made when first asked for. Owners keep theirs in a static final field.
 *
 * @param <T> what the place holds
 */
public final class LoopSlot<T> {
    private static final AtomicInteger COUNT = new AtomicInteger();

    final int index = COUNT.getAndIncrement();
    final Function<LoopContext, T> maker;
    final Consumer<T> closer;

    private LoopSlot(Function<LoopContext, T> maker, Consumer<T> closer) {
        this.maker = maker;
        this.closer = closer;
    }

    public static <T> LoopSlot<T> of(Function<LoopContext, T> maker) {
        return of(maker, _ -> {});
    }

    /** A place for a thing that holds what the collector does not free: the closer lets go of it when the loop has ended. */
    public static <T> LoopSlot<T> of(Function<LoopContext, T> maker, Consumer<T> closer) {
        return new LoopSlot<>(maker, closer);
    }
}
