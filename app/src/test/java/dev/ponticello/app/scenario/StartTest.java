package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.Gateway;
import dev.ponticello.InvalidConfigException;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problem;
import org.junit.jupiter.api.Test;

/** What a gateway says of configs that it cannot serve, when they did not come through the program. */
class StartTest {
    private static GatewayConfig withSecret(String policyOrAnswer) {
        return TestGateway.parse("""
                listeners: [{ address: "127.0.0.1:0" }]
                routes: [{ path: /, %s }]
                """.formatted(policyOrAnswer));
    }

    @Test
    void aSecretThatIsTooShortIsOneProblem() {
        for (String written : new String[]{"answer: { token-issuer: { secret: short } }",
            "answer: health, policies: [{ bearer-token: { algorithms: [HS256], secret: short } }]"}) {
            GatewayConfig config = withSecret(written);
            assertThat(Gateway.check(config).all().stream().filter(p -> p.severity() == Problem.Severity.ERROR))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.toString()).contains("5 bytes (expected: at least 32"));
            assertThatThrownBy(() -> Gateway.start(config)).isInstanceOf(InvalidConfigException.class);
        }
    }
}
