package dev.ponticello.simulation;

import java.util.SplittableRandom;

/** Chance from a seed. */
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        this.random = new SplittableRandom(seed);
    }

    long nextLong() {
        return random.nextLong();
    }

    /** Other dice, which fall alike for every seed however often these are thrown afterwards. */
    Dice others() {
        return new Dice(random.nextLong());
    }

    /** 0 to {@code bound - 1}. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    /** True in so many of a hundred throws. */
    boolean percent(int share) {
        return random.nextInt(100) < share;
    }

    int number(int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** 1 to {@code most}, each order of magnitude as likely as the next. */
    int size(int most) {
        int bits = 32 - Integer.numberOfLeadingZeros(most);
        return Math.min(most, 1 + random.nextInt(1 << random.nextInt(bits + 1)));
    }
}
