package dev.ponticello.routing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A request path in its one canonical form, which routing, policies and forwarding all read (RFC 3986 §6.2.2).
 *
 * <p>
 * Reusable and not thread-safe: one for each exchange or connection. A path that is canonical as it arrived, by far the
 * most common, is found so in one scan and is not copied. Any other is written into an array of this object, which is
 * at most three times as long as what arrived. The canonical form of a canonical path is itself, and it never contains
 * a {@code .} or {@code ..} segment nor {@code //}.
 *
 * <table>
 * <caption>What becomes of the characters</caption>
 * <tr><th>arrived</th><th>canonical</th></tr>
 * <tr><td>unreserved character, raw or escaped</td><td>raw</td></tr>
 * <tr><td>{@code ! $ & ' ( ) * + , = : @}</td><td>as it arrived: raw and escaped are two paths</td></tr>
 * <tr><td>raw {@code " < > [ ] ^ ` { | }}</td><td>escaped: they may not stand in a path, but clients send them</td></tr>
 * <tr><td>any other escape</td><td>with upper-case digits</td></tr>
 * <tr><td>{@code //}, a {@code .} segment</td><td>resolved</td></tr>
 * <tr><td>raw {@code ;}</td><td>refused, or part of its segment by {@link PathOptions#pathParameters()}</td></tr>
 * <tr><td>{@code %3B}</td><td>data: servers split parameters off before they decode</td></tr>
 * <tr><td>{@code %2F}</td><td>refused, or data by {@link PathOptions#encodedSlash()}</td></tr>
 * <tr><td>what a {@link PathRefusal} names</td><td>refused</td></tr>
 * </table>
 *
 * <p>
 * A segment is then read as servers behind might read it: parameters cut off, kept slashes decoded, and {@code %25}
 * decoded again up to three times. A {@code ..} segment that appears is refused, and when decoding again so is a slash,
 * a backslash, a control character or an overlong UTF-8 form. Any other {@code %25} is data.
 */
public final class CanonicalPath {

    /** How often {@code %25} is decoded again. */
    private static final int DECODED_AGAIN = 3;

    private static final byte PLAIN = 0;
    private static final byte DOT = 1;
    private static final byte SLASH = 2;
    private static final byte PERCENT = 3;
    private static final byte SEMICOLON = 4;
    private static final byte ESCAPED = 5;
    private static final byte BACKSLASH = 6;
    private static final byte SPACE = 7;
    private static final byte DELIMITER = 8;
    private static final byte CONTROL = 9;

    private static final byte[] KINDS = kinds();
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];

    private byte[] bytes = NOTHING;
    private int from;
    private int to;

    private byte[] written = NOTHING;
    private byte[] decoded = NOTHING;

    private byte[] in = NOTHING;
    private int next;
    private int end;
    private int out;
    private boolean changed;
    private boolean readsTwoWays;

    /**
     * Reads a path as it arrived.
     *
     * @param source  holds the path part of a request target, without the query; not an array that {@link #bytes()}
     *                of this object gave out, and not changed while the result is in use
     * @param start   where the path begins
     * @param end     where it ends
     * @param options what is let through beyond the strict form
     * @return why the path is refused and the result empty, or null if the canonical path stands in {@link #bytes()}
     */
    public @Nullable PathRefusal read(byte[] source, int start, int end, PathOptions options) {
        changed = false;
        result(NOTHING, 0, 0);
        if (start >= end || source[start] != '/') {
            return PathRefusal.NOT_ABSOLUTE;
        }
        int slash = start;
        int at = start + 1;
        for (; at < end; at++) {
            byte kind = kind(source[at]);
            if (kind == PLAIN) {
                continue;
            }
            if (kind == SLASH && at > slash + 1) {
                slash = at;
            } else if (kind != DOT || (at == slash + 1 && !(at + 1 < end && kind(source[at + 1]) == PLAIN))) {
                break;
            }
        }
        if (at == end) {
            result(source, start, end);
            return null;
        }
        return rewrite(source, start, slash + 1, end, options);
    }

    /** The array that the canonical path stands in: the one that was read, or one of this object. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the canonical path begins. */
    public int from() {
        return from;
    }

    /** Where the canonical path ends. */
    public int to() {
        return to;
    }

    /** Whether the canonical path differs from the one that arrived, and so stands in an array of this object. */
    public boolean isRewritten() {
        return changed;
    }

    /** The canonical path as text. */
    @Override
    public String toString() {
        return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    }

    private void result(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    /** Goes on where the scan stopped: everything before {@code segment}, the start of a segment, is canonical. */
    private @Nullable PathRefusal rewrite(byte[] source, int start, int segment, int end, PathOptions options) {
        int longest = end - start;
        for (int i = segment; i < end; i++) {
            longest += kind(source[i]) == ESCAPED ? 2 : 0;
        }
        if (written.length < longest) {
            written = new byte[longest];
        }
        this.in = source;
        this.next = segment;
        this.end = end;
        this.out = segment - start;
        System.arraycopy(source, start, written, 0, out);
        PathRefusal refusal = segments(options);
        this.in = NOTHING;
        if (refusal != null) {
            changed = false;
            return refusal;
        }
        if (changed) {
            result(written, 0, out);
        } else {
            result(source, start, end);
        }
        return null;
    }

    private @Nullable PathRefusal segments(PathOptions options) {
        for (;;) {
            int segment = out;
            readsTwoWays = false;
            while (next < end && in[next] != '/') {
                PathRefusal refusal = character(options);
                if (refusal != null) {
                    return refusal;
                }
            }
            PathRefusal refusal = readsTwoWays ? readAgain(segment, out) : null;
            if (refusal != null) {
                return refusal;
            }
            int dots = dots(written, segment, out);
            if (dots == 2) {
                return PathRefusal.PARENT_SEGMENT;
            }
            if (dots == 1) {
                out = segment;
                changed = true;
            }
            if (next == end) {
                return null;
            }
            next++;
            if (out == segment) {
                changed = true;
            } else {
                written[out++] = '/';
            }
        }
    }

    private @Nullable PathRefusal character(PathOptions options) {
        byte raw = in[next];
        if (raw < 0) {
            return PathRefusal.NOT_ASCII;
        }
        switch (KINDS[raw]) {
            case PERCENT -> {
                return escape(options);
            }
            case SEMICOLON -> {
                if (!options.pathParameters()) {
                    return PathRefusal.PARAMETER;
                }
                readsTwoWays = true;
                written[out++] = raw;
            }
            case ESCAPED -> {
                writeEscape(raw);
                changed = true;
            }
            case BACKSLASH -> {
                return PathRefusal.BACKSLASH;
            }
            case SPACE -> {
                return PathRefusal.SPACE;
            }
            case DELIMITER -> {
                return PathRefusal.DELIMITER;
            }
            case CONTROL -> {
                return PathRefusal.CONTROL_CHARACTER;
            }
            default -> written[out++] = raw;
        }
        next++;
        return null;
    }

    private @Nullable PathRefusal escape(PathOptions options) {
        int value = escapedByte(in, next, end);
        if (value < 0) {
            return PathRefusal.BAD_ESCAPE;
        }
        if (value >= 0x80) {
            return escapedUtf8(value);
        }
        switch (KINDS[value]) {
            case CONTROL -> {
                return PathRefusal.CONTROL_CHARACTER;
            }
            case BACKSLASH -> {
                return PathRefusal.BACKSLASH;
            }
            case SLASH -> {
                if (!options.encodedSlash()) {
                    return PathRefusal.ENCODED_SLASH;
                }
                readsTwoWays = true;
            }
            case PERCENT, SEMICOLON -> readsTwoWays = true;
            default -> {
            }
        }
        if (isUnreserved(value)) {
            written[out++] = (byte) value;
            changed = true;
            next += 3;
        } else {
            keepEscape(value);
        }
        return null;
    }

    /** The escapes of one character above ASCII (RFC 3629 §4). */
    private @Nullable PathRefusal escapedUtf8(int lead) {
        if (lead < 0xC2 || lead > 0xF4) {
            return PathRefusal.BAD_UTF8;
        }
        int low = switch (lead) {
            case 0xE0 -> 0xA0;
            case 0xF0 -> 0x90;
            default -> 0x80;
        };
        int high = switch (lead) {
            case 0xED -> 0x9F;
            case 0xF4 -> 0x8F;
            default -> 0xBF;
        };
        int more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        keepEscape(lead);
        for (int i = 0; i < more; i++) {
            int value = escapedByte(in, next, end);
            if (value < low || value > high) {
                return PathRefusal.BAD_UTF8;
            }
            if (lead == 0xC2 && value < 0xA0) {
                return PathRefusal.CONTROL_CHARACTER;
            }
            keepEscape(value);
            low = 0x80;
            high = 0xBF;
        }
        return null;
    }

    private void keepEscape(int value) {
        int at = out;
        writeEscape(value);
        changed |= in[next + 1] != written[at + 1] || in[next + 2] != written[at + 2];
        next += 3;
    }

    private void writeEscape(int value) {
        written[out] = '%';
        written[out + 1] = HEX[value >> 4];
        written[out + 2] = HEX[value & 0xF];
        out += 3;
    }

    /** Reads a canonical segment as servers that cut off parameters or decode more than once would. */
    private @Nullable PathRefusal readAgain(int segment, int segmentEnd) {
        if (decoded.length < segmentEnd - segment) {
            decoded = new byte[Math.max(segmentEnd - segment, 2 * decoded.length)];
        }
        int length = 0;
        for (int i = segment; i < segmentEnd; i++) {
            int value = escapedByte(written, i, segmentEnd);
            if (value < 0) {
                decoded[length++] = written[i];
            } else {
                decoded[length++] = (byte) value;
                i += 2;
            }
        }
        int dots = partDots(decoded, length);
        if (dots == 2) {
            return PathRefusal.PARENT_SEGMENT;
        }
        if (dots == 1) {
            return PathRefusal.AMBIGUOUS_SEGMENT;
        }
        for (int round = 0; round < DECODED_AGAIN; round++) {
            int shorter = decodeAgain(length);
            if (shorter < 0) {
                return PathRefusal.HIDDEN_BY_ENCODING;
            }
            if (shorter == length) {
                return null;
            }
            length = shorter;
            if (partDots(decoded, length) == 2 || hasOverlong(decoded, length)) {
                return PathRefusal.HIDDEN_BY_ENCODING;
            }
        }
        return null;
    }

    /** Decodes every escape in place; the new length, or -1 if something appears that is refused. */
    private int decodeAgain(int length) {
        int shorter = 0;
        for (int i = 0; i < length; i++) {
            int value = escapedByte(decoded, i, length);
            if (value < 0) {
                decoded[shorter++] = decoded[i];
                continue;
            }
            if (value < 0x80 && (KINDS[value] == SLASH || KINDS[value] == BACKSLASH || KINDS[value] == CONTROL)) {
                return -1;
            }
            decoded[shorter++] = (byte) value;
            i += 2;
        }
        return shorter;
    }

    /** The most dots, 1 or 2, that a part between slashes consists of when its parameters are cut off; else 0. */
    private static int partDots(byte[] text, int length) {
        int most = 0;
        int part = 0;
        int name = -1;
        for (int i = 0; i <= length; i++) {
            if (i == length || text[i] == '/') {
                most = Math.max(most, dots(text, part, name < 0 ? i : name));
                part = i + 1;
                name = -1;
            } else if (text[i] == ';' && name < 0) {
                name = i;
            }
        }
        return most;
    }

    /** 1 for {@code .}, 2 for {@code ..}, else 0. */
    private static int dots(byte[] text, int from, int to) {
        int length = to - from;
        return (length == 1 || length == 2) && text[from] == '.' && text[to - 1] == '.' ? length : 0;
    }

    /** Whether some character is written in more bytes than UTF-8 needs, as if to get past a check. */
    private static boolean hasOverlong(byte[] text, int length) {
        for (int i = 0; i + 1 < length; i++) {
            int lead = text[i] & 0xFF;
            int second = text[i + 1] & 0xFF;
            int limit = switch (lead) {
                case 0xC0, 0xC1 -> 0xC0;
                case 0xE0 -> 0xA0;
                case 0xF0 -> 0x90;
                default -> 0;
            };
            if (second >= 0x80 && second < limit) {
                return true;
            }
        }
        return false;
    }

    /** The value of the escape that stands at an index, or -1 if none does. */
    private static int escapedByte(byte[] text, int at, int end) {
        if (at + 2 >= end || text[at] != '%') {
            return -1;
        }
        int high = Character.digit(text[at + 1], 16);
        int low = Character.digit(text[at + 2], 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static boolean isUnreserved(int value) {
        return (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z') || (value >= '0' && value <= '9')
                || value == '-' || value == '.' || value == '_' || value == '~';
    }

    private static byte kind(byte raw) {
        return raw < 0 ? ESCAPED : KINDS[raw];
    }

    private static byte[] kinds() {
        byte[] kinds = new byte[128];
        Arrays.fill(kinds, 0, 0x20, CONTROL);
        kinds[0x7F] = CONTROL;
        for (char c : "\"<>[]^`{|}".toCharArray()) {
            kinds[c] = ESCAPED;
        }
        kinds['.'] = DOT;
        kinds['/'] = SLASH;
        kinds['%'] = PERCENT;
        kinds[';'] = SEMICOLON;
        kinds['\\'] = BACKSLASH;
        kinds[' '] = SPACE;
        kinds['#'] = DELIMITER;
        kinds['?'] = DELIMITER;
        return kinds;
    }
}
