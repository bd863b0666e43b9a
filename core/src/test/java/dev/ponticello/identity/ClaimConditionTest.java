package dev.ponticello.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimConditionTest {
    private final ClaimCondition condition = new ClaimCondition(
            Map.of("role", List.of("admin", "editor", "7", "true")));

    private static Claims claims(String json) {
        return Objects.requireNonNull(StrictJson.read(json.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"admin\"", "\"editor\"", "[\"user\",\"editor\"]", "[\"admin\"]", "7", "\"7\"", "true"})
    void isMetByOneOfTheValues(String role) {
        assertThat(condition.isMetBy(claims("{\"role\":" + role + "}"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\"user\"", "\"Admin\"", "\"admin,editor\"", "\"\"", "[]", "[\"user\"]", "null", "{\"admin\":1}",
        "[\"admin\",1]",
        "7.0", "false"
    })
    void isNotMetByAnythingElse(String role) {
        assertThat(condition.isMetBy(claims("{\"role\":" + role + "}"))).isFalse();
    }

    @Test
    void isNotMetWithoutTheClaim() {
        assertThat(condition.isMetBy(claims("{}"))).isFalse();
        assertThat(condition.isMetBy(claims("{\"Role\":\"admin\"}"))).isFalse();
    }

    @Test
    void asksForEveryClaimThatItNames() {
        ClaimCondition both = new ClaimCondition(Map.of("role", Set.of("admin"), "tenant", Set.of("a", "b")));

        assertThat(both.isMetBy(claims("{\"role\":\"admin\",\"tenant\":\"b\"}"))).isTrue();
        assertThat(both.isMetBy(claims("{\"role\":\"admin\",\"tenant\":\"c\"}"))).isFalse();
        assertThat(both.isMetBy(claims("{\"tenant\":\"a\"}"))).isFalse();
    }

    @Test
    void refusesAClaimWithoutValues() {
        assertThatThrownBy(() -> new ClaimCondition(Map.of("role", List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("role: no values (expected: at least one)");
    }
}
