package dev.ponticello.bench.compare;

import java.util.ArrayList;
import java.util.List;

/** A table of text; the first two columns are words, the others numbers. */
final class Table {
    private static final int WORDS = 2;

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... head) {
        rows.add(List.of(head));
    }

    void add(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    "cells: " + cells.length + " (expected: " + rows.getFirst().size() + ")");
        }
        rows.add(List.of(cells));
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    String text(boolean markdown) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int number = 0; number < rows.size(); number++) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = rows.get(number).get(i);
                String room = " ".repeat(widths[i] - cell.length());
                String padded = i < WORDS ? cell + room : room + cell;
                line.append(markdown ? "| " + cell + " " : padded + "  ");
            }
            text.append(markdown ? line + "|" : line.toString().stripTrailing()).append('\n');
            if (number == 0 && markdown) {
                text.append("|---|---|").append("---:|".repeat(columns - WORDS)).append('\n');
            }
        }
        return text.toString();
    }
}
