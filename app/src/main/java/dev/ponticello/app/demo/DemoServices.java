package dev.ponticello.app.demo;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The services behind the demo's gateway, on free loopback ports: plain HTTP servers for users, orders and products, and one of gRPC for the inventory. They know nothing of tokens.
 * The orders service believes {@code X-User-Id} and {@code X-User-Role}, because only the gateway reaches it.
 */
public final class DemoServices implements AutoCloseable {

    private static final String PREFIX = "/api/v1";

    private static final Map<String, String> USERS = Map.of(
            "1", "{\"id\":\"1\",\"name\":\"Alice\",\"email\":\"alice@example.com\"}",
            "2", "{\"id\":\"2\",\"name\":\"Bob\",\"email\":\"bob@example.com\"}");

    private static final Map<String, String> PRODUCTS = Map.of(
            "1", "{\"id\":\"1\",\"name\":\"Widget\",\"price\":29.99,\"stock\":150}",
            "2", "{\"id\":\"2\",\"name\":\"Gadget\",\"price\":49.99,\"stock\":75}");

    private static final List<Order> ORDERS = List.of(
            new Order("1",
                    "{\"id\":\"1\",\"user_id\":\"1\",\"product\":\"Widget\",\"total\":29.99,\"status\":\"shipped\"}"),
            new Order("2",
                    "{\"id\":\"2\",\"user_id\":\"2\",\"product\":\"Gadget\",\"total\":49.99,\"status\":\"pending\"}"));

    static {
        // Without it an answer of a kept connection waits for the client's delayed acknowledgement, 40 ms on Linux.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer users;
    private final HttpServer orders;
    private final HttpServer products;
    private final LazyInventory inventory;

    private DemoServices() throws IOException {
        users = serve((path, _) -> collection(path, "users", "User", USERS));
        orders = serve(DemoServices::orders);
        products = serve((path, _) -> collection(path, "products", "Product", PRODUCTS));
        inventory = LazyInventory.start();
    }

    private record Order(String userId, String json) {}

    private record Answer(int status, String json) {}

    private interface Service {

        @Nullable
        Answer answer(String path, Headers headers);
    }

    /** Starts them all. */
    public static DemoServices start() throws IOException {
        return new DemoServices();
    }

    public int usersPort() {
        return users.getAddress().getPort();
    }

    public int ordersPort() {
        return orders.getAddress().getPort();
    }

    public int productsPort() {
        return products.getAddress().getPort();
    }

    public int inventoryPort() {
        return inventory.port();
    }

    /** Cuts what still runs. */
    @Override
    public void close() {
        users.stop(0);
        orders.stop(0);
        products.stop(0);
        inventory.close();
        threads.close();
    }

    private static @Nullable Answer collection(String path, String name, String title, Map<String, String> items) {
        String base = PREFIX + "/" + name;
        if (path.equals(base)) {
            String list = items.keySet().stream().sorted().map(items::get).collect(Collectors.joining(","));
            return new Answer(200, "{\"" + name + "\":[" + list + "]}");
        }
        if (!path.startsWith(base + "/") || path.indexOf('/', base.length() + 1) >= 0) {
            return null;
        }
        String item = items.get(path.substring(base.length() + 1));
        return item != null ? new Answer(200, item) : new Answer(404, "{\"error\":\"" + title + " not found\"}");
    }

    private static @Nullable Answer orders(String path, Headers headers) {
        if (!path.equals(PREFIX + "/orders")) {
            return null;
        }
        boolean all = "admin".equals(headers.getFirst("X-User-Role"));
        String user = headers.getFirst("X-User-Id");
        String list = ORDERS.stream().filter(order -> all || order.userId.equals(user)).map(Order::json)
                .collect(Collectors.joining(","));
        return new Answer(200, "{\"orders\":[" + list + "]}");
    }

    private HttpServer serve(Service service) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, service));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, Service service) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            boolean head = exchange.getRequestMethod().equals("HEAD");
            Answer answer = service.answer(exchange.getRequestURI().getRawPath(), exchange.getRequestHeaders());
            if (answer == null) {
                answer = new Answer(404, "{\"error\":\"Not found\"}");
            } else if (!head && !exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                answer = new Answer(405, "{\"error\":\"Method not allowed\"}");
            }
            byte[] body = answer.json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (head) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            }
            exchange.sendResponseHeaders(answer.status, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }
}
