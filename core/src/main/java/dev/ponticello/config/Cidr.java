package dev.ponticello.config;

import dev.ponticello.http.PeerAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A range of IP addresses: {@code 10.0.0.0/8}, {@code ::1/128}, or one address. */
public final class Cidr {
    private static final Pattern LEADING_ZERO = Pattern.compile("(^|\\.)0\\d");
    private static final String ZERO_HINT = "a number with a leading zero is octal to some";

    private final byte[] network;
    private final int prefix;
    private final PeerAddress first;
    private final long highMask;
    private final long lowMask;

    private Cidr(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
        this.first = PeerAddress.of(network);
        // The bits of an IPv4 address are the last of 128.
        int bits = network.length == 4 ? 96 + prefix : prefix;
        this.highMask = mask(bits);
        this.lowMask = mask(bits - 64);
    }

    /**
     * Refuses names, zones, brackets, ranges with bits set behind the prefix, numbers with leading zeros, which some read as
     * octal, and IPv4-mapped addresses, whose prefix would count other bits.
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String written = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = written.startsWith("[") ? null : HostPort.literal(written);
        if (address == null) {
            throw new InvalidValue("range", Texts.quoted(text), "a range like 10.0.0.0/8 or fd00::/8, or one address",
                    LEADING_ZERO.matcher(written).find() ? ZERO_HINT : null);
        }
        byte[] bytes = address.getAddress();
        int bits = bytes.length * 8;
        if (bytes.length == 4 && written.indexOf(':') >= 0) {
            throw new InvalidValue("range", Texts.quoted(text), "IPv4 as such, like " + address.getHostAddress()
                    + "; a client's IPv4-mapped address counts as IPv4");
        }
        int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1));
        if (prefix < 0 || prefix > bits) {
            throw new InvalidValue("range", Texts.quoted(text), "a prefix of 0 to " + bits + " bits",
                    LEADING_ZERO.matcher(text.substring(slash + 1)).find() ? ZERO_HINT : null);
        }
        byte[] network = bytes.clone();
        for (int bit = prefix; bit < bits; bit++) {
            network[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
        }
        Cidr range = new Cidr(network, prefix);
        if (!Arrays.equals(network, bytes)) {
            throw new InvalidValue("range", Texts.quoted(text),
                    range + ", or " + PeerAddress.of(address) + "/" + bits + " for one address");
        }
        return range;
    }

    /** Whether the address is in this range; an IPv4-mapped one counts as IPv4. */
    @SuppressWarnings("exports") // for the gateway itself
    public boolean contains(PeerAddress address) {
        return address.isV4() == (network.length == 4) && ((address.high() ^ first.high()) & highMask) == 0
                && ((address.low() ^ first.low()) & lowMask) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr range && range.prefix == prefix && Arrays.equals(range.network, network);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(network) * 31 + prefix;
    }

    /** As it is written in config, always with its prefix. */
    @Override
    public String toString() {
        try {
            return PeerAddress.of(InetAddress.getByAddress(network)) + "/" + prefix;
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("length: " + network.length + " (expected: 4 or 16)", impossible);
        }
    }

    /** A mask of the first bits of 64; of none where {@code bits} is negative, of all where it is more than 64. */
    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
    }

    private static int prefix(String text) {
        boolean number = !text.isEmpty() && text.length() <= 3 && (text.length() == 1 || text.charAt(0) != '0')
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Integer.parseInt(text) : -1;
    }
}
