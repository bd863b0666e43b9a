package dev.ponticello.exchange;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A typed name for something that an exchange carries: {@code static final Key<User> USER = Key.of("user")}.
 *
 * @param <T> what it names
 */
@SuppressWarnings("UnusedTypeParameter") // it types what is put and got
public final class Key<T> {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final int index = COUNT.getAndIncrement();
    private final String name;

    private Key(String name) {
        this.name = name;
    }

    /** A new key; the name is for people. Keep keys in static final fields: each takes a place in every exchange. */
    public static <T> Key<T> of(String name) {
        return new Key<>(name);
    }

    /** What the array holds in this key's place, or null. */
    @Nullable
    T in(@Nullable Object[] values) {
        if (index >= values.length) {
            return null;
        }
        @SuppressWarnings("unchecked") // only put() fills the key's place
        T value = (T) values[index];
        return value;
    }

    /** The array with the value in this key's place; another one if it had none. */
    @Nullable
    Object[] put(@Nullable Object[] values, T value) {
        @Nullable
        Object[] wide = index < values.length ? values : Arrays.copyOf(values, index + 4);
        wide[index] = value;
        return wide;
    }

    @Override
    public String toString() {
        return name;
    }
}
