package dev.ponticello.testing;

import dev.ponticello.testing.MessageReader.Head;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;

/**
 * A client that sends exactly the bytes it is told and reads responses by the letter of RFC 9112. What follows a
 * response stays for the next read, so pipelining needs nothing special.
 */
public final class RawClient extends RawConnection {
    private RawClient(Socket socket) {
        super(socket);
    }

    public static RawClient connect(int port) {
        return connect("127.0.0.1", port);
    }

    public static RawClient connect(String host, int port) {
        return connect(new Socket(), host, port);
    }

    /** A client whose kernel takes little (32 KiB each way) while the client does not read. */
    public static RawClient connectWithSmallBuffers(int port) {
        var socket = new Socket();
        try {
            socket.setReceiveBufferSize(SMALL_BUFFER);
            socket.setSendBufferSize(SMALL_BUFFER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return connect(socket, "127.0.0.1", port);
    }

    /** A client on a socket that is connected, with TLS for instance. */
    public static RawClient on(Socket connected) {
        return new RawClient(connected);
    }

    private static RawClient connect(Socket socket, String host, int port) {
        try {
            socket.connect(new InetSocketAddress(host, port), (int) DEADLINE.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RawClient(socket);
    }

    /**
     * One GET on a connection of its own, which the server must end after its response.
     *
     * @param headers lines such as {@code "Accept: text/plain"}
     */
    public static Response get(int port, String path, String... headers) {
        try (var client = connect(port)) {
            String lines = String.join("", Arrays.stream(headers).map(line -> line + "\r\n").toList());
            Response response = client.ask("GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s\r\n"
                    .formatted(path, port, lines));
            client.expectEnd();
            return response;
        }
    }

    /** Sends a whole request and reads its final response. */
    public Response ask(String request) {
        send(request);
        return readResponse(request.substring(0, request.indexOf(' ')));
    }

    public Response readResponse() {
        return readResponse("GET");
    }

    /** Reads a final response to a request with this method, whole. An informational one before it is a failure. */
    public Response readResponse(String method) {
        var body = new ByteArrayOutputStream();
        Response response = readResponse(method, body);
        return response.with(body.toByteArray(), response.trailers());
    }

    /** The same, with the body moved to a sink as it comes; the response then has none. */
    public Response readResponse(String method, OutputStream sink) {
        Response response = readHead();
        if (response.status() < 200) {
            throw new AssertionError("status: %d (expected: a final one)\n%s".formatted(response.status(), response));
        }
        var framing = MessageReader.ofResponse(method, response.status(), response.fields());
        return response.with(new byte[0], MessageReader.body(in, framing, sink));
    }

    /** Reads one response of status 1xx. After a 101 the connection is no longer HTTP: go on with {@link #read}. */
    public Response readInformational() {
        Response response = readHead();
        if (response.status() >= 200) {
            throw new AssertionError("status: %d (expected: 1xx)\n%s".formatted(response.status(), response));
        }
        MessageReader.ofResponse("GET", response.status(), response.fields());
        return response;
    }

    /** Reads the head of a response, whatever its status, and leaves the body: for reading slowly, or a cut. */
    public Response readHead() {
        begin();
        Head head = MessageReader.head(in, MessageReader.STATUS_LINE);
        return new Response(head, new byte[0], Fields.NONE);
    }
}
