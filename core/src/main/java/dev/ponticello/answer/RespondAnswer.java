package dev.ponticello.answer;

import dev.ponticello.config.AnswerConfig;
import dev.ponticello.exchange.BuiltInAnswer;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Response;
import dev.ponticello.http.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer {@code respond}: always the same status, fields and body. A body whose config names no
 * {@code Content-Type} is {@code text/plain; charset=utf-8}.
 *
 * <p>Threads: immutable, shared by all loops.
 */
public final class RespondAnswer implements BuiltInAnswer {
    private final Decision decision;

    /**
     * The answer for a config.
     *
     * @throws IllegalArgumentException if the value of a field holds anything but visible ASCII, spaces and tabs
     */
    public RespondAnswer(AnswerConfig.Respond config) {
        Map<HeaderName, String> fields = new LinkedHashMap<>();
        if (!config.body().isEmpty()) {
            fields.put(HeaderName.CONTENT_TYPE, "text/plain; charset=utf-8");
        }
        config.headers().forEach((name, value) -> fields.put(HeaderName.of(name), value));
        String type = fields.remove(HeaderName.CONTENT_TYPE);
        Response response = type == null ? Response.empty(config.status())
                : Response.of(config.status(), type, config.body().getBytes(StandardCharsets.UTF_8));
        fields.forEach(response::with);
        this.decision = Decision.respond(response);
    }

    @Override
    public Decision answer(Exchange exchange, byte[] body) {
        return decision;
    }
}
