package dev.ponticello.loop;

import java.security.SecureRandom;

/** Where randomness comes from, so that a simulation can pass in a seed. */
public interface Chance {
    /** Randomness that nobody outside can guess. */
    Chance SECURE = new SecureRandom()::nextLong;

    /** 64 random bits. */
    long nextLong();
}
