package dev.ponticello.http;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
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
    private final String text;
    private final byte[] textBytes;

    private PeerAddress(long high, long low, String text) {
        this.high = high;
        this.low = low;
        this.text = text;
        this.textBytes = text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static PeerAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return ofV4(ByteBuffer.wrap(bytes).getInt());
        }
        return ofBits(bits(bytes, 0), bits(bytes, 8));
    }

    /** The address with these bits; a mapped IPv4 address becomes that IPv4 address. */
    public static PeerAddress ofBits(long high, long low) {
        if (high == 0 && low >>> 32 == 0xFFFF) {
            return ofV4((int) low);
        }
        return new PeerAddress(high, low, v6Text(high, low));
    }

    /** The address that a text spells without a zone, brackets or port; null for anything else. */
    public static @Nullable PeerAddress parse(String text) {
        if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            return null;
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) {
            return null;
        }
        return bytes.length == 4 ? ofV4(ByteBuffer.wrap(bytes).getInt()) : ofBits(bits(bytes, 0), bits(bytes, 8));
    }

    private static PeerAddress ofV4(int bits) {
        String text = (bits >>> 24) + "." + ((bits >>> 16) & 0xFF) + "." + ((bits >>> 8) & 0xFF) + "." + (bits & 0xFF);
        return new PeerAddress(0, V4_MAPPED | (bits & 0xFFFF_FFFFL), text);
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

    /** The address as 4 or 16 bytes. */
    public byte[] bytes() {
        return isV4() ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
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

    /** The text as ASCII bytes; not to be changed. */
    public byte[] textBytes() {
        return textBytes;
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
        return text;
    }
}
