package dev.ponticello.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.answer.IndexAnswer.Entry;
import dev.ponticello.exchange.TestExchanges;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexAnswerTest {
    @Test
    void listsTheRoutes() {
        IndexAnswer index = new IndexAnswer(List.of(new Entry("/api/token", "POST", false),
                new Entry("/api/v1/users/{id}", "GET", true), new Entry("/\"odd\\", "*", false)));
        TestExchanges.Answer answer = new TestExchanges().play(List.of(), index, "GET / HTTP/1.1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("Content-Type")).isEqualTo("application/json");
        assertThat(answer.text()).isEqualTo("{\"gateway\":\"Ponticello API Gateway\",\"endpoints\":["
                + "{\"path\":\"/api/token\",\"method\":\"POST\",\"auth\":false},"
                + "{\"path\":\"/api/v1/users/{id}\",\"method\":\"GET\",\"auth\":true},"
                + "{\"path\":\"/\\\"odd\\\\\",\"method\":\"*\",\"auth\":false}]}");
    }
}
