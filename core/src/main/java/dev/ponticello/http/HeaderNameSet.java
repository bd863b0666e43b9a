package dev.ponticello.http;

import java.util.Collection;

/** An immutable set of names that finds whatever resembles one of them, by one table look-up for each field of a head. */
public final class HeaderNameSet {
    private final HeaderName[] table;
    private final long present;

    private HeaderNameSet(Collection<HeaderName> names) {
        int size = Integer.highestOneBit(Math.max(4, names.size() * 4));
        this.table = new HeaderName[size];
        long bits = 0;
        for (HeaderName name : names) {
            bits |= 1L << name.hash();
            int at = name.hash() & size - 1;
            while (table[at] != null) {
                at = at + 1 & size - 1;
            }
            table[at] = name;
        }
        this.present = bits;
    }

    public static HeaderNameSet of(Collection<HeaderName> names) {
        return new HeaderNameSet(names);
    }

    /** Whether some name of the set has the same normal form as the range, whose hash over its normal form is given. */
    public boolean resembles(int hash, byte[] in, int from, int to) {
        if ((present & 1L << hash) == 0) {
            return false;
        }
        for (int at = hash & table.length - 1; table[at] != null; at = at + 1 & table.length - 1) {
            if (table[at].hash() == hash && table[at].resembles(in, from, to)) {
                return true;
            }
        }
        return false;
    }
}
