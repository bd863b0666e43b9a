package dev.ponticello.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.http.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResponseTest {
    @Test
    void writesAnObjectAsJson() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("text", "\"ä\\\n\u0001");
        object.put("number", 1.5);
        object.put("flag", true);
        object.put("list", Arrays.asList(1L, null, List.of(), Map.of()));
        object.put("map", Map.of("a", "b"));
        Response response = Response.json(201, object);
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.headers().get(HeaderName.CONTENT_TYPE)).isEqualTo("application/json");
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(
                "{\"text\":\"\\\"ä\\\\\\u000a\\u0001\",\"number\":1.5,\"flag\":true,\"list\":[1,null,[],{}],\"map\":{\"a\":\"b\"}}");
    }

    @Test
    void refusesWhatJsonHasNoWordFor() {
        assertThatThrownBy(() -> Response.json(200, Map.of("a", Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("JSON: NaN of java.lang.Double (expected: ");
        assertThatThrownBy(() -> Response.json(200, Map.of("a", List.of(Float.POSITIVE_INFINITY))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Response.json(200, Map.of("a", new StringBuilder().chars())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatIsNoFinalAnswer() {
        assertThatThrownBy(() -> Response.empty(199)).hasMessage("status: 199 (expected: 200 to 599)");
        assertThatThrownBy(() -> Response.empty(600)).hasMessage("status: 600 (expected: 200 to 599)");
        assertThat(Response.empty(599).status()).isEqualTo(599);
    }

    @Test
    void refusesFieldsThatFrameIt() {
        for (String name : List.of("content-length", "Transfer-Encoding", "Connection", "Upgrade")) {
            assertThatThrownBy(() -> Response.empty(200).with(HeaderName.of(name), "1"))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the gateway itself writes");
        }
    }
}
