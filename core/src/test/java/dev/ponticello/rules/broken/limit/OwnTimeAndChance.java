package dev.ponticello.rules.broken.limit;

import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/** Asks the JVM for time and chance. */
public final class OwnTimeAndChance {

    LongSupplier ticks = System::nanoTime;

    Instant now() {
        return Instant.now();
    }

    int chance() {
        return ThreadLocalRandom.current().nextInt();
    }

    Random seedsItself() {
        return new Random();
    }

    Random isSeeded(long seed) {
        return new Random(seed);
    }
}
