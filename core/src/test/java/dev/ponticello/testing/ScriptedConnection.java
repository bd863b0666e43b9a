package dev.ponticello.testing;

import static dev.ponticello.testing.Play.bytes;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that a {@link ScriptedEndpoint} has accepted, in the hands of a {@link Script}. The head of the request
 * is read when a script for it begins; the body is read when the script says so, or else after the script, so that the
 * next request finds its place. A script that wants no next request, or that reads bytes of the body itself, ends the
 * connection.
 */
public final class ScriptedConnection extends RawConnection {
    private final int number;
    private @Nullable ReceivedRequest request;

    /** Whether a script has the connection. Guarded by the endpoint. */
    boolean playing;

    ScriptedConnection(int number, Socket socket) {
        super(socket);
        this.number = number;
    }

    /** From 1, in the order in which the connections were opened. */
    public int number() {
        return number;
    }

    /** The request that is being answered. */
    public ReceivedRequest request() {
        if (request == null) {
            throw new IllegalStateException("connection %d has no request yet".formatted(number));
        }
        return request;
    }

    /** Reads the next head; null if the peer ends instead. Between requests there is no deadline. */
    @Nullable
    ReceivedRequest readHead() {
        in.begin(Duration.ZERO);
        if (!in.hasNext()) {
            return null;
        }
        begin();
        request = new ReceivedRequest(number, MessageReader.head(in, MessageReader.REQUEST_LINE));
        return request;
    }

    /** Reads the body of the request, and gives it; it is recorded with the request. */
    public byte[] readBody() {
        ReceivedRequest current = request();
        if (!current.hasBody()) {
            var body = new ByteArrayOutputStream();
            Fields trailers = moveBody(current, body);
            current.complete(body.toByteArray(), trailers);
        }
        return current.body();
    }

    /** Moves the body of the request to a sink as it comes, and gives its trailers. */
    public Fields readBody(OutputStream sink) {
        ReceivedRequest current = request();
        Fields trailers = moveBody(current, sink);
        current.withoutBody("the script moved the body to a sink");
        return trailers;
    }

    private Fields moveBody(ReceivedRequest current, OutputStream sink) {
        begin();
        return MessageReader.body(in, MessageReader.ofRequest(current.fields()), sink);
    }

    /** Reads what the script has left of the request, so that the next one finds its place. */
    void readRest() {
        if (!isClosed() && !request().hasBody()) {
            readBody();
        }
    }

    /** Says that nobody will read what is left of the request. */
    void abandonRequest() {
        if (request != null) {
            request.withoutBody("the connection was over before the body was read");
        }
    }

    /** Finds out how the peer ended, where so far only sending has failed. */
    void settleEnd() {
        if (in.disconnect() == null && !isClosed()) {
            try {
                awaitDisconnect();
            } catch (AssertionError e) {
                // It goes on sending although it takes no more: there is no end to record.
            }
        }
    }

    /**
     * Reads the request whole, after a 100 if the client expects it, and answers as an ordinary server does: with
     * Content-Length, without a body to HEAD, and with the end of the connection where the client asks for it.
     */
    public void answer(int status, String body, String... fields) {
        answer(status, body.getBytes(StandardCharsets.UTF_8), fields);
    }

    void answer(int status, byte[] body, String... fields) {
        ReceivedRequest current = request();
        if (!current.hasBody() && "100-continue".equalsIgnoreCase(current.header("Expect"))) {
            send("HTTP/1.1 100 Continue\r\n\r\n");
        }
        readBody();
        boolean last = current.version().equals("HTTP/1.0") || "close".equalsIgnoreCase(current.header("Connection"));
        boolean bodiless = status == 204 || status == 304;
        var answer = new StringBuilder("HTTP/1.1 %d Scripted\r\n".formatted(status));
        for (String field : fields) {
            answer.append(field).append("\r\n");
        }
        answer.append(bodiless ? "" : "Content-Length: %d\r\n".formatted(body.length));
        answer.append(last ? "Connection: close\r\n\r\n" : "\r\n");
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(bytes(answer.toString()));
        if (!bodiless && !current.method().equals("HEAD")) {
            whole.writeBytes(body);
        }
        send(whole.toByteArray());
        if (last) {
            close();
        }
    }
}
