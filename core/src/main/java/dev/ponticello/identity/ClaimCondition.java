package dev.ponticello.identity;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the claims of a request must say for it to be let through: for each name given, that the claim, or one of its
 * list, is among the values given. A string, number or boolean is compared as written in the token; a missing claim,
 * null, an object, or a list of other things than strings is among none. Immutable, shared by all loops.
 */
public final class ClaimCondition {
    private final Map<String, Set<String>> allowed;

    /**
     * The condition with these values for each claim.
     *
     * @throws IllegalArgumentException if a claim has no value, so that nothing could meet the condition
     */
    public ClaimCondition(Map<String, ? extends Collection<String>> allowedByClaim) {
        for (Map.Entry<String, ? extends Collection<String>> entry : allowedByClaim.entrySet()) {
            if (entry.getValue().isEmpty()) {
                throw new IllegalArgumentException(entry.getKey() + ": no values (expected: at least one)");
            }
        }
        this.allowed = allowedByClaim.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Set.copyOf(entry.getValue())));
    }

    /** Whether the claims are as the condition says, every one of them. */
    public boolean isMetBy(Claims claims) {
        for (Map.Entry<String, Set<String>> entry : allowed.entrySet()) {
            Claim claim = claims.get(entry.getKey());
            if (claim == null || !isAmong(claim, entry.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAmong(Claim claim, Set<String> values) {
        if (claim instanceof Claim.Texts list) {
            for (String text : list.values()) {
                if (values.contains(text)) {
                    return true;
                }
            }
            return false;
        }
        String text = claim.scalar();
        return text != null && values.contains(text);
    }
}
