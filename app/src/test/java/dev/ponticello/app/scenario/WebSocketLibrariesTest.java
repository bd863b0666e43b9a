package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.config.GatewayConfig.Transport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The JDK's client and Netty's server speak through the gateway of examples/websocket.yaml. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class WebSocketLibrariesTest {
    @Parameter
    Transport transport = Transport.NIO;

    /** What a client hears: texts, and at the end the code. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                texts.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable problem) {
            closed.completeExceptionally(problem);
        }

        String next() throws InterruptedException {
            return String.valueOf(texts.poll(10, TimeUnit.SECONDS));
        }
    }

    private TestGateway gateway(NettyWebSocketServer server) throws IOException {
        return TestGateway.start(transport, Files.readString(Path.of("..", "examples", "websocket.yaml"))
                .replace("127.0.0.1:8000", "127.0.0.1:0").replace("http://127.0.0.1:8001", server.url())
                .replace("API_SECRET", "SECRET"));
    }

    private static WebSocket open(TestGateway gateway, Heard heard, String origin, String token) throws Exception {
        return HttpClient.newHttpClient().newWebSocketBuilder().header("Origin", origin)
                .header("Authorization", "Bearer " + token).subprotocols("loud")
                .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + "/chat"), heard).get(10, TimeUnit.SECONDS);
    }

    @Test
    void theyUnderstandEachOther() throws Exception {
        try (var server = new NettyWebSocketServer(); var gateway = gateway(server)) {
            var heard = new Heard();
            WebSocket socket = open(gateway, heard, "https://app.example.com", Tokens.good());
            assertThat(socket.getSubprotocol()).isEqualTo("loud");
            socket.sendText("hello", true).join();
            assertThat(heard.next()).isEqualTo("HELLO");
            socket.sendText("x".repeat(50_000), true).join();
            assertThat(heard.next()).isEqualTo("X".repeat(50_000));
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            assertThat(heard.closed.get(10, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
        }
    }

    @Test
    void theClientHearsOfTheEnd() throws Exception {
        try (var server = new NettyWebSocketServer(); var gateway = gateway(server)) {
            var heard = new Heard();
            WebSocket socket = open(gateway, heard, "https://app.example.com", Tokens.good());
            socket.sendText("hello", true).join();
            assertThat(heard.next()).isEqualTo("HELLO");
            CompletableFuture<Integer> drained = gateway.gateway().drain();
            assertThat(heard.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1001);
            assertThat(drained.get(10, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void whoMayNotIsRefused() throws Exception {
        try (var server = new NettyWebSocketServer(); var gateway = gateway(server)) {
            refuses(gateway, 403, "https://evil.example", Tokens.good());
            refuses(gateway, 401, "https://app.example.com", Tokens.good() + "x");
        }
    }

    private static void refuses(TestGateway gateway, int status, String origin, String token) {
        assertThatThrownBy(() -> open(gateway, new Heard(), origin, token)).cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class,
                        refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(status));
    }
}
