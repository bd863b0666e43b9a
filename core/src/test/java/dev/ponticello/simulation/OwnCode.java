package dev.ponticello.simulation;

import dev.ponticello.config.Section;
import dev.ponticello.exchange.Check;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Handler;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.PolicyFactory;
import dev.ponticello.exchange.Request;
import dev.ponticello.exchange.Response;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.outcome.Outcome;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Code of the user's in the gateway: a policy and a handler, which do what the plan of each exchange says, and the executor that they run on. */
final class OwnCode implements Executor {
    static final Duration DEADLINE = Duration.ofSeconds(2);
    /** The timers of the gateway are so exact. */
    private static final long LATE_NANOS = 20_000_000;

    /** What own code does in an exchange; a handler knows the first two. */
    enum Manner {
        PASSES,
        THROWS,
        REFUSES,
        THROWS_WHEN_IT_GOES_ON,
        THROWS_ON_THE_ANSWER,
        THROWS_AT_THE_END,
        /** On the executor. */
        CHECKS,
        CHECK_THROWS,
        /** Somebody else decides, in time. */
        AWAITS,
        AWAITS_A_FAILURE,
        /** The decision comes when nobody waits for it any more, and cannot be cancelled. */
        AWAITS_TOO_LONG,
        AWAITS_FOR_EVER;

        /** Whether the request goes on to its endpoint, if nothing else keeps it. */
        boolean passes() {
            return this == PASSES || this == THROWS_ON_THE_ANSWER || this == THROWS_AT_THE_END || this == CHECKS
                    || this == AWAITS;
        }

        boolean isBroken() {
            return this == THROWS || this == THROWS_WHEN_IT_GOES_ON || this == THROWS_ON_THE_ANSWER
                    || this == CHECK_THROWS || this == AWAITS_A_FAILURE;
        }

        /** Whether nothing goes wrong with it. */
        boolean isCalm() {
            return this == PASSES || this == REFUSES || this == CHECKS || this == AWAITS;
        }
    }

    /** What own code throws: the only thing that may be logged. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken(PlannedExchange plan) {
            super("own code of " + plan.id(), null, false, false);
        }
    }

    private final World world;
    private final Dice dice;
    private final @Nullable OwnPolicy shared;
    private int open;
    private int tasks;

    /** @param given whether all configs have one policy, or each one of its own */
    OwnCode(World world, Dice dice, boolean given) {
        this.world = world;
        this.dice = dice;
        this.shared = given ? new OwnPolicy.Given(new Own()) : null;
    }

    /** How many policies are used, and not closed. */
    int open() {
        return open;
    }

    /** How many tasks have begun and not ended. */
    int tasks() {
        return tasks;
    }

    /** The policy for a config. */
    OwnPolicy policy() {
        return shared != null ? shared : new OwnPolicy.Made<>(new Factory(false), "");
    }

    /** One that cannot be made. */
    OwnPolicy brokenPolicy() {
        return new OwnPolicy.Made<>(new Factory(true), "");
    }

    private final class Factory implements PolicyFactory<String> {
        private final boolean broken;

        Factory(boolean broken) {
            this.broken = broken;
        }

        @Override
        public String type() {
            return "own-code";
        }

        @Override
        public String read(Section section) {
            return "";
        }

        @Override
        public Policy make(String settings) {
            if (broken) {
                throw new IllegalStateException("own code has no licence");
            }
            return new Own();
        }

        @Override
        public String toString() {
            return type();
        }
    }

    private PlannedExchange plan(String path) {
        return Objects.requireNonNull(world.exchange(PlannedExchange.idIn(path)));
    }

    private PlannedExchange plan(Exchange exchange) {
        return plan(exchange.request().path());
    }

    // ---- the policy

    private final class Own implements Policy {
        private boolean closed;

        Own() {
            open++;
        }

        @Override
        public Decision onRequest(Exchange exchange) {
            if (closed) {
                world.violated("a closed policy is asked: " + plan(exchange));
            }
            return decide(plan(exchange));
        }

        @Override
        public void onResponse(Exchange exchange, ResponseHead response) {
            PlannedExchange plan = plan(exchange);
            if (plan.own() == Manner.THROWS_ON_THE_ANSWER) {
                throw broken(plan);
            }
        }

        @Override
        public void onConclude(Exchange exchange, Outcome outcome) {
            PlannedExchange plan = plan(exchange);
            if (plan.own() == Manner.THROWS_AT_THE_END) {
                throw broken(plan);
            }
        }

        @Override
        public void close() {
            if (closed) {
                world.violated("own policy closed twice");
            }
            closed = true;
            open--;
        }

        @Override
        public String toString() {
            return "own code";
        }
    }

    private Broken broken(PlannedExchange plan) {
        world.happens(plan.own());
        return new Broken(plan);
    }

    private Decision decide(PlannedExchange plan) {
        world.happens(plan.own());
        return switch (plan.own()) {
            case PASSES, THROWS_ON_THE_ANSWER, THROWS_AT_THE_END -> Decision.CONTINUE;
            case THROWS -> throw broken(plan);
            case REFUSES -> Decision.reject(FailureKind.FORBIDDEN);
            case THROWS_WHEN_IT_GOES_ON -> Decision.proceed(_ -> {
                throw broken(plan);
            });
            case CHECKS -> Decision.await((Check) _ -> goOn(plan), DEADLINE);
            case CHECK_THROWS -> Decision.await((Check) _ -> {
                throw broken(plan);
            }, DEADLINE);
            case AWAITS -> {
                CompletableFuture<Decision> decision = new CompletableFuture<>();
                world.time().after(dice.size(500_000_000), () -> decision.complete(goOn(plan)));
                yield Decision.await(decision, DEADLINE);
            }
            case AWAITS_A_FAILURE -> {
                CompletableFuture<Decision> decision = new CompletableFuture<>();
                world.time().after(dice.size(500_000_000), () -> decision.completeExceptionally(broken(plan)));
                yield Decision.await(decision, DEADLINE);
            }
            case AWAITS_TOO_LONG -> {
                CompletableFuture<Decision> decision = new CompletableFuture<>();
                world.time().after(DEADLINE.toNanos() + LATE_NANOS + dice.size(500_000_000),
                        () -> decision.complete(goOn(plan)));
                CompletionStage<Decision> cannotBeCancelled = decision.minimalCompletionStage();
                yield Decision.await(cannotBeCancelled, DEADLINE);
            }
            case AWAITS_FOR_EVER -> Decision.await(new CompletableFuture<Decision>(), DEADLINE);
        };
    }

    private Decision goOn(PlannedExchange plan) {
        return Decision.proceed(exchange -> {
            if (!plan.equals(plan(exchange))) {
                world.violated("the decision about " + plan + " is obeyed by " + plan(exchange));
            }
        });
    }

    // ---- the handler

    /** What answers requests. */
    Handler handler() {
        return new Handler() {
            @Override
            public Response handle(Request request) {
                return answer(request);
            }

            @Override
            public String toString() {
                return "own code";
            }
        };
    }

    private Response answer(Request request) {
        PlannedExchange plan = plan(request.path());
        world.happens(plan.own());
        if (plan.own() == Manner.THROWS) {
            throw broken(plan);
        }
        byte[] body = request.body();
        if (body.length != plan.request().length() || !Bodies.match(plan.requestBody(), 0, body, 0, body.length)) {
            world.violated("a handler got " + body.length + " bytes (expected: those of " + plan + ")");
        }
        return Response.text(200, handled(plan));
    }

    /** What a handler answers. */
    static String handled(PlannedExchange plan) {
        return "handled " + plan.id();
    }

    // ---- the executor

    @Override
    public void execute(Runnable task) {
        if (world.weather().brings(Fault.OWN_TASKS_REFUSED, dice)) {
            world.happens(Fault.OWN_TASKS_REFUSED);
            throw new RejectedExecutionException("no thread");
        }
        boolean slow = world.weather().brings(Fault.OWN_TASKS_SLOW, dice);
        if (slow) {
            world.happens(Fault.OWN_TASKS_SLOW);
        }
        tasks++;
        // A task that is not wanted any more still takes its time.
        world.time().after(slow ? dice.between(1, 20) * 1_000_000_000L : dice.size(100_000_000), () -> {
            tasks--;
            task.run();
        });
    }
}
