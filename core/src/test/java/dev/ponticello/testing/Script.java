package dev.ponticello.testing;

import java.io.ByteArrayOutputStream;

/**
 * What an endpoint does with one request, or with one connection before it reads a request. It runs on a virtual thread
 * of the connection. An assertion that fails in it fails the play when the endpoint is closed; an end by the peer
 * ({@link PeerEnded}) only ends the connection.
 */
@FunctionalInterface
public interface Script {
    void play(ScriptedConnection connection) throws Exception;

    /**
     * Reads the request whole and answers it.
     *
     * @param fields lines such as {@code "X-A: 1"}
     */
    static Script answer(int status, String body, String... fields) {
        return connection -> connection.answer(status, body, fields);
    }

    /** Answers 200 with the head of the request exactly as received, and its body after it, as plain text. */
    static Script echo() {
        return connection -> {
            var echo = new ByteArrayOutputStream();
            echo.writeBytes(Play.bytes(connection.request().head()));
            echo.writeBytes(connection.readBody());
            connection.answer(200, echo.toByteArray(), "Content-Type: text/plain");
        };
    }
}
