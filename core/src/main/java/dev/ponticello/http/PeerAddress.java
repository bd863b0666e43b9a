package dev.ponticello.http;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The network address of a client, as 128 bits and as text. An IPv4 address is kept in its IPv6-mapped form (RFC 4291 §2.5.5.2), so that it is one client on either kind of socket.
 */
public final class PeerAddress {
    private static final long V4_MAPPED = 0x0000_FFFF_0000_0000L;

    private final long high;
    private final long low;
    /** Made when somebody asks; two threads may make it twice. */
    private @Nullable String text;

    private PeerAddress(long high, long low) {
        this.high = high;
        this.low = low;
    }

    public static PeerAddress of(InetAddress address) {
        return of(address.getAddress());
    }

    /** The address that these 4 or 16 bytes are. */
    public static PeerAddress of(byte[] bytes) {
        return bytes.length == 4 ? ofV4(ByteBuffer.wrap(bytes).getInt()) : ofBits(bits(bytes, 0), bits(bytes, 8));
    }

    /** The address with these bits; a mapped IPv4 address is that IPv4 address. */
    public static PeerAddress ofBits(long high, long low) {
        return new PeerAddress(high, low);
    }

    /** As {@link #parse(String)}, of a range of ASCII bytes. */
    public static @Nullable PeerAddress parse(byte[] bytes, int from, int to) {
        int bits = 0;
        int at = from;
        for (int octet = 0; octet < 4; octet++) {
            int start = at;
            int value = 0;
            while (at < to && at - start < 3 && bytes[at] >= '0' && bytes[at] <= '9') {
                value = value * 10 + bytes[at++] - '0';
            }
            boolean ends = octet < 3 ? at < to && bytes[at] == '.' : at == to;
            if (!ends || at == start || value > 255 || (at - start > 1 && bytes[start] == '0')) {
                return parse(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
            }
            bits = (bits << 8) | value;
            at++;
        }
        return ofV4(bits);
    }

    /** The address that a text spells without a zone, brackets or port; null for anything else, such as an octet with a leading zero, which some read as octal. */
    public static @Nullable PeerAddress parse(String text) {
        if (text.indexOf(':') >= 0) {
            return parseV6(text);
        }
        long bits = parseV4(text, 0);
        return bits < 0 ? null : ofV4((int) bits);
    }

    /** The 32 bits of the IPv4 address from {@code from} to the end, or -1. */
    private static long parseV4(String text, int from) {
        long bits = 0;
        int at = from;
        for (int octet = 0; octet < 4; octet++) {
            int end = octet < 3 ? text.indexOf('.', at) : text.length();
            int value = end < 0 ? -1 : number(text, at, end, 10, 3);
            if (value < 0 || value > 255 || (end - at > 1 && text.charAt(at) == '0')) {
                return -1;
            }
            bits = (bits << 8) | value;
            at = end + 1;
        }
        return bits;
    }

    /** The text forms of RFC 4291 §2.2. */
    private static @Nullable PeerAddress parseV6(String text) {
        int[] groups = new int[8];
        int count = 0;
        int gap = -1;
        int at = 0;
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < text.length()) {
            int colon = text.indexOf(':', at);
            int end = colon < 0 ? text.length() : colon;
            int group = number(text, at, end, 16, 4);
            if (group >= 0 && count < 8) {
                groups[count++] = group;
            } else {
                long v4 = colon < 0 && count < 7 ? parseV4(text, at) : -1;
                if (v4 < 0) {
                    return null;
                }
                groups[count++] = (int) (v4 >>> 16);
                groups[count++] = (int) (v4 & 0xFFFF);
            }
            at = end + 1;
            if (at < text.length() && text.charAt(at) == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = count;
                at++;
            } else if (at == text.length()) {
                return null;
            }
        }
        if (gap < 0 ? count != 8 : count == 8) {
            return null;
        }
        return ofBits(bits(groups, 0, count, gap), bits(groups, 4, count, gap));
    }

    /** The bits of four groups from {@code from} on, with zeros in the gap. */
    private static long bits(int[] groups, int from, int count, int gap) {
        long bits = 0;
        for (int i = from; i < from + 4; i++) {
            int group;
            if (gap < 0 || i < gap) {
                group = groups[i];
            } else {
                int behindGap = i - (8 - count);
                group = behindGap < gap ? 0 : groups[behindGap];
            }
            bits = (bits << 16) | group;
        }
        return bits;
    }

    /** A number of at most so many digits, or -1. */
    private static int number(String text, int from, int to, int radix, int maxDigits) {
        if (from == to || to - from > maxDigits) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }

    private static PeerAddress ofV4(int bits) {
        return new PeerAddress(0, V4_MAPPED | (bits & 0xFFFF_FFFFL));
    }

    private static String v4Text(int bits) {
        return (bits >>> 24) + "." + ((bits >>> 16) & 0xFF) + "." + ((bits >>> 8) & 0xFF) + "." + (bits & 0xFF);
    }

    private static long bits(byte[] bytes, int from) {
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits = (bits << 8) | (bytes[from + i] & 0xFF);
        }
        return bits;
    }

    /** The canonical text of RFC 5952: the longest run of zero groups, the first of equals, is written {@code ::}. */
    private static String v6Text(long high, long low) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) ((i < 4 ? high >>> (48 - 16 * i) : low >>> (48 - 16 * (i - 4))) & 0xFFFF);
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > bestLength) {
                bestStart = i;
                bestLength = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    public boolean isV4() {
        return high == 0 && low >>> 32 == 0xFFFF;
    }

    /** The first 64 bits. */
    public long high() {
        return high;
    }

    /** The last 64 bits. */
    public long low() {
        return low;
    }

    /** The text as ASCII bytes. */
    public byte[] textBytes() {
        return toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerAddress address && address.high == high && address.low == low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 31 + low);
    }

    /** The address as people write it: {@code 203.0.113.7}, {@code 2001:db8::1}. */
    @Override
    public String toString() {
        String made = text;
        if (made == null) {
            made = isV4() ? v4Text((int) low) : v6Text(high, low);
            text = made;
        }
        return made;
    }
}
