package dev.ponticello.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The picture of the packages: which package may use which others.
 *
 * <p>It is read from a fenced block {@code ```arrows} of a Markdown page, one package on each line:
 * {@code name -> name name} or {@code name -> all above}. A line may only name packages of the lines above it, and so
 * the picture cannot have a cycle.
 */
record Arrows(Map<String, Set<String>> allowed) {

    private static final String FENCE = "```";

    static Arrows read(String markdown) {
        Map<String, Set<String>> allowed = new LinkedHashMap<>();
        for (String line : block(markdown)) {
            String[] sides = line.split("->", -1);
            if (sides.length != 2 || sides[0].isBlank()) {
                throw new IllegalArgumentException("arrow: '" + line + "' (expected: name -> name name)");
            }
            String from = sides[0].strip();
            Set<String> to = targets(from, sides[1].strip(), allowed.keySet());
            if (allowed.put(from, to) != null) {
                throw new IllegalArgumentException("arrow: '" + from + "' (expected: one line for each package)");
            }
        }
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException("arrows: none (expected: a line for each package)");
        }
        return new Arrows(allowed);
    }

    private static Set<String> targets(String from, String text, Set<String> above) {
        if (text.equals("all above")) {
            return Set.copyOf(above);
        }
        Set<String> targets = new LinkedHashSet<>();
        if (!text.isEmpty()) {
            targets.addAll(List.of(text.split(" +", -1)));
        }
        for (String target : targets) {
            if (!above.contains(target)) {
                throw new IllegalArgumentException(
                        "arrow: " + from + " -> " + target + " (expected: a package of a line above)");
            }
        }
        return targets;
    }

    private static List<String> block(String markdown) {
        List<String> lines = new ArrayList<>();
        boolean inside = false;
        for (String line : markdown.lines().toList()) {
            if (inside && line.startsWith(FENCE)) {
                return lines;
            }
            if (inside && !line.isBlank()) {
                lines.add(line);
            }
            inside |= line.equals(FENCE + "arrows");
        }
        throw new IllegalArgumentException("page: no block (expected: " + FENCE + "arrows … " + FENCE + ")");
    }
}
