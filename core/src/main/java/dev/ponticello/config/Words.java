package dev.ponticello.config;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** Messages about a word that is none of those known. */
public final class Words {

    private static final int MOST_LISTED = 16;
    private static final int SHORTEST_BEGINNING = 4;

    private Words() {}

    /** {@code a, b or c}; the first ones when there are many. */
    public static String anyOf(Collection<?> known) {
        List<String> words = known.stream().map(Object::toString).toList();
        if (words.isEmpty()) {
            return "none";
        }
        if (words.size() > MOST_LISTED) {
            return String.join(", ", words.subList(0, MOST_LISTED)) + " or " + (words.size() - MOST_LISTED) + " more";
        }
        int last = words.size() - 1;
        return last == 0 ? words.getFirst() : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    /** {@code did you mean 'endpoints'?}, or null when nothing known is near; case and a cut end count as near. */
    public static @Nullable String hint(String word, Collection<String> known) {
        String nearest = word.length() < SHORTEST_BEGINNING ? null
                : known.stream().filter(candidate -> candidate.regionMatches(true, 0, word, 0, word.length()))
                        .findFirst().orElse(null);
        if (nearest != null) {
            return "did you mean '" + nearest + "'?";
        }
        int least = Math.max(1, word.length() / 3) + 1;
        for (String candidate : known) {
            int distance = distance(word, candidate, least);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest == null ? null : "did you mean '" + nearest + "'?";
    }

    /** How many letters to insert, delete, replace or swap with the next; {@code limit} when there are as many. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(d[i - 1][j - 1] + same, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return Math.min(d[a.length()][b.length()], limit);
    }
}
