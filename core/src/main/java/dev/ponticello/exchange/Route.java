package dev.ponticello.exchange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A match, its chain of policies, and a target. Part of a snapshot; immutable. */
public final class Route {
    /** As many bytes of a request body as the listener accepts. */
    public static final long LISTENERS = -1;

    private final String name;
    private final String identity;
    private final Policy[] chain;
    private final Target target;
    private final long bodyLimit;
    private final @Nullable PreflightPolicy preflight;

    /** A route that accepts the bodies that its listener accepts; see the other constructor. */
    public Route(String name, List<Policy> chain, Target target) {
        this(name, name, chain, target, LISTENERS);
    }

    /**
     * @param name the path pattern as it is written, for logs; empty for a route that stands for the lack of one
     * @param chain the policies, outermost first
     * @param identity tells the route from every other, and is the same in the next snapshot
     * @param bodyLimit how many bytes of a request body are accepted, or {@link #LISTENERS}
     */
    public Route(String name, String identity, List<Policy> chain, Target target, long bodyLimit) {
        this.name = name;
        this.identity = identity;
        this.chain = chain.toArray(Policy[]::new);
        this.target = target;
        this.bodyLimit = bodyLimit;
        PreflightPolicy nearest = null;
        for (Policy policy : chain) {
            if (policy instanceof PreflightPolicy preflight) {
                nearest = preflight;
            }
        }
        this.preflight = nearest;
    }

    public String name() {
        return name;
    }

    /** Tells the route from every other, whatever snapshot it is in; empty for all that stand for the lack of one. */
    public String identity() {
        return identity;
    }

    public Target target() {
        return target;
    }

    /** How many bytes of a request body are accepted, where its listener accepts so many. */
    long bodyLimit(long listeners) {
        return bodyLimit == LISTENERS ? listeners : bodyLimit;
    }

    Policy[] chain() {
        return chain;
    }

    /** The same chain before another target: how an unknown method is guarded like the known ones. */
    public Route withTarget(Target other) {
        return new Route(name, identity, List.of(chain), other, bodyLimit);
    }

    @Nullable
    PreflightPolicy preflight() {
        return preflight;
    }
}
