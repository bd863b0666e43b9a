package dev.ponticello.exchange;

import dev.ponticello.upstream.Upstream;

/** Where a route leads. */
public sealed interface Target {
    /**
     * To an endpoint of an upstream.
     *
     * @param upstream the group of endpoints
     */
    @SuppressWarnings("exports") // for the gateway itself
    record Forward(Upstream upstream) implements Target {}

    /**
     * To an answer inside the gateway.
     *
     * @param answer makes it
     */
    record Answer(BuiltInAnswer answer) implements Target {}
}
