package dev.ponticello.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A request that a {@link ScriptedEndpoint} has received. It is recorded when its head is complete; {@link #body} and
 * {@link #trailers} wait until the script has read them, or for the default: until it has returned.
 */
public final class ReceivedRequest extends ReceivedMessage {
    private final int connection;
    private final CompletableFuture<Fields> trailers = new CompletableFuture<>();
    private volatile byte[] body = {};

    ReceivedRequest(int connection, MessageReader.Head head) {
        super(head);
        this.connection = connection;
    }

    /** Which connection to the endpoint it came on, from 1 in the order of their opening. */
    public int connection() {
        return connection;
    }

    /** The request line. */
    public String line() {
        return head.startLine();
    }

    public String method() {
        return startParts().get(0);
    }

    public String target() {
        return startParts().get(1);
    }

    public String version() {
        return startParts().get(2);
    }

    /** The body without its framing; fails if it never came to its end, or went to a sink of the script. */
    @Override
    public byte[] body() {
        trailers();
        return body.clone();
    }

    @Override
    public Fields trailers() {
        try {
            return trailers.copy().orTimeout(RawConnection.DEADLINE.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            throw new AssertionError("no whole body of " + line(), e.getCause());
        }
    }

    boolean hasBody() {
        return trailers.isDone();
    }

    void complete(byte[] body, Fields trailers) {
        this.body = body;
        this.trailers.complete(trailers);
    }

    /** Says why there will be no body, if there is none yet. */
    void withoutBody(String why) {
        trailers.completeExceptionally(new IllegalStateException(why));
    }

    @Override
    public String toString() {
        return head();
    }
}
