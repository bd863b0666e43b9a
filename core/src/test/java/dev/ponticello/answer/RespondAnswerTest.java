package dev.ponticello.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.AnswerConfig;
import dev.ponticello.exchange.TestExchanges;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RespondAnswerTest {
    @Test
    void answersWhatTheConfigSays() {
        TestExchanges.Answer answer = ask(503, Map.of("content-type", "text/html", "X-A", "1"), "<p>\u00e9");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.field("Content-Type")).isEqualTo("text/html");
        assertThat(answer.field("X-A")).isEqualTo("1");
        assertThat(answer.field("Content-Length")).isEqualTo("5");
        assertThat(answer.text()).isEqualTo("<p>\u00e9");
    }

    @Test
    void callsABodyWithoutATypeAText() {
        TestExchanges.Answer answer = ask(200, Map.of(), "Disallow: /");
        assertThat(answer.field("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(answer.text()).isEqualTo("Disallow: /");
    }

    @Test
    void answersWithoutABody() {
        TestExchanges.Answer answer = ask(204, Map.of("X-A", "1"), "");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.field("X-A")).isEqualTo("1");
        assertThat(answer.field("Content-Type")).isNull();
        assertThat(answer.field("Content-Length")).isNull();
        assertThat(answer.body()).isEmpty();
    }

    private static TestExchanges.Answer ask(int status, Map<String, String> fields, String body) {
        RespondAnswer answer = new RespondAnswer(new AnswerConfig.Respond(status, new LinkedHashMap<>(fields), body));
        return new TestExchanges().play(List.of(), answer, "GET /robots.txt HTTP/1.1");
    }
}
