package dev.ponticello.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.BearerTokenConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Secret;
import dev.ponticello.config.TokenAlgorithm;
import dev.ponticello.exchange.Policy;
import dev.ponticello.identity.KeySet;
import dev.ponticello.identity.TokenVerifier;
import dev.ponticello.loop.Chance;
import dev.ponticello.policy.BearerTokenPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a policy takes over from the one before it. */
class PolicyMakerTest {
    private static final BearerTokenConfig TOKENS = BearerTokenConfig.of(List.of(TokenAlgorithm.HS256),
            Secret.of("0123456789abcdef0123456789abcdef"));

    private final PolicyMaker policies = PolicyMaker.forCheck(Chance.SECURE);

    private Policy make(BearerTokenConfig config, String place, LiveState live) {
        return Objects
                .requireNonNull(policies.makeOrTell(config, place, List.of(), live, "policies[0]", new Problems()));
    }

    private static TokenVerifier verifier(BearerTokenConfig config, LiveState live) {
        KeySet keys = Objects.requireNonNull(BearerTokenPolicy.keys(config, "policies[0]", new Problems()));
        return live.adopt(TokenVerifier.class, Map.entry(config, keys), _ -> {
            throw new AssertionError("no verifier lives for " + config);
        });
    }

    @Test
    void verifiedTokensLiveOnUnderAnEqualConfigWhereverItIsWritten() {
        LiveState first = LiveState.none();
        Policy policy = make(TOKENS, "/a", first);
        LiveState second = first.next();
        assertThat(make(TOKENS.withLeeway(Duration.ZERO), "/b", second)).isNotSameAs(policy);
        assertThat(verifier(TOKENS, second)).isSameAs(verifier(TOKENS, first));
    }

    @Test
    void verifiedTokensAreForgottenWithTheKeyOrAnySettingOfTheirVerifier() {
        LiveState first = LiveState.none();
        make(TOKENS, "/a", first);
        for (BearerTokenConfig other : List.of(TOKENS.withSecret(Secret.of("0123456789abcdef0123456789abcdeF")),
                TOKENS.withIssuer("https://idp.example"), TOKENS.withLeeway(Duration.ofSeconds(1)))) {
            LiveState second = first.next();
            make(other, "/a", second);
            assertThat(verifier(other, second)).isNotSameAs(verifier(TOKENS, first));
        }
    }
}
