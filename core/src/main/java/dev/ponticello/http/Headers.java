package dev.ponticello.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one message: its lines as bytes, an index of their ranges, and marks on the lines that were removed.
 *
 * <p>An arriving head is copied into {@link #bytes()} once and indexed in one pass; an added field is appended as a line of the same form. So
 * writing a message out is copying the runs of lines that are still there, whatever was edited. Strings are made only when somebody asks.
 *
 * <p>One writer, no thread safety: it belongs to the loop of its exchange.
 */
public final class Headers {
    private static final int HASH = 0;
    private static final int NAME = 1;
    private static final int NAME_END = 2;
    private static final int VALUE = 3;
    private static final int VALUE_END = 4;
    /** After the line's CRLF; its complement when the line is removed. */
    private static final int LINE_END = 5;
    private static final int WIDTH = 6;
    private static final int FIRST_BYTES = 512;
    private static final int FIRST_FIELDS = 16;
    private static final byte[] NO_BYTES = new byte[0];
    private static final int[] NO_INDEX = new int[0];

    private byte[] bytes;
    private int length;
    private int[] index;
    private int slots;
    /** How many slots were there when the head had arrived; before, all are. */
    private int arrived = Integer.MAX_VALUE;
    private long present;

    public Headers() {
        this(FIRST_BYTES, FIRST_FIELDS);
    }

    public Headers(int bytes, int fields) {
        this.bytes = new byte[bytes];
        this.index = new int[fields * WIDTH];
    }

    /** Whether there are arrays to write into; without, they are made when something is added. */
    boolean hasArrays() {
        return bytes.length > 0;
    }

    void setArrays() {
        setArrays(new byte[FIRST_BYTES], new int[FIRST_FIELDS * WIDTH]);
    }

    void setArrays(byte[] bytes, int[] index) {
        this.bytes = bytes;
        this.index = index;
    }

    /** Forgets everything, arrays too; gives the index. */
    int[] dropArrays() {
        int[] dropped = index;
        forget();
        setArrays(NO_BYTES, NO_INDEX);
        return dropped;
    }

    /** The bytes that the ranges point into; replaced when the head grows, so never kept across an edit. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many of {@link #bytes()} are in use, removed lines included. */
    public int length() {
        return length;
    }

    /** Forgets everything, keeping the arrays for the next message unless it was an unusually large one. */
    public void clear() {
        if (bytes.length > 16 * 1024) {
            bytes = new byte[FIRST_BYTES];
        }
        if (index.length > 128 * WIDTH) {
            index = new int[FIRST_FIELDS * WIDTH];
        }
        forget();
    }

    private void forget() {
        length = 0;
        slots = 0;
        arrived = Integer.MAX_VALUE;
        present = 0;
    }

    /** Makes room for {@code count} bytes of an arriving head, which are not read as fields; where they go in {@link #bytes()}. */
    public int append(int count) {
        reserve(count);
        int at = length;
        length += count;
        return at;
    }

    /** Drops the bytes from {@code end} on: what was appended beyond the end of a head. */
    public void truncate(int end) {
        length = end;
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }

    /** Records a line that stands in {@link #bytes()}; {@code hash} is that of the name's normal form, {@code lineEnd} follows its line break. */
    public void index(int hash, int name, int nameEnd, int value, int valueEnd, int lineEnd) {
        int at = slots * WIDTH;
        if (at == index.length) {
            index = Arrays.copyOf(index, Math.max(WIDTH, at * 2));
        }
        index[at + HASH] = hash;
        index[at + NAME] = name;
        index[at + NAME_END] = nameEnd;
        index[at + VALUE] = value;
        index[at + VALUE_END] = valueEnd;
        index[at + LINE_END] = lineEnd;
        present |= 1L << hash;
        slots++;
    }

    // ---- reading: a slot is the number of a line, removed ones included

    /** How many lines there are, removed ones included: the bound of slot numbers. */
    public int slots() {
        return slots;
    }

    public boolean isRemoved(int slot) {
        return index[slot * WIDTH + LINE_END] < 0;
    }

    public int hash(int slot) {
        return index[slot * WIDTH + HASH];
    }

    public int nameStart(int slot) {
        return index[slot * WIDTH + NAME];
    }

    public int nameEnd(int slot) {
        return index[slot * WIDTH + NAME_END];
    }

    public int valueStart(int slot) {
        return index[slot * WIDTH + VALUE];
    }

    public int valueEnd(int slot) {
        return index[slot * WIDTH + VALUE_END];
    }

    /** After the line break of a line that is not removed. */
    public int lineEnd(int slot) {
        return index[slot * WIDTH + LINE_END];
    }

    public String name(int slot) {
        return text(nameStart(slot), nameEnd(slot));
    }

    /** The value of a line; 8-bit bytes appear as the characters of Latin-1. */
    public String value(int slot) {
        return text(valueStart(slot), valueEnd(slot));
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** The first slot at or after {@code from} with this name, or -1. */
    public int find(HeaderName name, int from) {
        if ((present & 1L << name.hash()) == 0) {
            return -1;
        }
        for (int slot = from; slot < slots; slot++) {
            int at = slot * WIDTH;
            if (index[at + HASH] == name.hash() && index[at + LINE_END] >= 0
                    && name.matches(bytes, index[at + NAME], index[at + NAME_END])) {
                return slot;
            }
        }
        return -1;
    }

    /** The head is as its sender has sent it: what is edited from now on does not change what {@link #findArrived} finds. */
    public void markArrived() {
        arrived = slots;
    }

    /** The first slot at or after {@code from} that the head had with this name when it arrived, also if it is removed now; or -1. */
    public int findArrived(HeaderName name, int from) {
        int end = Math.min(slots, arrived);
        for (int slot = from; slot < end; slot++) {
            if (hash(slot) == name.hash() && hasName(slot, name)) {
                return slot;
            }
        }
        return -1;
    }

    public boolean contains(HeaderName name) {
        return find(name, 0) >= 0;
    }

    /** The first value of this name, or null. */
    public @Nullable String get(HeaderName name) {
        int slot = find(name, 0);
        return slot < 0 ? null : value(slot);
    }

    /** All values of this name in order, one for each line. */
    public List<String> all(HeaderName name) {
        List<String> values = new ArrayList<>();
        for (int slot = find(name, 0); slot >= 0; slot = find(name, slot + 1)) {
            values.add(value(slot));
        }
        return values;
    }

    /** Whether the line has this name. */
    public boolean hasName(int slot, HeaderName name) {
        return name.matches(bytes, nameStart(slot), nameEnd(slot));
    }

    /** Whether the line's name equals the text that stands in {@link #bytes()} from {@code from} to {@code to}, in any case of its letters. */
    public boolean hasName(int slot, int from, int to) {
        int name = nameStart(slot);
        if (nameEnd(slot) - name != to - from) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (FieldText.lower(bytes[name + i]) != FieldText.lower(bytes[from + i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether the line's name holds this character. */
    public boolean nameHolds(int slot, char character) {
        for (int i = nameStart(slot); i < nameEnd(slot); i++) {
            if (bytes[i] == character) {
                return true;
            }
        }
        return false;
    }

    /** Whether a list-valued field (RFC 9110 §5.6.1) holds this member, in any case of its letters, on any of its lines. */
    public boolean hasMember(HeaderName name, String member) {
        for (int slot = find(name, 0); slot >= 0; slot = find(name, slot + 1)) {
            int end = valueEnd(slot);
            int from = valueStart(slot);
            while (from <= end) {
                int comma = from;
                while (comma < end && bytes[comma] != ',') {
                    comma++;
                }
                if (equalsTrimmed(from, comma, member)) {
                    return true;
                }
                from = comma + 1;
            }
        }
        return false;
    }

    /** Whether some line of this name is this value, or has it as a part between commas; to the letter. */
    public boolean hasValue(HeaderName name, byte[] value) {
        for (int slot = find(name, 0); slot >= 0; slot = find(name, slot + 1)) {
            int end = valueEnd(slot);
            int from = valueStart(slot);
            if (Arrays.equals(bytes, from, end, value, 0, value.length)) {
                return true;
            }
            while (from < end && value.length > 0) {
                int comma = from;
                while (comma < end && bytes[comma] != ',') {
                    comma++;
                }
                if (isTrimmed(from, comma, value)) {
                    return true;
                }
                from = comma + 1;
            }
        }
        return false;
    }

    private boolean isTrimmed(int from, int to, byte[] value) {
        int start = from;
        int end = to;
        while (start < end && isBlank(bytes[start])) {
            start++;
        }
        while (end > start && isBlank(bytes[end - 1])) {
            end--;
        }
        return Arrays.equals(bytes, start, end, value, 0, value.length);
    }

    private boolean equalsTrimmed(int from, int to, String member) {
        int start = from;
        int end = to;
        while (start < end && isBlank(bytes[start])) {
            start++;
        }
        while (end > start && isBlank(bytes[end - 1])) {
            end--;
        }
        if (end - start != member.length()) {
            return false;
        }
        for (int i = 0; i < member.length(); i++) {
            if (FieldText.lower(bytes[start + i]) != FieldText.lower((byte) member.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    // ---- editing

    public void removeSlot(int slot) {
        int at = slot * WIDTH + LINE_END;
        if (index[at] >= 0) {
            index[at] = ~index[at];
        }
    }

    public void remove(HeaderName name) {
        for (int slot = find(name, 0); slot >= 0; slot = find(name, slot + 1)) {
            removeSlot(slot);
        }
    }

    /** Removes every line whose name resembles one of the set. */
    public void removeResembling(HeaderNameSet names) {
        for (int slot = 0; slot < slots; slot++) {
            int at = slot * WIDTH;
            if (names.resembles(index[at + HASH], bytes, index[at + NAME], index[at + NAME_END])) {
                removeSlot(slot);
            }
        }
    }

    /** Removes every line whose name's normal form begins with this one. */
    public void removeBeginning(byte[] normalPrefix) {
        for (int slot = 0; slot < slots; slot++) {
            if (nameBegins(slot, normalPrefix)) {
                removeSlot(slot);
            }
        }
    }

    /** Whether the normal form of the line's name begins with this one. */
    public boolean nameBegins(int slot, byte[] normalPrefix) {
        int name = nameStart(slot);
        if (nameEnd(slot) - name < normalPrefix.length) {
            return false;
        }
        for (int i = 0; i < normalPrefix.length; i++) {
            if (FieldText.NORMAL_NAME[bytes[name + i] & 0xFF] != normalPrefix[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Adds a line.
     *
     * @throws IllegalArgumentException if the value holds a control character or anything beyond ASCII
     */
    public void add(HeaderName name, String value) {
        int n = value.length();
        int start = begin(name, n);
        for (int i = 0; i < n; i++) {
            char c = value.charAt(i);
            if (c != '\t' && (c < 0x20 || c > 0x7E)) {
                length = start;
                FieldText.valueBytes(value);
            }
            bytes[length++] = (byte) c;
        }
        end(name, start);
    }

    /** Adds a line with a decimal number as its value. */
    public void add(HeaderName name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 0)");
        }
        int start = begin(name, 20);
        long rest = value;
        int digits = 1;
        for (long bound = 10; digits < 19 && rest >= bound; bound *= 10) {
            digits++;
        }
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        end(name, start);
    }

    /** Adds a line whose value was validated before: by {@link FieldText#valueBytes}, or because it arrived in a field. */
    public void add(HeaderName name, byte[] value, int from, int to) {
        int start = begin(name, to - from);
        System.arraycopy(value, from, bytes, length, to - from);
        length += to - from;
        end(name, start);
    }

    /** Adds a copy of another head's line, which is not removed there. */
    public void add(Headers from, int slot) {
        int name = from.nameStart(slot);
        int count = from.index[slot * WIDTH + LINE_END] - name;
        reserve(count);
        System.arraycopy(from.bytes, name, bytes, length, count);
        int by = length - name;
        length += count;
        index(from.hash(slot), name + by, from.nameEnd(slot) + by, from.valueStart(slot) + by, from.valueEnd(slot) + by,
                length);
    }

    /** Replaces all lines of this name by one. */
    public void set(HeaderName name, String value) {
        remove(name);
        add(name, value);
    }

    /** Replaces all lines of this name by one. */
    public void set(HeaderName name, long value) {
        remove(name);
        add(name, value);
    }

    /** Replaces all lines of this name by one; for the value see {@link #add(HeaderName, byte[], int, int)}. */
    public void set(HeaderName name, byte[] value) {
        remove(name);
        add(name, value, 0, value.length);
    }

    private int begin(HeaderName name, int valueLength) {
        byte[] text = name.bytes();
        reserve(text.length + valueLength + 4);
        int start = length;
        System.arraycopy(text, 0, bytes, start, text.length);
        bytes[start + text.length] = ':';
        bytes[start + text.length + 1] = ' ';
        length = start + text.length + 2;
        return start;
    }

    private void end(HeaderName name, int start) {
        int nameEnd = start + name.bytes().length;
        int valueEnd = length;
        bytes[length++] = '\r';
        bytes[length++] = '\n';
        index(name.hash(), start, nameEnd, nameEnd + 2, valueEnd, length);
    }

    // ---- writing

    /** At most so many bytes the lines take that are not removed. */
    public int maxWritten() {
        return length;
    }

    /** A copy that shares nothing with this one. */
    public Headers copy() {
        Headers copy = new Headers(0, 0);
        copy.bytes = Arrays.copyOf(bytes, length);
        copy.length = length;
        copy.index = Arrays.copyOf(index, Math.max(WIDTH, slots * WIDTH));
        copy.slots = slots;
        copy.present = present;
        return copy;
    }

    /** The lines as text, for messages and tests. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int slot = 0; slot < slots; slot++) {
            if (!isRemoved(slot)) {
                text.append(name(slot)).append(": ").append(value(slot)).append('\n');
            }
        }
        return text.toString();
    }
}
