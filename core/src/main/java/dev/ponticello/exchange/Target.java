package dev.ponticello.exchange;

import dev.ponticello.routing.PathRewrite;
import dev.ponticello.upstream.Upstream;
import org.jspecify.annotations.Nullable;

/** Where a route leads. */
public sealed interface Target {
    /**
     * To an endpoint of an upstream.
     *
     * @param upstream the group of endpoints
     * @param rewrite makes the path that is forwarded; null for the canonical one
     * @param rawPath whether path and query are forwarded as they arrived
     * @param responseNanos how long the final head may take after the end of the request
     * @param totalNanos how long the whole exchange may take; 0 for no bound
     */
    @SuppressWarnings("exports") // for the gateway itself
    record Forward(Upstream upstream, @Nullable PathRewrite rewrite, boolean rawPath, long responseNanos,
            long totalNanos) implements Target {}

    /**
     * To an answer inside the gateway.
     *
     * @param answer makes it
     */
    record Answer(BuiltInAnswer answer) implements Target {}
}
