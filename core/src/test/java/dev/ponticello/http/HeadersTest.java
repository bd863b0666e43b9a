package dev.ponticello.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
    private static final HeaderName A = HeaderName.of("A");
    private static final HeaderName B = HeaderName.of("B");

    /** Fields as a parser leaves them: behind a request line, before the empty line. */
    private static Headers arrived(String... lines) {
        Headers headers = new Headers();
        take(headers, "GET / HTTP/1.1\r\n");
        for (String line : lines) {
            int name = headers.length();
            take(headers, line + "\r\n");
            int nameEnd = name + line.indexOf(':');
            int value = nameEnd + 1;
            while (value < headers.length() - 2 && headers.bytes()[value] == ' ') {
                value++;
            }
            headers.index(HeaderName.of(line.substring(0, nameEnd - name)).hash(), name, nameEnd, value,
                    headers.length() - 2, headers.length());
        }
        take(headers, "\r\n");
        return headers;
    }

    private static void take(Headers headers, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int at = headers.append(bytes.length);
        System.arraycopy(bytes, 0, headers.bytes(), at, bytes.length);
    }

    private static String written(Headers headers) {
        StringBuilder out = new StringBuilder();
        for (int slot = 0; slot < headers.slots(); slot++) {
            if (!headers.isRemoved(slot)) {
                int start = headers.nameStart(slot);
                out.append(new String(headers.bytes(), start, headers.lineEnd(slot) - start,
                        StandardCharsets.ISO_8859_1));
            }
        }
        return out.toString();
    }

    @Test
    void writesWhatArrivedAsItStands() {
        Headers headers = arrived("Host:a", "x-Tail:  v ", "Empty:");
        assertThat(written(headers)).isEqualTo("Host:a\r\nx-Tail:  v \r\nEmpty:\r\n");
    }

    @Test
    void writesNothingWhenThereIsNothing() {
        assertThat(written(new Headers())).isEmpty();
        assertThat(written(arrived())).isEmpty();
    }

    @Test
    void writesAroundWhatWasRemoved() {
        Headers headers = arrived("A: 1", "B: 2", "A: 3", "C: 4", "A: 5");
        headers.remove(A);
        assertThat(written(headers)).isEqualTo("B: 2\r\nC: 4\r\n");
        headers.add(A, "6");
        headers.removeSlot(1);
        assertThat(written(headers)).isEqualTo("C: 4\r\nA: 6\r\n");
        assertThat(headers.toString()).isEqualTo("C: 4\nA: 6\n");
    }

    @Test
    void removesALineOnce() {
        Headers headers = arrived("A: 1", "B: 2");
        headers.removeSlot(0);
        headers.removeSlot(0);
        assertThat(headers.isRemoved(0)).isTrue();
        assertThat(written(headers)).isEqualTo("B: 2\r\n");
    }

    @Test
    void findsInOrderAndInAnyCase() {
        Headers headers = arrived("a: 1", "B: 2", "A: 3");
        assertThat(headers.find(A, 0)).isZero();
        assertThat(headers.find(A, 1)).isEqualTo(2);
        assertThat(headers.find(A, 3)).isEqualTo(-1);
        assertThat(headers.find(HeaderName.of("C"), 0)).isEqualTo(-1);
        assertThat(headers.get(A)).isEqualTo("1");
        assertThat(headers.all(A)).containsExactly("1", "3");
        headers.removeSlot(0);
        assertThat(headers.find(A, 0)).isEqualTo(2);
        headers.removeSlot(2);
        assertThat(headers.find(A, 0)).isEqualTo(-1);
        assertThat(headers.get(A)).isNull();
        assertThat(headers.contains(A)).isFalse();
        assertThat(headers.contains(B)).isTrue();
    }

    @Test
    void findsNoNameThatOnlyResembles() {
        Headers headers = arrived("X_User: 1", "X.User: 2");
        assertThat(headers.find(HeaderName.of("X-User"), 0)).isEqualTo(-1);
    }

    @Test
    void removesWhatResemblesASet() {
        Headers headers = arrived("X-User: 1", "x_user: 2", "X.USER: 3", "X-Users: 4", "XUser: 5");
        headers.removeResembling(HeaderNameSet.of(List.of(HeaderName.of("X-User"))));
        assertThat(written(headers)).isEqualTo("X-Users: 4\r\nXUser: 5\r\n");
    }

    @Test
    void removesWhatBeginsInItsNormalForm() {
        Headers headers = arrived("X-Forwarded-For: 1", "x_forwarded.proto: 2", "X-Forwarded-: 3", "X-Forwarded: 4",
                "X-Forwardedness: 5", "Y-X-Forwarded-For: 6");
        headers.removeBeginning("x-forwarded-".getBytes(StandardCharsets.US_ASCII));
        assertThat(written(headers)).isEqualTo("X-Forwarded: 4\r\nX-Forwardedness: 5\r\nY-X-Forwarded-For: 6\r\n");
    }

    @Test
    void comparesNames() {
        Headers headers = arrived("Keep-Alive: keep-alive, keep_alive");
        int value = headers.valueStart(0);
        assertThat(headers.hasName(0, HeaderName.KEEP_ALIVE)).isTrue();
        assertThat(headers.hasName(0, value, value + 10)).isTrue();
        assertThat(headers.hasName(0, value, value + 9)).isFalse();
        assertThat(headers.hasName(0, value + 12, value + 22)).isFalse();
        assertThat(headers.nameHolds(0, '-')).isTrue();
        assertThat(headers.nameHolds(0, '_')).isFalse();
        assertThat(headers.nameHolds(0, ',')).isFalse();
    }

    @Test
    void knowsTheMembersOfAList() {
        Headers headers = arrived("A: close , \tKeep-Alive", "A:x", "A:", "A: ,last");
        assertThat(headers.hasMember(A, "close")).isTrue();
        assertThat(headers.hasMember(A, "KEEP-alive")).isTrue();
        assertThat(headers.hasMember(A, "x")).isTrue();
        assertThat(headers.hasMember(A, "last")).isTrue();
        assertThat(headers.hasMember(A, "clos")).isFalse();
        assertThat(headers.hasMember(A, "closed")).isFalse();
        assertThat(headers.hasMember(A, "alive")).isFalse();
        assertThat(headers.hasMember(B, "close")).isFalse();
        headers.removeSlot(1);
        assertThat(headers.hasMember(A, "x")).isFalse();
    }

    @Test
    void readsBytesBeyondAsciiAsLatin1() {
        assertThat(arrived("A: h\u00e4\u00ff").get(A)).isEqualTo("h\u00e4\u00ff");
    }

    @Test
    void addsLines() {
        Headers headers = new Headers(0, 0);
        headers.add(A, "one\ttwo ~");
        headers.add(B, "");
        byte[] bytes = "<h\u00e4>".getBytes(StandardCharsets.ISO_8859_1);
        headers.add(A, bytes, 1, 3);
        assertThat(written(headers)).isEqualTo("A: one\ttwo ~\r\nB: \r\nA: h\u00e4\r\n");
        assertThat(headers.all(A)).containsExactly("one\ttwo ~", "h\u00e4");
        assertThat(headers.get(B)).isEmpty();
    }

    @Test
    void findsWhatHasArrivedWhateverBecameOfIt() {
        Headers headers = new Headers();
        headers.add(HeaderName.ACCEPT, "a");
        headers.add(HeaderName.HOST, "x");
        headers.add(HeaderName.ACCEPT, "b");
        headers.markArrived();
        headers.set(HeaderName.ACCEPT, "c");
        int first = headers.findArrived(HeaderName.ACCEPT, 0);
        int second = headers.findArrived(HeaderName.ACCEPT, first + 1);
        assertThat(headers.value(first)).isEqualTo("a");
        assertThat(headers.value(second)).isEqualTo("b");
        assertThat(headers.findArrived(HeaderName.ACCEPT, second + 1)).isEqualTo(-1);
        assertThat(headers.all(HeaderName.ACCEPT)).containsExactly("c");
        headers.clear();
        headers.add(HeaderName.ACCEPT, "d");
        assertThat(headers.value(headers.findArrived(HeaderName.ACCEPT, 0))).isEqualTo("d");
    }

    @Test
    void setsInPlaceOfAllOthers() {
        Headers headers = arrived("A: 1", "B: 2", "a: 3");
        headers.set(A, "4");
        assertThat(written(headers)).isEqualTo("B: 2\r\nA: 4\r\n");
        headers.set(A, 5);
        headers.set(B, "6".getBytes(StandardCharsets.US_ASCII));
        assertThat(written(headers)).isEqualTo("A: 5\r\nB: 6\r\n");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 100, 12_345, 999_999_999_999_999_999L, 1_000_000_000_000_000_000L,
        Long.MAX_VALUE})
    void addsNumbers(long value) {
        Headers headers = new Headers();
        headers.add(A, value);
        assertThat(written(headers)).isEqualTo("A: " + value + "\r\n");
    }

    @Test
    void isUnchangedByAValueThatIsRefused() {
        Headers headers = arrived("B: 2");
        int length = headers.length();
        assertThatThrownBy(() -> headers.add(A, "x\r\nEvil: 1")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("field value: character U+000D at index 1");
        assertThatThrownBy(() -> headers.add(A, "\u0100")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> headers.add(A, -1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A: -1 (expected: >= 0)");
        assertThat(headers.length()).isEqualTo(length);
        assertThat(headers.slots()).isEqualTo(1);
        headers.add(A, "1");
        assertThat(written(headers)).isEqualTo("B: 2\r\nA: 1\r\n");
    }

    @Test
    void forgetsEverything() {
        Headers headers = arrived("A: 1");
        headers.add(B, "x".repeat(100_000));
        for (int i = 0; i < 1000; i++) {
            headers.add(A, i);
        }
        headers.clear();
        assertThat(headers.slots()).isZero();
        assertThat(headers.length()).isZero();
        assertThat(headers.bytes()).hasSizeLessThan(16 * 1024);
        assertThat(headers.contains(A)).isFalse();
        assertThat(written(headers)).isEmpty();
        headers.add(B, "2");
        assertThat(written(headers)).isEqualTo("B: 2\r\n");
    }

    @Test
    void copiesShareNothing() {
        Headers headers = arrived("A: 1", "B: 2");
        headers.removeSlot(0);
        Headers copy = headers.copy();
        headers.set(B, "3");
        copy.add(A, "4");
        assertThat(written(headers)).isEqualTo("B: 3\r\n");
        assertThat(written(copy)).isEqualTo("B: 2\r\nA: 4\r\n");
        Headers nothing = new Headers().copy();
        nothing.add(A, "1");
        nothing.add(A, "2");
        assertThat(written(nothing)).isEqualTo("A: 1\r\nA: 2\r\n");
    }

    @Test
    void writesWhatAListOfLinesWould() {
        String[] names = {"A", "a", "B", "X-User", "x_user", "X.User", "X-Forwarded-For", "x_forwarded_proto",
            "Long-Name"};
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            List<String> model = new ArrayList<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                model.add(names[random.nextInt(names.length)] + ": " + value(random));
            }
            Headers headers = arrived(model.toArray(String[]::new));
            for (int i = random.nextInt(25); i > 0; i--) {
                edit(headers, model, HeaderName.of(names[random.nextInt(names.length)]), random);
                assertSame(headers, model, seed);
                if (random.nextInt(8) == 0) {
                    headers = headers.copy();
                }
            }
            assertSame(headers, model, seed);
        }
    }

    private static String value(Random random) {
        return "v".repeat(random.nextInt(5) == 0 ? random.nextInt(2000) : random.nextInt(5));
    }

    private static void edit(Headers headers, List<String> model, HeaderName name, Random random) {
        switch (random.nextInt(7)) {
            case 0 -> {
                headers.remove(name);
                model.removeIf(line -> nameOf(line).equalsIgnoreCase(name.toString()));
            }
            case 1 -> {
                String value = value(random);
                headers.set(name, value);
                model.removeIf(line -> nameOf(line).equalsIgnoreCase(name.toString()));
                model.add(name + ": " + value);
            }
            case 2 -> {
                headers.removeResembling(HeaderNameSet.of(List.of(name)));
                model.removeIf(line -> normal(nameOf(line)).equals(normal(name.toString())));
            }
            case 3 -> {
                headers.removeBeginning("x-forwarded-".getBytes(StandardCharsets.US_ASCII));
                model.removeIf(line -> normal(line).startsWith("x-forwarded-"));
            }
            case 4 -> {
                long number = random.nextLong(Long.MAX_VALUE);
                headers.add(name, number);
                model.add(name + ": " + number);
            }
            default -> {
                String value = value(random);
                headers.add(name, value);
                model.add(name + ": " + value);
            }
        }
    }

    private static String nameOf(String line) {
        return line.substring(0, line.indexOf(':'));
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
    }

    private static void assertSame(Headers headers, List<String> model, long seed) {
        StringBuilder expected = new StringBuilder();
        model.forEach(line -> expected.append(line).append("\r\n"));
        assertThat(written(headers)).as("seed %d", seed).isEqualTo(expected.toString());
        assertThat(headers.maxWritten()).as("seed %d", seed).isGreaterThanOrEqualTo(expected.length());
        List<String> values = model.stream().filter(line -> nameOf(line).equalsIgnoreCase("a"))
                .map(line -> line.substring(3)).toList();
        assertThat(headers.all(A)).as("seed %d", seed).isEqualTo(values);
    }
}
