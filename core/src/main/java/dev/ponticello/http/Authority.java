package dev.ponticello.http;

import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;

/**
 * The rules of {@code host[:port]}, as it stands in Host and in an absolute target (RFC 3986 §3.2).
 *
 * <p>A host is an IPv6 address in brackets (without zone), an IPv4 address, or a name of letters, digits and
 * {@code - . _ ~}. RFC 3986 would also let a name have percent escapes and {@code ! $ & ' ( ) * + , ; =}. No name that
 * can be looked up has them, escapes would give one name two spellings of which a route matches one, and a comma would
 * split the lists that the name is later written into (X-Forwarded-Host): they are refused.
 */
public final class Authority {
    private static final boolean[] NAME = new boolean[256];

    static {
        for (int c = '0'; c <= 'z'; c++) {
            NAME[c] = Character.isLetterOrDigit(c);
        }
        NAME['-'] = NAME['.'] = NAME['_'] = NAME['~'] = true;
    }

    private Authority() {}

    /** Whether a byte may stand somewhere in an authority. */
    public static boolean isPart(byte b) {
        return NAME[b & 0xFF] || b == ':' || b == '[' || b == ']';
    }

    /** Whether the range is a host, or a host with a port from 0 to 65535. */
    public static boolean isValid(byte[] bytes, int from, int to) {
        int hostEnd = from < to && bytes[from] == '[' ? addressEnd(bytes, from, to) : nameEnd(bytes, from, to);
        return hostEnd > from && (hostEnd == to || (bytes[hostEnd] == ':' && isPort(bytes, hostEnd + 1, to)));
    }

    /** Where the host of a valid authority ends: before the colon of a port, behind the brackets of an IPv6 address. */
    public static int hostEnd(byte[] authority, int from, int to) {
        int end = from;
        boolean address = from < to && authority[from] == '[';
        while (end < to && (address || authority[end] != ':')) {
            address &= authority[end] != ']';
            end++;
        }
        return end;
    }

    private static int nameEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && NAME[bytes[at] & 0xFF]) {
            at++;
        }
        return at;
    }

    /** After the closing bracket of an IPv6 address, or -1. */
    private static int addressEnd(byte[] bytes, int from, int to) {
        int close = from + 1;
        while (close < to && (Character.digit(bytes[close], 16) >= 0 || bytes[close] == ':' || bytes[close] == '.')) {
            close++;
        }
        if (close == to || bytes[close] != ']') {
            return -1;
        }
        String address = new String(bytes, from + 1, close - from - 1, StandardCharsets.US_ASCII);
        return NetUtil.isValidIpV6Address(address) ? close + 1 : -1;
    }

    private static boolean isPort(byte[] bytes, int from, int to) {
        int port = 0;
        for (int at = from; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9 || at - from == 5) {
                return false;
            }
            port = port * 10 + digit;
        }
        return from < to && port <= 65535;
    }
}
