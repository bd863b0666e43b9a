package dev.ponticello.identity;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which claims go to the endpoint, each in which field. The values are made once for each token, when it is verified.
 *
 * <table>
 * <caption>What becomes of a claim</caption>
 * <tr><th>claim</th><th>field</th></tr>
 * <tr><td>string, number, boolean</td><td>as written in the token</td></tr>
 * <tr><td>list of strings</td><td>joined by {@code ,}</td></tr>
 * <tr><td>missing, null, empty, an object, a list of other things</td><td>none</td></tr>
 * <tr><td>over 4 KiB; with anything but visible ASCII and inner spaces, in a list in any of its strings; a string in a
 * list with a comma</td><td>the token is refused</td></tr>
 * </table>
 *
 * <p>Immutable, shared by all loops.
 */
public final class ForwardedClaims {
    /** Forwards nothing. */
    public static final ForwardedClaims NONE = new ForwardedClaims(Map.of());

    private static final int MAX_VALUE_BYTES = 4096;

    private final List<Target> targets;

    /**
     * Forwards each claim, named by a key, in the field that is its value.
     *
     * @throws IllegalArgumentException if two claims have one field
     */
    public ForwardedClaims(Map<String, HeaderName> fieldsByClaim) {
        Set<HeaderName> fields = new HashSet<>();
        List<Target> made = new ArrayList<>();
        fieldsByClaim.forEach((claim, field) -> {
            if (!fields.add(field)) {
                throw new IllegalArgumentException(
                        "forward-claims: " + field + " twice (expected: one claim for a field)");
            }
            made.add(new Target(claim, field));
        });
        this.targets = List.copyOf(made);
    }

    /** The fields that the gateway writes, and so removes from what a client sends. */
    public Set<HeaderName> fields() {
        Set<HeaderName> fields = new HashSet<>();
        targets.forEach(target -> fields.add(target.field));
        return fields;
    }

    /** The fields for these claims, or null if one of them cannot stand in a field. */
    @Nullable
    Values valuesFor(Claims claims) {
        List<HeaderName> names = new ArrayList<>(targets.size());
        List<byte[]> values = new ArrayList<>(targets.size());
        for (Target target : targets) {
            Claim claim = claims.get(target.claim);
            if (claim == null) {
                continue;
            }
            if (claim instanceof Claim.Texts list && !list.values().stream().allMatch(ForwardedClaims::fitsIntoList)) {
                return null;
            }
            String text = claim instanceof Claim.Texts list ? String.join(",", list.values()) : claim.scalar();
            if (text == null || text.isEmpty()) {
                continue;
            }
            if (text.length() > MAX_VALUE_BYTES || !isFieldText(text)) {
                return null;
            }
            names.add(target.field);
            values.add(text.getBytes(StandardCharsets.US_ASCII));
        }
        return new Values(names.toArray(HeaderName[]::new), values.toArray(byte[][]::new));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ForwardedClaims forwarded && targets.equals(forwarded.targets);
    }

    @Override
    public int hashCode() {
        return targets.hashCode();
    }

    private static boolean fitsIntoList(String text) {
        return text.indexOf(',') < 0 && isFieldText(text);
    }

    /** Whether the text is visible ASCII and inner spaces; the empty one is. */
    private static boolean isFieldText(String text) {
        int last = text.length() - 1;
        for (int i = 0; i <= last; i++) {
            char c = text.charAt(i);
            if (c > 0x7E || c < ' ' || (c == ' ' && (i == 0 || i == last))) {
                return false;
            }
        }
        return true;
    }

    private record Target(String claim, HeaderName field) {}

    /** The fields that one token gives. */
    static final class Values {
        private final HeaderName[] names;
        private final byte[][] values;

        private Values(HeaderName[] names, byte[][] values) {
            this.names = names;
            this.values = values;
        }

        int memoryBytes() {
            int bytes = 0;
            for (byte[] value : values) {
                bytes += 24 + value.length;
            }
            return bytes;
        }

        void addTo(Headers headers) {
            for (int i = 0; i < names.length; i++) {
                headers.add(names[i], values[i], 0, values[i].length);
            }
        }
    }
}
