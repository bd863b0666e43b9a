package dev.ponticello.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request says, and what it only seems to say. */
class ConditionsTest {

    private final Match<String> asked = new Match<>();

    @ParameterizedTest
    @ValueSource(strings = {"v=2", "a&v=2&b", "v=1&v=2", "v=%32", "%76=2", "%76=%32", "&&v=2", "x==&v=2"})
    void findsAParameterWhereverItStands(String query) {
        assertThat(holds(Conditions.of(Map.of(), Map.of("v", "2")), query)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v", "v=", "v=22", "v=1", "V=2", "vv=2", "v=2;x", "v=2=", "v=%3", "v=%3x", "v=%",
        "%7=2",
        "v=+2", "a=v=2", "v%3D2", "v=%C0%B2", "v=%2532"})
    void findsNoParameterInWhatIsNotOne(String query) {
        assertThat(holds(Conditions.of(Map.of(), Map.of("v", "2")), query)).isFalse();
    }

    @Test
    void decodesOnceAndAsForms() {
        assertThat(holds(Conditions.of(Map.of(), Map.of("q", "a b")), "q=a+b")).isTrue();
        assertThat(holds(Conditions.of(Map.of(), Map.of("q", "a b")), "q=a%20b")).isTrue();
        assertThat(holds(Conditions.of(Map.of(), Map.of("q", "a+b")), "q=a+b")).isFalse();
        assertThat(holds(Conditions.of(Map.of(), Map.of("q", "a+b")), "q=a%2Bb")).isTrue();
        assertThat(holds(Conditions.of(Map.of(), Map.of("q", "é&=%41")), "q=%C3%A9%26=%2541")).isTrue();
        assertThat(holds(Conditions.of(Map.of(), Map.of("q", "é")), "q=%E9")).isFalse();
    }

    @Test
    void takesAParameterWithoutAValueForAnEmptyOne() {
        Conditions debug = Conditions.of(Map.of(), Map.of("debug", ""));
        assertThat(holds(debug, "debug")).isTrue();
        assertThat(holds(debug, "debug=")).isTrue();
        assertThat(holds(debug, "debug=1")).isFalse();
        assertThat(holds(debug, "")).isFalse();
    }

    @Test
    void looksAtEveryValueOfAField() {
        Conditions admin = Conditions.of(Map.of("x-role", "admin"), Map.of());
        assertThat(holdsWith(admin, "X-Role: admin")).isTrue();
        assertThat(holdsWith(admin, "X-Role: a", "X-Role: admin")).isTrue();
        assertThat(holdsWith(admin, "X-Role: a,admin")).isTrue();
        assertThat(holdsWith(admin, "X-Role: a", "X-Role: b ,\tadmin , c")).isTrue();
        assertThat(holdsWith(admin)).isFalse();
        assertThat(holdsWith(admin, "X-Role: Admin")).isFalse();
        assertThat(holdsWith(admin, "X-Role: administrator, not admin")).isFalse();
        assertThat(holdsWith(admin, "X-Roles: admin", "X_Role: admin")).isFalse();
    }

    @Test
    void looksAtAWholeLineAndAtAnEmptyOne() {
        assertThat(holdsWith(Conditions.of(Map.of("X-A", "a, b"), Map.of()), "X-A: a, b")).isTrue();
        assertThat(holdsWith(Conditions.of(Map.of("X-A", ""), Map.of()), "X-A:")).isTrue();
        assertThat(holdsWith(Conditions.of(Map.of("X-A", ""), Map.of()), "X-A: a,,b")).isFalse();
    }

    @Test
    void wantsAllOfThem() {
        Conditions both = Conditions.of(Map.of("X-A", "1", "X-B", "2"), Map.of("v", "3"));
        Headers fields = new Headers();
        fields.add(HeaderName.of("X-A"), "1");
        fields.add(HeaderName.of("X-B"), "2");
        byte[] query = "v=3".getBytes(StandardCharsets.US_ASCII);
        asked.says(fields, query, 0, query.length);
        assertThat(both.hold(asked)).isTrue();
        asked.says(fields, query, 0, 0);
        assertThat(both.hold(asked)).isFalse();
        fields.remove(HeaderName.of("X-B"));
        asked.says(fields, query, 0, query.length);
        assertThat(both.hold(asked)).isFalse();
    }

    @Test
    void areEqualInAnyCaseOfFieldNamesOnly() {
        Conditions one = Conditions.of(Map.of("X-A", "1"), Map.of("v", "2"));
        assertThat(one).isEqualTo(Conditions.of(Map.of("x-a", "1"), Map.of("v", "2")))
                .hasSameHashCodeAs(Conditions.of(Map.of("x-a", "1"), Map.of("v", "2")))
                .isNotEqualTo(Conditions.of(Map.of("X-A", "1"), Map.of("V", "2")))
                .isNotEqualTo(Conditions.of(Map.of("X-A", "1", "v", "2"), Map.of()))
                .hasToString(":x-a=1 ?v=2");
        assertThat(Conditions.of(Map.of(), Map.of())).isSameAs(Conditions.NONE);
        assertThatThrownBy(() -> Conditions.of(Map.of("a b", "1"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void makeNoObjectsWhenTheyAreLookedAt() {
        Conditions conditions = Conditions.of(Map.of("X-A", "1"), Map.of("v", "a b"));
        Headers fields = new Headers();
        fields.add(HeaderName.of("X-A"), "0, 1");
        byte[] query = "x=%20&v=a%20b".getBytes(StandardCharsets.US_ASCII);
        asked.says(fields, query, 0, query.length);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                conditions.hold(asked);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(conditions.hold(asked)).isTrue();
        assertThat(least).as("bytes for 1000 looks").isLessThan(1000);
    }

    private boolean holds(Conditions conditions, String query) {
        byte[] bytes = ("?" + query + "&v=2").getBytes(StandardCharsets.US_ASCII);
        asked.says(new Headers(), bytes, 1, 1 + query.length());
        return conditions.hold(asked);
    }

    private boolean holdsWith(Conditions conditions, String... lines) {
        Headers fields = new Headers();
        for (String line : lines) {
            String[] parts = line.split(": ?", 2);
            fields.add(HeaderName.of(parts[0]), parts[1]);
        }
        asked.says(fields, new byte[0], 0, 0);
        return conditions.hold(asked);
    }
}
