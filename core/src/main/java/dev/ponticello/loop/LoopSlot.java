package dev.ponticello.loop;

import java.util.concurrent.atomic.AtomicInteger;
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

    private LoopSlot(Function<LoopContext, T> maker) {
        this.maker = maker;
    }

    public static <T> LoopSlot<T> of(Function<LoopContext, T> maker) {
        return new LoopSlot<>(maker);
    }
}
