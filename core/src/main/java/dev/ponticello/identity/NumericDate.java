package dev.ponticello.identity;

/** A moment in a token: a JSON number of seconds since the epoch (RFC 7519 §2). */
final class NumericDate {
    /** Stands for a claim that is no number, or one that is not finite as a double, such as {@code 1e400}. */
    static final long NOT_A_DATE = Long.MIN_VALUE;
    /** Beyond any use (73 million years), and far enough from the ends of a long that a leeway can be added or taken. */
    static final long FAR_MILLIS = Long.MAX_VALUE / 4;
    /** So many digits are exact as a long, also in milliseconds. */
    private static final int EXACT_DIGITS = 15;

    private NumericDate() {}

    /** Milliseconds since the epoch, at most {@link #FAR_MILLIS} away from it, or {@link #NOT_A_DATE}. */
    static long millis(Claim claim) {
        return claim instanceof Claim.Numeral numeral ? millis(numeral.written()) : NOT_A_DATE;
    }

    private static long millis(String written) {
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c < '0' || c > '9' || i == EXACT_DIGITS) {
                double seconds = Double.parseDouble(written);
                return Double.isFinite(seconds)
                        ? Math.clamp((long) Math.floor(seconds * 1000), -FAR_MILLIS, FAR_MILLIS)
                        : NOT_A_DATE;
            }
        }
        return Long.parseLong(written) * 1000;
    }
}
