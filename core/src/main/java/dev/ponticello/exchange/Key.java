package dev.ponticello.exchange;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A typed name for something that an exchange carries: {@code static final Key<User> USER = Key.of("user")}.
 *
 * @param <T> what it names
 */
@SuppressWarnings("UnusedTypeParameter") // it types what is put and got
public final class Key<T> {
    private static final AtomicInteger COUNT = new AtomicInteger();

    final int index = COUNT.getAndIncrement();
    private final String name;

    private Key(String name) {
        this.name = name;
    }

    /** A new key; the name is for people. Keep keys in static final fields: each takes a place in every exchange. */
    public static <T> Key<T> of(String name) {
        return new Key<>(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
