package dev.ponticello.exchange;

import dev.ponticello.config.PolicyConfig;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A policy of own code at its place in the config. */
public sealed interface OwnPolicy extends PolicyConfig.Own {
    /**
     * The policy for this place, when a config is about to be served.
     *
     * @throws RuntimeException if there can be none; the config is then not served
     */
    Policy make();

    /**
     * A policy that is there already. Two are equal if they hold the same one.
     *
     * @param policy is closed when no served config holds it any more
     */
    record Given(Policy policy) implements OwnPolicy {
        @Override
        public String type() {
            return "own";
        }

        @Override
        public Policy make() {
            return policy;
        }
    }

    /**
     * One that a factory makes. Two are equal if their factories are of one class, and their settings are equal.
     *
     * @param settings what the factory has read, or would have read
     * @param <S> the factory's kind of settings
     */
    record Made<S>(PolicyFactory<S> factory, S settings) implements OwnPolicy {
        @Override
        public String type() {
            return factory.type();
        }

        @Override
        public Policy make() {
            return factory.make(settings);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Made<?> made && made.factory.getClass() == factory.getClass()
                    && made.settings.equals(settings);
        }

        @Override
        public int hashCode() {
            return Objects.hash(factory.getClass(), settings);
        }
    }
}
