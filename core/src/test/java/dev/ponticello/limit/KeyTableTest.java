package dev.ponticello.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.limit.KeyTable.Cell;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyTableTest {
    @Test
    void findsACellAgain() {
        KeyTable table = new KeyTable(10);
        Cell cell = find(table, 7, 5);
        assertThat(cell.number()).isEqualTo(5000);
        assertThat(cell.change(5000, 5001)).isTrue();
        assertThat(find(table, 7, 5)).isSameAs(cell);
        assertThat(cell.number()).isEqualTo(5001);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void hasRoomForTheKeyZero() {
        KeyTable table = new KeyTable(1);
        Cell cell = find(table, 0, 5);
        assertThat(table.isShared(cell)).isFalse();
        assertThat(find(table, 0, 5)).isSameAs(cell);
    }

    @Test
    void startsACellThatIsOutOfDateAnew() {
        KeyTable table = new KeyTable(10);
        Cell cell = find(table, 7, 5);
        assertThat(find(table, 7, 9)).isSameAs(cell);
        assertThat(cell.number()).isEqualTo(9000);
    }

    @Test
    void givesExactlyMaxKeysCellsOfTheirOwn() {
        for (int maxKeys : new int[]{1, 2, 15, 16, 17, 31, 32, 33, 511, 512, 513, 1024, 5000}) {
            KeyTable table = new KeyTable(maxKeys);
            for (int key = 0; key < maxKeys; key++) {
                assertThat(table.isShared(find(table, key, 5))).as("key %d of %d", key, maxKeys).isFalse();
            }
            Cell shared = find(table, -1, 5);
            assertThat(table.isShared(shared)).isTrue();
            assertThat(shared.number()).isEqualTo(5000);
            assertThat(find(table, -2, 6)).isSameAs(shared);
            assertThat(shared.number()).isEqualTo(6000);
            assertThat(table.size()).isEqualTo(maxKeys);
        }
    }

    @Test
    void givesThePlaceOfAnIdleKeyToANewOneAndLetsItsCellDie() {
        KeyTable table = new KeyTable(2);
        Cell first = find(table, 1, 5);
        Cell second = find(table, 2, 6);
        Cell third = find(table, 3, 7);
        assertThat(table.isShared(third)).isFalse();
        assertThat(first.number()).isNegative();
        assertThat(first.change(5000, 7000)).isFalse();
        assertThat(second.number()).isEqualTo(6000);
        assertThat(find(table, 2, 7)).isSameAs(second);
        assertThat(table.size()).isEqualTo(2);
    }

    @Test
    void keepsACellThatIsOutOfDateButNotIdle() {
        KeyTable table = new KeyTable(1);
        Cell first = find(table, 1, 5);
        assertThat(table.isShared(find(table, 2, 6))).isTrue();
        assertThat(find(table, 1, 6)).isSameAs(first);
    }

    @Test
    void asksForTheNewFreshWhenItComesUponIt() {
        KeyTable table = new KeyTable(1);
        Cell cell = find(table, 1, 6);
        assertThat(table.find(1, 5000, 4000, 6000)).isNull();
        find(table, 2, 6);
        assertThat(table.find(2, 5000, 4000, 6000)).isNull();
        assertThat(cell.number()).isEqualTo(6000);
    }

    /** A million keys pass by while thousand others keep coming. */
    @Test
    void keepsThePlacesOfThoseWhoKeepComing() {
        KeyTable table = new KeyTable(2000);
        for (long key = 0; key < 1000; key++) {
            find(table, key, 10);
        }
        long stranger = 1_000_000;
        for (long window = 10; window < 20; window++) {
            for (long key = 0; key < 1000; key++) {
                assertThat(table.isShared(find(table, key, window))).isFalse();
                for (int i = 0; i < 100; i++) {
                    find(table, stranger++, window);
                }
            }
            assertThat(table.size()).isEqualTo(2000);
        }
    }

    /** Compares with a map, with keys that come and go; numbers are {@code window * 1000 + count}. */
    @Test
    void agreesWithAModel() {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            int maxKeys = List.of(1, 5, 40, 600).get((int) (seed % 4));
            KeyTable table = new KeyTable(maxKeys);
            Set<Long> previous = new HashSet<>();
            for (long window = 2; window < 20; window++) {
                Map<Long, Long> numbers = new HashMap<>();
                List<Long> keys = new ArrayList<>(previous);
                for (int i = random.nextInt(2 * maxKeys + 1); i > 0; i--) {
                    keys.add((long) random.nextInt(4 * maxKeys));
                }
                for (int step = 0; step < 4 * keys.size(); step++) {
                    long key = keys.get(random.nextInt(keys.size()));
                    Cell cell = find(table, key, window);
                    if (table.isShared(cell)) {
                        if (numbers.containsKey(key) || previous.contains(key)) {
                            throw new AssertionError(
                                    "key " + key + " lost its cell: seed " + seed + " window " + window);
                        }
                    } else {
                        long expected = numbers.getOrDefault(key, window * 1000);
                        if (!cell.change(expected, expected + 1)) {
                            throw new AssertionError("number " + cell.number() + " (expected: " + expected + ") of key "
                                    + key + ": seed " + seed + " window " + window);
                        }
                        numbers.put(key, expected + 1);
                    }
                    if (table.size() < numbers.size() || table.size() > maxKeys) {
                        throw new AssertionError("size " + table.size() + ": seed " + seed + " window " + window);
                    }
                }
                previous = numbers.keySet();
            }
        }
    }

    private static Cell find(KeyTable table, long key, long window) {
        return Objects.requireNonNull(table.find(key, window * 1000, (window - 1) * 1000, (window + 1) * 1000));
    }
}
