package dev.ponticello.app.scenario;

import dev.ponticello.config.Section;
import dev.ponticello.config.Value;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.PolicyFactory;
import dev.ponticello.exchange.Response;
import java.time.Duration;
import java.util.List;

/** A kind of policy of own code: {@code greeting: { words: […], tone: warm, after: 10ms }}; found by {@code META-INF/services}. */
public final class Greeting implements PolicyFactory<Greeting.Settings> {
    /** How it greets, and what goes wrong. */
    public enum Tone {
        WARM,
        COLD,
        THROWS_WHEN_READ,
        THROWS_WHEN_MADE
    }

    /** Its settings. */
    public record Settings(List<String> words, Tone tone, Duration after) {
        static final Settings DEFAULTS = new Settings(List.of("hello"), Tone.WARM, Duration.ofMillis(1));

        /** With a check of its own. */
        public Settings {
            if (words.isEmpty()) {
                throw new IllegalArgumentException("words: none (expected: at least one)");
            }
        }
    }

    @Override
    public String type() {
        return "greeting";
    }

    @Override
    public Settings read(Section section) {
        Settings d = Settings.DEFAULTS;
        Settings settings = section.build(d, () -> new Settings(
                section.get("words", d.words(), Value::texts),
                section.get("tone", d.tone(), v -> v.word(Tone.class)),
                section.get("after", d.after(), Value::duration)));
        if (settings.tone == Tone.THROWS_WHEN_READ) {
            throw new IllegalStateException("a bug");
        }
        return settings;
    }

    @Override
    public Policy make(Settings settings) {
        if (settings.tone == Tone.THROWS_WHEN_MADE) {
            throw new NoClassDefFoundError("com/example/Missing");
        }
        Response greeting = Response.text(200, String.join(" ", settings.words));
        return Policy.before(exchange -> exchange.request().path().equals("/greet") ? Decision.respond(greeting)
                : Decision.CONTINUE);
    }
}
