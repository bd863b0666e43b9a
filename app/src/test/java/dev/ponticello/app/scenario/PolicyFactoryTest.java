package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.Gateway;
import dev.ponticello.app.yaml.YamlReader;
import dev.ponticello.config.ConfigReader;
import dev.ponticello.config.Environment;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problem;
import dev.ponticello.config.Problems;
import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.runtime.PolicyFactories;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A kind of policy of own code, written in YAML. */
class PolicyFactoryTest {
    @Test
    void itsNameIsOneOfThePolicies() {
        try (var endpoint = ScriptedEndpoint.answering(200, "from the endpoint");
                var gateway = TestGateway.start(GatewayConfig.Transport.NIO,
                        Forward.allTo(endpoint) + "policies: [request-id, { greeting: { words: [good, morning] } }]\n");
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.ask("GET /greet HTTP/1.1\r\nHost: a\r\n\r\n").bodyText()).isEqualTo("good morning");
            assertThat(client.ask("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").bodyText()).isEqualTo("from the endpoint");
        }
    }

    @Test
    void yamlAndJavaComeToTheSame() {
        GatewayConfig read = TestGateway.parse("policies: [request-id, { greeting: { after: 20ms, tone: cold } }]");
        assertThat(read).isEqualTo(Gateway.builder().policy(RequestIdConfig.DEFAULTS)
                .policy(new OwnPolicy.Made<>(new Greeting(), new Greeting.Settings(List.of("hello"), Greeting.Tone.COLD,
                        Duration.ofMillis(20))))
                .build());
        assertThat(TestGateway.parse("policies: [greeting]").policies()).containsExactly(
                new OwnPolicy.Made<>(new Greeting(), Greeting.Settings.DEFAULTS));
    }

    @Test
    void whatIsWrongInItsSettingsHasAPlace() {
        assertThat(problems("""
                policies:
                  - greeting:
                      tone: warn
                      aftr: 1s
                      after: soon
                """)).containsExactly(
                "play.yaml:3:13: tone: 'warn' (expected: warm, cold, throws-when-read or throws-when-made);"
                        + " did you mean 'warm'?",
                "play.yaml:4:7: aftr: unknown key (expected: words, tone or after); did you mean 'after'?",
                "play.yaml:5:14: after: 'soon' (expected: a duration with its unit, like 30s)");
        assertThat(problems("policies: [{ greeting: { words: [] } }]")).containsExactly(
                "play.yaml:1:14: greeting: words: none (expected: at least one)");
        assertThat(problems("policies: [{ greeting: 7 }]")).containsExactly(
                "play.yaml:1:24: greeting: '7' (expected: a map of keys and values)");
    }

    @Test
    void itsNameIsAmongTheNearestWords() {
        assertThat(problems("policies: [greetin]")).singleElement().asString()
                .contains("unknown policy 'greetin' (expected: ").contains("greeting")
                .endsWith("did you mean 'greeting'?");
    }

    @Test
    void row51_aFactoryThatThrowsWhileItReadsIsAProblem() {
        assertThat(problems("policies: [request-id, { greeting: { tone: throws-when-read } }]")).containsExactly(
                "play.yaml:1:26: greeting: the policy's settings cannot be read: java.lang.IllegalStateException: a bug");
    }

    @Test
    void row51_aFactoryThatThrowsWhileItMakesKeepsTheGatewayFromStarting() {
        GatewayConfig config = TestGateway.parse("""
                listeners: [{ address: "127.0.0.1:0" }]
                policies: [request-id, { greeting: { tone: throws-when-made } }]
                """);
        assertThat(Gateway.check(config).hasErrors()).as("a check makes none").isFalse();
        assertThatThrownBy(() -> Gateway.start(config)).isInstanceOf(IOException.class)
                .hasMessage("policies[1].greeting: the policy greeting cannot be made: java.lang.NoClassDefFoundError:"
                        + " com/example/Missing");
    }

    private static List<String> problems(String yaml) {
        Problems problems = new Problems();
        var settings = YamlReader.read("play.yaml", yaml.getBytes(StandardCharsets.UTF_8), problems);
        ConfigReader.read(Objects.requireNonNull(settings), new Environment(_ -> null, path -> {
            throw new NoSuchFileException(path.toString());
        }, Path.of("")), PolicyFactories.find(problems), problems);
        return problems.all().stream().map(Problem::toString).toList();
    }
}
