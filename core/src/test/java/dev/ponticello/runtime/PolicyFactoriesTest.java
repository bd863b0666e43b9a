package dev.ponticello.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.Problem;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Section;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.PolicyFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyFactoriesTest {
    @Test
    void namesTheirTypes() {
        Problems problems = new Problems();
        assertThat(PolicyFactories.of(List.of(new Named("tenant"), new Named("geo-fence2")), problems))
                .containsOnlyKeys("tenant", "geo-fence2");
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void aTypeOfABuiltInPolicyIsAProblem() {
        refuses(List.of(new Named("cors")), "the policy factory " + Named.class.getName()
                + " has the type of a built-in policy, 'cors' (expected: a name of its own)");
    }

    @Test
    void aTypeOfTwoFactoriesIsAProblem() {
        refuses(List.of(new Named("tenant"), new Named("tenant")),
                "the policy factory " + Named.class.getName() + " has the type 'tenant', which " + Named.class.getName()
                        + " has, too (expected: a name of its own)");
    }

    @Test
    void aTypeThatIsNoNameIsAProblem() {
        refuses(List.of(new Named("My Policy")), "the policy factory " + Named.class.getName()
                + " has the type 'My Policy' (expected: small letters, digits and '-', like my-policy)");
    }

    @Test
    void equalSettingsAreEqualConfigs() {
        assertThat(new OwnPolicy.Made<>(new Named("a"), "x")).isEqualTo(new OwnPolicy.Made<>(new Named("a"), "x"))
                .hasSameHashCodeAs(new OwnPolicy.Made<>(new Named("a"), "x"))
                .isNotEqualTo(new OwnPolicy.Made<>(new Named("a"), "y"));
    }

    private static void refuses(List<PolicyFactory<?>> factories, String problem) {
        Problems problems = new Problems();
        PolicyFactories.of(factories, problems);
        assertThat(problems.all()).extracting(Problem::toString).containsExactly(problem);
    }

    private record Named(String type) implements PolicyFactory<String> {
        @Override
        public String read(Section section) {
            return "";
        }

        @Override
        public Policy make(String settings) {
            return new Policy() {};
        }
    }
}
