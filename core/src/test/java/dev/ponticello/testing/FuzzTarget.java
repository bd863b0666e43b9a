package dev.ponticello.testing;

import java.lang.reflect.Constructor;

/** What Jazzer calls: a {@link FuzzTest} by the name of its class. */
public final class FuzzTarget {
    @SuppressWarnings("NullAway.Init") // Jazzer initializes before it tests
    private static FuzzTest test;

    private FuzzTarget() {}

    public static void fuzzerInitialize(String[] args) throws ReflectiveOperationException {
        Constructor<?> constructor = Class.forName(args[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        test = (FuzzTest) constructor.newInstance();
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        test.test(input);
    }
}
