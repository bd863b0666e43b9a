package dev.ponticello.policy;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;

/** What a client says of content codings (RFC 9110 §12.5.3). */
final class AcceptEncoding {
    /** Neither the coding nor {@code *} is named. */
    static final int UNNAMED = -1;

    private static final int WHOLE = 1000;

    private AcceptEncoding() {}

    /**
     * How much the client likes a coding, in thousandths: 0 says not at all, as does a weight that cannot be read;
     * {@link #UNNAMED} if neither it nor {@code *} is named. Of several weights for one name the least counts;
     * {@code x-gzip} is a name of {@code gzip} (RFC 9110 §8.4.1.3).
     *
     * @param coding in lower case
     */
    static int weight(Headers request, String coding) {
        int named = WHOLE + 1;
        int every = WHOLE + 1;
        for (int slot = request.findArrived(HeaderName.ACCEPT_ENCODING, 0); slot >= 0; slot = request
                .findArrived(HeaderName.ACCEPT_ENCODING, slot + 1)) {
            byte[] in = request.bytes();
            int end = request.valueEnd(slot);
            int from = request.valueStart(slot);
            while (from < end) {
                int to = until(',', in, from, end);
                int nameEnd = trimmedEnd(in, from, until(';', in, from, to));
                int name = skipBlanks(in, from, nameEnd);
                if (Ascii.is("x-gzip", in, name, nameEnd) ? coding.equals("gzip")
                        : Ascii.is(coding, in, name, nameEnd)) {
                    named = Math.min(named, weightIn(in, until(';', in, from, to), to));
                } else if (Ascii.is("*", in, name, nameEnd)) {
                    every = Math.min(every, weightIn(in, until(';', in, from, to), to));
                }
                from = to + 1;
            }
        }
        int weight = named <= WHOLE ? named : every;
        return weight <= WHOLE ? weight : UNNAMED;
    }

    /** The weight in the part of a member from its first semicolon on (RFC 9110 §12.4.2). */
    private static int weightIn(byte[] in, int from, int to) {
        if (from == to) {
            return WHOLE;
        }
        int at = skipBlanks(in, from + 1, to);
        int end = trimmedEnd(in, at, to);
        if (!Ascii.begins("q=", in, at, end)) {
            return 0;
        }
        at += 2;
        if (at == end || (in[at] != '0' && in[at] != '1')) {
            return 0;
        }
        int weight = in[at++] == '1' ? WHOLE : 0;
        if (at < end && in[at] == '.') {
            at++;
            for (int unit = WHOLE / 10; unit > 0 && at < end && in[at] >= '0' && in[at] <= '9'; unit /= 10) {
                weight += (in[at++] - '0') * unit;
            }
        }
        return at == end && weight <= WHOLE ? weight : 0;
    }

    private static int until(char mark, byte[] in, int from, int to) {
        int at = from;
        while (at < to && in[at] != mark) {
            at++;
        }
        return at;
    }

    private static int skipBlanks(byte[] in, int from, int to) {
        int at = from;
        while (at < to && Ascii.isBlank(in[at])) {
            at++;
        }
        return at;
    }

    private static int trimmedEnd(byte[] in, int from, int to) {
        int end = to;
        while (end > from && Ascii.isBlank(in[end - 1])) {
            end--;
        }
        return end;
    }
}
