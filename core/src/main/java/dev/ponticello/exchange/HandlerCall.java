package dev.ponticello.exchange;

import dev.ponticello.outcome.FailureKind;
import java.util.Objects;

/** Answers by a {@link Handler}, beside the loop, which waits for it as for a policy's decision. */
public final class HandlerCall implements BuiltInAnswer {
    private final OwnAnswer config;

    /** Calls the handler of this config. */
    public HandlerCall(OwnAnswer config) {
        this.config = config;
    }

    @Override
    public int bodyLimit() {
        return config.bodyBytes();
    }

    @Override
    public Decision answer(Exchange exchange, byte[] body) {
        Work work = Work.of(request -> Decision.respond(
                Objects.requireNonNull(config.handler().handle(request), "the answer of a handler is null")), body);
        return new Decision.Await(work, config.timeout(), FailureKind.HANDLER_TIMEOUT);
    }
}
