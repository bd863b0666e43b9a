package dev.ponticello.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.limit.KeyTable.Cell;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyTableTest {
    @Test
    void findsACellAgain() {
        KeyTable table = new KeyTable(10);
        Cell cell = table.find(7, 5, 4);
        assertThat(cell.number()).isEqualTo(5);
        assertThat(cell.change(5, 6)).isTrue();
        assertThat(table.find(7, 5, 4)).isSameAs(cell);
        assertThat(cell.number()).isEqualTo(6);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void hasRoomForTheKeyZero() {
        KeyTable table = new KeyTable(1);
        Cell cell = table.find(0, 5, 4);
        assertThat(table.isShared(cell)).isFalse();
        assertThat(table.find(0, 5, 4)).isSameAs(cell);
    }

    @Test
    void startsACellThatIsOutOfDateAnew() {
        KeyTable table = new KeyTable(10);
        Cell cell = table.find(7, 5, 4);
        assertThat(table.find(7, 9, 8)).isSameAs(cell);
        assertThat(cell.number()).isEqualTo(9);
    }

    @Test
    void givesExactlyMaxKeysCellsOfTheirOwn() {
        for (int maxKeys : new int[]{1, 2, 31, 32, 33, 511, 512, 513, 1024, 5000}) {
            KeyTable table = new KeyTable(maxKeys);
            for (int key = 0; key < maxKeys; key++) {
                assertThat(table.isShared(table.find(key, 5, 4))).as("key %d of %d", key, maxKeys).isFalse();
            }
            Cell shared = table.find(-1, 5, 4);
            assertThat(table.isShared(shared)).isTrue();
            assertThat(shared.number()).isEqualTo(5);
            assertThat(table.find(-2, 6, 4)).isSameAs(shared);
            assertThat(shared.number()).isEqualTo(6);
            assertThat(table.size()).isEqualTo(maxKeys);
        }
    }

    @Test
    void givesAnIdleCellToANewKeyAndLetsTheOldOneDie() {
        KeyTable table = new KeyTable(2);
        Cell first = table.find(1, 5, 4);
        Cell second = table.find(2, 6, 5);
        Cell third = table.find(3, 7, 6);
        assertThat(table.isShared(third)).isFalse();
        assertThat(first.number()).isEqualTo(KeyTable.DEAD);
        assertThat(first.change(5, 7)).isFalse();
        assertThat(second.number()).isEqualTo(6);
        assertThat(table.find(2, 7, 6)).isSameAs(second);
        assertThat(table.size()).isEqualTo(2);
    }

    @Test
    void keepsACellThatIsOutOfDateButNotIdle() {
        KeyTable table = new KeyTable(1);
        Cell first = table.find(1, 5, 4);
        assertThat(table.isShared(table.find(2, 6, 5))).isTrue();
        assertThat(table.find(1, 6, 5)).isSameAs(first);
    }

    /** A million keys pass by while thousand others keep coming. */
    @Test
    void keepsThePlacesOfThoseWhoKeepComing() {
        KeyTable table = new KeyTable(2000);
        for (long key = 0; key < 1000; key++) {
            table.find(key, 10, 9);
        }
        long stranger = 1_000_000;
        for (long fresh = 10; fresh < 20; fresh++) {
            for (long key = 0; key < 1000; key++) {
                assertThat(table.isShared(table.find(key, fresh, fresh - 1))).isFalse();
                for (int i = 0; i < 100; i++) {
                    table.find(stranger++, fresh, fresh - 1);
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
                    Cell cell = table.find(key, window * 1000, (window - 1) * 1000);
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
}
