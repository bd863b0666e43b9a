package dev.ponticello.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrefixTableTest {

    private final PrefixTable.Builder<String> builder = PrefixTable.builder();
    private final Match<String> scratch = new Match<>();

    @Test
    void findsTheDeepestPrefixOnSegmentBorders() {
        add(null, "/api", "api");
        add(null, "/api/v1", "v1");
        PrefixTable<String> table = builder.build();

        assertThat(find(table, "", "/api/v1")).isEqualTo("v1");
        assertThat(find(table, "", "/api/v1/")).isEqualTo("v1");
        assertThat(find(table, "", "/api/v1/users/7")).isEqualTo("v1");
        assertThat(find(table, "", "/api/v10")).isEqualTo("api");
        assertThat(find(table, "", "/api/")).isEqualTo("api");
        assertThat(find(table, "", "/api")).isEqualTo("api");
        assertThat(find(table, "", "/apis")).isNull();
        assertThat(find(table, "", "/")).isNull();
    }

    @Test
    void containsEverythingInTheRoot() {
        add(null, "/", "root");
        add(null, "/a/b/c", "c");
        PrefixTable<String> table = builder.build();

        assertThat(find(table, "", "/")).isEqualTo("root");
        assertThat(find(table, "", "/a/b")).isEqualTo("root");
        assertThat(find(table, "", "/a/b/c/d")).isEqualTo("c");
    }

    @Test
    void prefersTheHostAndFallsBackToNone() {
        add(null, "/api/v1", "none");
        add("*.example.com", "/api", "wildcard");
        add("api.example.com", "/admin", "exact");
        PrefixTable<String> table = builder.build();

        assertThat(find(table, "api.example.com:80", "/admin/x")).isEqualTo("exact");
        assertThat(find(table, "api.example.com", "/api/v1/x")).isEqualTo("wildcard");
        assertThat(find(table, "example.com", "/api/v1/x")).isEqualTo("none");
        assertThat(find(table, "example.com", "/admin")).isNull();
    }

    @Test
    void takesAnySegmentForAParameter() {
        add(null, "/{tenant}/api", "tenant");
        PrefixTable<String> table = builder.build();

        assertThat(find(table, "", "/acme/api/x")).isEqualTo("tenant");
        assertThat(find(table, "", "/acme/apis")).isNull();
    }

    @Test
    void tellsTwoPrefixesThatAreTheSame() {
        add(null, "/api", "first");
        add("example.com", "/api", "other host");
        add(null, "/api", "second");

        PrefixTable<String> table = builder.build();

        assertThat(table.conflicts()).containsExactly(new Conflict<>("first", "second", "GET /api/x"));
        assertThat(find(table, "", "/api")).isEqualTo("first");
    }

    @Test
    void refusesAPrefixWithASlashAtItsEnd() {
        assertThatThrownBy(() -> add(null, "/api/", "api")).isInstanceOf(PatternException.class)
                .hasMessage("'/api/' at offset 4 (expected: /api)");
    }

    private void add(@Nullable String host, String prefix, String value) {
        builder.add(host == null ? null : HostPattern.parse(host), PathPattern.parse(prefix), value);
    }

    private @Nullable String find(PrefixTable<String> table, String host, String path) {
        byte[] authority = host.getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
        return table.find(authority, 0, authority.length, bytes, 0, bytes.length, scratch);
    }
}
