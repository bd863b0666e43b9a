package dev.ponticello.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The services over real sockets, as the gateway will call them. */
class DemoServicesTest {

    private static final String ALICE = "{\"id\":\"1\",\"name\":\"Alice\",\"email\":\"alice@example.com\"}";
    private static final String BOB = "{\"id\":\"2\",\"name\":\"Bob\",\"email\":\"bob@example.com\"}";
    private static final String ORDER_1 = "{\"id\":\"1\",\"user_id\":\"1\",\"product\":\"Widget\",\"total\":29.99,"
            + "\"status\":\"shipped\"}";
    private static final String ORDER_2 = "{\"id\":\"2\",\"user_id\":\"2\",\"product\":\"Gadget\",\"total\":49.99,"
            + "\"status\":\"pending\"}";
    private static final String WIDGET = "{\"id\":\"1\",\"name\":\"Widget\",\"price\":29.99,\"stock\":150}";
    private static final String GADGET = "{\"id\":\"2\",\"name\":\"Gadget\",\"price\":49.99,\"stock\":75}";

    private final DemoServices services;

    DemoServicesTest() throws IOException {
        services = DemoServices.start();
    }

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void users() throws IOException {
        int port = services.usersPort();
        assertThat(get(port, "/api/v1/users")).isEqualTo(json(200, "{\"users\":[" + ALICE + "," + BOB + "]}"));
        assertThat(get(port, "/api/v1/users/1")).isEqualTo(json(200, ALICE));
        assertThat(get(port, "/api/v1/users/2")).isEqualTo(json(200, BOB));
        assertThat(get(port, "/api/v1/users/3")).isEqualTo(json(404, "{\"error\":\"User not found\"}"));
    }

    @Test
    void products() throws IOException {
        int port = services.productsPort();
        assertThat(get(port, "/api/v1/products"))
                .isEqualTo(json(200, "{\"products\":[" + WIDGET + "," + GADGET + "]}"));
        assertThat(get(port, "/api/v1/products/2")).isEqualTo(json(200, GADGET));
        assertThat(get(port, "/api/v1/products/x")).isEqualTo(json(404, "{\"error\":\"Product not found\"}"));
    }

    @Test
    void ordersAreThoseOfTheUserUnlessAdmin() throws IOException {
        int port = services.ordersPort();
        assertThat(get(port, "/api/v1/orders", "X-User-Role: admin", "X-User-Id: 9"))
                .isEqualTo(json(200, "{\"orders\":[" + ORDER_1 + "," + ORDER_2 + "]}"));
        assertThat(get(port, "/api/v1/orders", "X-User-Role: user", "X-User-Id: 2"))
                .isEqualTo(json(200, "{\"orders\":[" + ORDER_2 + "]}"));
        assertThat(get(port, "/api/v1/orders", "X-User-Role: user", "X-User-Id: anonymous"))
                .isEqualTo(json(200, "{\"orders\":[]}"));
        assertThat(get(port, "/api/v1/orders")).isEqualTo(json(200, "{\"orders\":[]}"));
    }

    @Test
    void eachServiceKnowsOnlyItsOwnPaths() throws IOException {
        Answer notFound = json(404, "{\"error\":\"Not found\"}");
        assertThat(get(services.usersPort(), "/api/v1/orders")).isEqualTo(notFound);
        assertThat(get(services.usersPort(), "/api/v1/users/1/x")).isEqualTo(notFound);
        assertThat(get(services.usersPort(), "/")).isEqualTo(notFound);
        assertThat(get(services.ordersPort(), "/api/v1/orders/1")).isEqualTo(notFound);
        assertThat(get(services.productsPort(), "/api/v1/users")).isEqualTo(notFound);
    }

    @Test
    void keepsAConnectionForManyRequestsAlsoWithBodiesAndHead() throws IOException {
        try (Client client = new Client(services.usersPort())) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send("GET", "/api/v1/users/1", "")).isEqualTo(json(200, ALICE));
                assertThat(client.send("HEAD", "/api/v1/users/1", "")).isEqualTo(json(200, ""));
                assertThat(client.send("POST", "/api/v1/users", "{\"name\":\"Eve\"}"))
                        .isEqualTo(json(405, "{\"error\":\"Method not allowed\"}"));
                assertThat(client.send("GET", "/nothing", "")).isEqualTo(json(404, "{\"error\":\"Not found\"}"));
            }
        }
    }

    private record Answer(int status, String contentType, String body) {}

    private static Answer json(int status, String body) {
        return new Answer(status, "application/json", body);
    }

    private static Answer get(int port, String path, String... fields) throws IOException {
        try (Client client = new Client(port)) {
            return client.send("GET", path, "", fields);
        }
    }

    /** One connection, spoken by hand, so that nothing is opened again behind our back. */
    private static final class Client implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader in;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        }

        Answer send(String method, String path, String body, String... fields) throws IOException {
            StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: demo\r\n");
            for (String field : fields) {
                request.append(field).append("\r\n");
            }
            if (!body.isEmpty()) {
                request.append("Content-Length: ").append(body.length()).append("\r\n");
            }
            OutputStream out = socket.getOutputStream();
            out.write(request.append("\r\n").append(body).toString().getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            int status = Integer.parseInt(line().split(" ", 3)[1]);
            Map<String, String> answered = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                answered.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
            String length = answered.get("Content-Length");
            assertThat(length).as("Content-Length").isNotNull();
            char[] text = new char[method.equals("HEAD") ? 0 : Integer.parseInt(length)];
            assertThat(text.length == 0 ? 0 : in.read(text)).isEqualTo(text.length);
            if (method.equals("HEAD")) {
                assertThat(length).isEqualTo(Integer.toString(ALICE.length()));
            }
            return new Answer(status, answered.getOrDefault("Content-Type", ""), new String(text));
        }

        private String line() throws IOException {
            String line = in.readLine();
            assertThat(line).as("the connection").isNotNull();
            return line;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
