package dev.ponticello;

import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.RouteConfig;
import dev.ponticello.config.TargetConfig;
import dev.ponticello.exchange.Handler;
import dev.ponticello.exchange.OwnAnswer;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Builds a {@link RouteConfig}; it is whole, and added, when it is said where it leads.
 *
 * @param <B> the builder that the route is added to
 */
public final class RouteBuilder<B extends RoutesBuilder<B>> {
    private final RoutesBuilder<B> owner;
    private final String path;
    private final List<String> methods;
    private final List<PolicyConfig> policies = new ArrayList<>();
    private UnaryOperator<RouteConfig> change = UnaryOperator.identity();

    RouteBuilder(RoutesBuilder<B> owner, String path, List<String> methods) {
        this.owner = owner;
        this.path = path;
        this.methods = methods;
    }

    /** Adds a policy for this route alone; it comes after those of the groups around it. */
    public RouteBuilder<B> policy(PolicyConfig policy) {
        policies.add(policy);
        return this;
    }

    /** Adds a policy of own code for this route alone. */
    public RouteBuilder<B> policy(Policy policy) {
        return policy(new OwnPolicy.Given(policy));
    }

    /** Changes the route, whatever of it, once it is said where it leads: {@code with(route -> route.withMethods(…))}. */
    public RouteBuilder<B> with(UnaryOperator<RouteConfig> change) {
        UnaryOperator<RouteConfig> before = this.change;
        this.change = route -> change.apply(before.apply(route));
        return this;
    }

    /** Leads to the upstream of this name. */
    public B to(String upstream) {
        return end(new TargetConfig.To(upstream));
    }

    /** Is answered by a handler of own code: at most 30 s, with a body of at most 64 KiB. */
    public B answer(Handler handler) {
        return answer(OwnAnswer.of(handler));
    }

    /** Is answered by the gateway itself; or by a handler of own code with other bounds ({@link OwnAnswer}). */
    public B answer(AnswerConfig answer) {
        return end(answer);
    }

    private B end(TargetConfig target) {
        return owner.add(change.apply(new RouteConfig(path, methods, policies, target)));
    }

    @Override
    public String toString() {
        return "route " + path;
    }
}
