package dev.ponticello.config;

import org.jspecify.annotations.Nullable;

/** Where a route leads: to an upstream, or to an answer of the gateway itself. */
public sealed interface TargetConfig permits TargetConfig.To, AnswerConfig {

    /**
     * Forwarded to an upstream.
     *
     * @param upstream its name
     * @param rewrite under which path; null is the canonical path of the request, the default
     * @param rawPath whether path and query are forwarded as they arrived, not canonical; default false
     * @param timeouts what differs from the upstream's
     */
    record To(String upstream, @Nullable RewriteConfig rewrite, boolean rawPath,
            RouteTimeouts timeouts) implements TargetConfig {

        public To {
            Checks.notBlank("to", upstream);
            if (rawPath && rewrite != null) {
                throw new InvalidValue("raw-path", "true", "false beside 'rewrite', which makes another path");
            }
        }

        /** The upstream of this name, with every default. */
        public To(String upstream) {
            this(upstream, null, false, RouteTimeouts.DEFAULTS);
        }

        /** A copy with another {@code rewrite}. */
        public To withRewrite(@Nullable RewriteConfig rewrite) {
            return new To(upstream, rewrite, rawPath, timeouts);
        }

        /** A copy with another {@code raw-path}. */
        public To withRawPath(boolean rawPath) {
            return new To(upstream, rewrite, rawPath, timeouts);
        }

        /** A copy with another {@code timeouts}. */
        public To withTimeouts(RouteTimeouts timeouts) {
            return new To(upstream, rewrite, rawPath, timeouts);
        }
    }
}
