package dev.ponticello.config;

/** Where a route leads: to an upstream, or to an answer of the gateway itself. */
public sealed interface TargetConfig permits TargetConfig.To, AnswerConfig {

    /** Forwarded to the upstream of this name. */
    record To(String upstream) implements TargetConfig {

        public To {
            Checks.notBlank("to", upstream);
        }
    }
}
