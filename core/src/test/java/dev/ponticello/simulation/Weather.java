package dev.ponticello.simulation;

import java.util.EnumMap;
import java.util.Map;

/**
 * How much goes wrong in a simulation: in calm weather nothing does, and then every exchange must be served; in a storm some faults happen, each for some exchanges.
 */
final class Weather {
    private final Map<Fault, Integer> shares = new EnumMap<>(Fault.class);
    private final boolean calm;

    Weather(Dice dice) {
        calm = dice.percent(35);
        if (!calm) {
            int faults = dice.number(1, 1, 2, 3, 6, Fault.values().length);
            int share = dice.number(5, 15, 40);
            while (shares.size() < faults) {
                shares.put(dice.oneOf(Fault.values()), share);
            }
        }
    }

    boolean isCalm() {
        return calm;
    }

    /** Whether this fault happens here. */
    boolean brings(Fault fault, Dice dice) {
        int share = shares.getOrDefault(fault, 0);
        return share > 0 && dice.percent(share);
    }

    /** From now on nothing goes wrong. */
    void clear() {
        shares.clear();
    }

    @Override
    public String toString() {
        return calm ? "calm" : shares.toString();
    }
}
