package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.app.demo.DemoServices;
import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.DeadPort;
import dev.ponticello.testing.Http2Peer;
import dev.ponticello.testing.Http2Peer.Message;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The demo's system answers as it was promised: {@code examples/demo.yaml} in front of the real services. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class DemoContractTest {
    private static final String ALICE = "{\"id\":\"1\",\"name\":\"Alice\",\"email\":\"alice@example.com\"}";
    private static final String BOB = "{\"id\":\"2\",\"name\":\"Bob\",\"email\":\"bob@example.com\"}";
    private static final String ORDER_1 = "{\"id\":\"1\",\"user_id\":\"1\",\"product\":\"Widget\",\"total\":29.99,"
            + "\"status\":\"shipped\"}";
    private static final String ORDER_2 = "{\"id\":\"2\",\"user_id\":\"2\",\"product\":\"Gadget\",\"total\":49.99,"
            + "\"status\":\"pending\"}";
    private static final String WIDGET = "{\"id\":\"1\",\"name\":\"Widget\",\"price\":29.99,\"stock\":150}";
    private static final String GADGET = "{\"id\":\"2\",\"name\":\"Gadget\",\"price\":49.99,\"stock\":75}";
    private static final String CLOSED = "{\"status\":\"healthy\",\"circuits\":{\"users\":\"closed\","
            + "\"orders\":\"closed\",\"products\":\"closed\"}}";
    private static final Pattern TOKEN = Pattern
            .compile("\\{\"token\":\"([\\w-]+\\.[\\w-]+\\.[\\w-]+)\",\"expires_in\":3600}");
    private static final String EXPOSED = "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, RateLimit, "
            + "RateLimit-Policy, Retry-After";

    @SuppressWarnings("NullAway.Init")
    private static DemoServices services;

    @Parameter
    Transport transport = Transport.NIO;

    @SuppressWarnings("NullAway.Init")
    private TestGateway gateway;

    @SuppressWarnings("NullAway.Init")
    private RawClient client;

    @BeforeAll
    static void startServices() throws IOException {
        services = DemoServices.start();
    }

    @AfterAll
    static void stopServices() {
        services.close();
    }

    @BeforeEach
    void start() throws IOException {
        gateway = TestGateway.start(transport, demo(services.usersPort()));
        client = RawClient.connect(gateway.port());
    }

    @AfterEach
    void stop() {
        client.close();
        gateway.close();
    }

    /** The file that users copy, on free ports. */
    private static String demo(int usersPort) throws IOException {
        return Files.readString(Path.of("..", "examples", "demo.yaml"))
                .replace("${DEMO_PORT:-8000}", "0")
                .replace("${DEMO_USERS_PORT:-8001}", Integer.toString(usersPort))
                .replace("${DEMO_ORDERS_PORT:-8002}", Integer.toString(services.ordersPort()))
                .replace("${DEMO_PRODUCTS_PORT:-8003}", Integer.toString(services.productsPort()))
                .replace("${DEMO_INVENTORY_PORT:-8004}", Integer.toString(services.inventoryPort()))
                .replace("${PONTICELLO_DEMO_SECRET}", "${SECRET}");
    }

    // ---- endpoints

    @Test
    void indexListsTheRoutesInTheirOrder() {
        assertJson(get("/"), 200, "{\"gateway\":\"Ponticello API Gateway\",\"endpoints\":["
                + "{\"path\":\"/api/token\",\"method\":\"POST\",\"auth\":false},"
                + "{\"path\":\"/health\",\"method\":\"GET\",\"auth\":false},"
                + "{\"path\":\"/api/v1/users\",\"method\":\"GET\",\"auth\":true},"
                + "{\"path\":\"/api/v1/users/{id}\",\"method\":\"GET\",\"auth\":true},"
                + "{\"path\":\"/api/v1/orders\",\"method\":\"GET\",\"auth\":true},"
                + "{\"path\":\"/api/v1/products\",\"method\":\"GET\",\"auth\":true},"
                + "{\"path\":\"/api/v1/products/{id}\",\"method\":\"GET\",\"auth\":true},"
                + "{\"path\":\"/ponticello.demo.Inventory/{method}\",\"method\":\"POST\",\"auth\":false}]}");
    }

    @Test
    void healthListsTheCircuits() {
        assertJson(get("/health"), 200, CLOSED);
    }

    @Test
    void indexAndHealthAreNotLimited() {
        for (String path : List.of("/", "/health")) {
            assertThat(get(path).fields().names()).noneMatch(name -> name.toLowerCase(Locale.ROOT)
                    .contains("ratelimit")).doesNotContain("Proxy-Status");
        }
    }

    @Test
    void tokenNamesTheUserAndTheRole() {
        assertThat(claims("{\"user_id\":\"1\",\"role\":\"admin\"}"))
                .matches("\\{\"sub\":\"1\",\"role\":\"admin\",\"iat\":\\d+,\"exp\":\\d+}");
    }

    @Test
    void tokenOfNobodyInParticular() {
        for (String body : List.of("", "{}", " { } ", "{\"other\":\"x\"}")) {
            assertThat(claims(body)).matches("\\{\"sub\":\"anonymous\",\"role\":\"user\",\"iat\":\\d+,\"exp\":\\d+}");
        }
    }

    private String claims(String body) {
        Response response = post("/api/token", body);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Type")).isEqualTo("application/json");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        String token = token(response);
        return new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
    }

    @Test
    void tokenDoesNotLookAtTheContentType() {
        assertThat(post("/api/token", "{}", "Content-Type: text/plain").status()).isEqualTo(200);
    }

    @Test
    void tokenWantsAJsonObject() {
        for (String body : List.of("{", "nonsense", "[]", "\"1\"", "null", "{\"a\":\"1\",\"a\":\"2\"}", "{} {}")) {
            assertRefusal(post("/api/token", body), FailureKind.ANSWER_REFUSED,
                    "{\"error\":\"The request body is not a JSON object\"}");
        }
    }

    @Test
    void tokenWantsStrings() {
        for (String member : List.of("1", "true", "null", "[\"1\"]", "{}")) {
            assertRefusal(post("/api/token", "{\"user_id\":" + member + "}"), FailureKind.ANSWER_REFUSED,
                    "{\"error\":\"A member of the request body is not a string\"}");
        }
    }

    @Test
    void tokenTakes16KiB() {
        String most = "{" + " ".repeat((16 * 1024) - 2) + "}";
        assertThat(post("/api/token", most).status()).isEqualTo(200);
        assertRefusal(post("/api/token", most + " "), FailureKind.REQUEST_BODY_TOO_LARGE,
                "{\"error\":\"The request body is too large\"}");
    }

    @Test
    void tokenTakes16KiBInChunks() {
        String head = "POST /api/token HTTP/1.1\r\nHost: demo\r\nTransfer-Encoding: chunked\r\n\r\n";
        client.send(head);
        client.sendChunk("{" + " ".repeat(16 * 1024 - 2));
        client.sendChunk("}");
        client.sendLastChunk();
        assertThat(client.readResponse().status()).isEqualTo(200);
        client.send(head);
        client.sendChunk(" ".repeat(16 * 1024));
        client.sendChunk(" ");
        client.sendLastChunk();
        assertRefusal(client.readResponse(), FailureKind.REQUEST_BODY_TOO_LARGE,
                "{\"error\":\"The request body is too large\"}");
    }

    @Test
    void tokenHasALimitOfItsOwn() {
        Response response = post("/api/token", "{}", from(7));
        assertThat(response.header("RateLimit-Policy")).isEqualTo("\"token\";q=10;w=60");
        for (int i = 0; i < 30 && response.status() == 200; i++) {
            response = post("/api/token", "{}", from(7));
        }
        assertLimited(response, "token", 10);
        assertThat(get("/api/v1/users", from(7)).status()).isEqualTo(401);
        assertThat(post("/api/token", "{}", from(8)).status()).isEqualTo(200);
    }

    @Test
    void users() {
        String token = tokenOf("1", "user");
        assertJson(get("/api/v1/users", token), 200, "{\"users\":[" + ALICE + "," + BOB + "]}");
        assertJson(get("/api/v1/users/1", token), 200, ALICE);
        assertJson(get("/api/v1/users/2", token), 200, BOB);
        Response response = get("/api/v1/users/3", token);
        assertJson(response, 404, "{\"error\":\"User not found\"}");
        assertThat(response.header("Proxy-Status")).as("the answer is the service's").isNull();
    }

    @Test
    void ordersAreThoseOfTheUserUnlessAdmin() {
        assertJson(get("/api/v1/orders", tokenOf("9", "admin")), 200, "{\"orders\":[" + ORDER_1 + "," + ORDER_2 + "]}");
        assertJson(get("/api/v1/orders", tokenOf("1", "user")), 200, "{\"orders\":[" + ORDER_1 + "]}");
        assertJson(get("/api/v1/orders", tokenOf("2", "user")), 200, "{\"orders\":[" + ORDER_2 + "]}");
        assertJson(get("/api/v1/orders", tokenOf("9", "user")), 200, "{\"orders\":[]}");
    }

    @Test
    void products() {
        String token = tokenOf("1", "user");
        assertJson(get("/api/v1/products", token), 200, "{\"products\":[" + WIDGET + "," + GADGET + "]}");
        assertJson(get("/api/v1/products/1", token), 200, WIDGET);
        assertJson(get("/api/v1/products/2", token), 200, GADGET);
        assertJson(get("/api/v1/products/3", token), 404, "{\"error\":\"Product not found\"}");
    }

    @Test
    void headIsServedByTheRoutesOfGet() {
        String token = tokenOf("1", "user");
        for (String path : List.of("/", "/health", "/api/v1/users", "/api/v1/users/1", "/api/v1/orders")) {
            Response get = get(path, token);
            client.send("HEAD %s HTTP/1.1\r\nHost: demo\r\n%s\r\n\r\n".formatted(path, token));
            Response head = client.readResponse("HEAD");
            assertThat(head.status()).as(path).isEqualTo(200);
            assertThat(head.header("Content-Type")).isEqualTo("application/json");
            assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(get.body().length));
        }
    }

    // ---- identity

    @Test
    void removesTheIdentityThatAClientSends() throws IOException {
        String[] claimed = {"X-User-Id: 2", "x_user_id: 2", "X.User.Id: 2", "X-USER-ROLE: admin", "X_User-Role: admin"};
        String token = tokenOf("1", "user");
        String[] fields = {token, claimed[0], claimed[1], claimed[2], claimed[3], claimed[4]};
        assertJson(get("/api/v1/orders", fields), 200, "{\"orders\":[" + ORDER_1 + "]}");
        try (var endpoint = ScriptedEndpoint.answering(200, "{}");
                var other = TestGateway.start(transport, demo(endpoint.port())
                        .replace("routes:\n  - { path: /,", "routes:\n  - { path: /open, to: users }\n  - { path: /,"));
                var caller = RawClient.connect(other.port())) {
            caller.ask(request("GET", "/api/v1/users", fields));
            ReceivedRequest guarded = endpoint.takeRequest();
            assertThat(guarded.fields().all("X-User-Id")).containsExactly("1");
            assertThat(guarded.fields().all("X-User-Role")).containsExactly("user");
            assertThat(guarded.fields().names()).doesNotContain("x_user_id", "X.User.Id", "X_User-Role");
            caller.ask(request("GET", "/open", claimed));
            assertThat(endpoint.takeRequest().fields().names()).noneMatch(name -> name.toLowerCase(
                    Locale.ROOT).contains("user"));
        }
    }

    // ---- limits

    @Test
    void everyAnswerOfALimitedRouteTellsTheLimit() {
        String token = tokenOf("1", "user");
        List<Response> responses = List.of(get("/api/v1/users", token, from(9)), get("/api/v1/users/7", token, from(9)),
                get("/api/v1/users", from(9)), get("/api/nothing", token, from(9)),
                ask("DELETE", "/api/v1/users", token, from(9)));
        assertThat(responses).extracting(Response::status).containsExactly(200, 404, 401, 404, 405);
        int before = 100;
        for (Response response : responses) {
            int remaining = number(response, "X-RateLimit-Remaining");
            assertThat(remaining == before - 1 || remaining == 99).as(response.head()).isTrue();
            before = remaining;
            assertThat(response.header("X-RateLimit-Limit")).isEqualTo("100");
            assertThat(number(response, "X-RateLimit-Reset") % 60).as("aligned to the epoch").isZero();
            assertThat(response.header("RateLimit-Policy")).isEqualTo("\"api\";q=100;w=60");
            assertThat(response.header("RateLimit")).matches("\"api\";r=" + remaining + ";t=([1-5]?\\d|60)");
        }
    }

    @Test
    void the101stRequestIsLimitedAndNotAskedForItsToken() {
        Response response = get("/api/v1/users", from(101));
        // the minute may end in between, but only once
        int unlimited = 1;
        String reset = response.header("X-RateLimit-Reset");
        for (int i = 0; i < 200 && response.status() == 401; i++) {
            response = get("/api/v1/users", from(101));
            if (!Objects.equals(response.header("X-RateLimit-Reset"), reset)) {
                reset = response.header("X-RateLimit-Reset");
                unlimited = 0;
            }
            unlimited += response.status() == 401 ? 1 : 0;
        }
        assertThat(unlimited).isEqualTo(100);
        assertLimited(response, "api", 100);
        assertThat(response.header("WWW-Authenticate")).isNull();
        assertThat(get("/api/v1/users", from(102)).status()).as("another client").isEqualTo(401);
        assertThat(get("/health", from(101)).status()).isEqualTo(200);
    }

    @Test
    void clientsOfOneIpv6NetworkShareALimit() {
        Response first = get("/api/v1/users", "X-Forwarded-For: 2001:db8:0:1::1");
        Response second = get("/api/v1/users", "X-Forwarded-For: 2001:db8:0:1:ffff::2");
        if (!Objects.equals(first.header("X-RateLimit-Reset"), second.header("X-RateLimit-Reset"))) {
            first = get("/api/v1/users", "X-Forwarded-For: 2001:db8:0:1::1");
        }
        assertThat(number(first, "X-RateLimit-Remaining") + number(second, "X-RateLimit-Remaining"))
                .isEqualTo(99 + 98);
        assertThat(get("/api/v1/users", "X-Forwarded-For: 2001:db8:0:2::1").header("X-RateLimit-Remaining"))
                .isEqualTo("99");
    }

    @Test
    void theClientIsTheLastOfTheForwardedThatIsNotTrusted() {
        get("/api/v1/users", "X-Forwarded-For: 203.0.113.50");
        Response response = get("/api/v1/users", "X-Forwarded-For: 198.51.100.1, 203.0.113.50, 127.0.0.9");
        if (number(response, "X-RateLimit-Remaining") == 99) {
            response = get("/api/v1/users", "X-Forwarded-For: 198.51.100.2, 203.0.113.50, 127.0.0.9");
        }
        assertThat(response.header("X-RateLimit-Remaining")).isEqualTo("98");
        assertThat(get("/api/v1/users", "X-Forwarded-For: 198.51.100.1").header("X-RateLimit-Remaining"))
                .isEqualTo("99");
    }

    private static void assertLimited(Response response, String name, int limit) {
        String seconds = response.header("Retry-After");
        assertThat(Integer.parseInt(String.valueOf(seconds))).isBetween(1, 60);
        assertRefusal(response, FailureKind.RATE_LIMITED,
                "{\"error\":\"Rate limit exceeded\",\"retry_after\":" + seconds + "}");
        assertThat(response.header("X-RateLimit-Limit")).isEqualTo(Integer.toString(limit));
        assertThat(response.header("X-RateLimit-Remaining")).isEqualTo("0");
        assertThat(number(response, "X-RateLimit-Reset") % 60).isZero();
        assertThat(response.header("RateLimit-Policy")).isEqualTo("\"" + name + "\";q=" + limit + ";w=60");
        assertThat(response.header("RateLimit")).isEqualTo("\"" + name + "\";r=0;t=" + seconds);
    }

    // ---- tokens

    @Test
    void noTokenIsMissing() {
        for (String field : List.of("X-Nothing: 1", "Authorization: Basic YTpi", "Authorization: Bearer",
                "Authorization: Bearerx")) {
            Response response = get("/api/v1/users", field);
            assertRefusal(response, FailureKind.TOKEN_MISSING, "{\"error\":\"Missing Bearer token\"}");
            assertThat(response.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"ponticello\"");
        }
    }

    @Test
    void aBadTokenIsInvalid() {
        String token = tokenOf("1", "user");
        String body = "{\"sub\":\"1\",\"role\":\"user\"";
        for (String field : List.of("Authorization: Bearer nonsense", token + "x",
                "Authorization: Bearer " + signed(body + "}"), "Authorization: Bearer " + signed(body + ",\"exp\":1}"),
                token + "\r\n" + token)) {
            Response response = get("/api/v1/users", field);
            assertRefusal(response, FailureKind.TOKEN_INVALID, "{\"error\":\"Invalid or expired token\"}");
            assertThat(response.header("WWW-Authenticate"))
                    .isEqualTo("Bearer realm=\"ponticello\", error=\"invalid_token\"");
        }
        assertThat(get("/api/v1/users", "Authorization: Bearer " + signed(body + ",\"exp\":99999999999}")).status())
                .as("the same with exp").isEqualTo(200);
    }

    @Test
    void theSchemeIsReadInAnyCase() {
        String token = tokenOf("1", "user");
        assertThat(get("/api/v1/users", token.replace("Bearer", "bEARER")).status()).isEqualTo(200);
        assertThat(get("/api/v1/users", token.replace("Bearer", "bearer")).status()).isEqualTo(200);
    }

    // ---- paths and methods

    @Test
    void anUnknownPathIsNotFound() {
        assertRefusal(get("/nothing"), FailureKind.NOT_FOUND, "{\"error\":\"Not found\"}");
        assertRefusal(get("/health/"), FailureKind.NOT_FOUND, "{\"error\":\"Not found\"}");
        assertRefusal(get("/apix"), FailureKind.NOT_FOUND, "{\"error\":\"Not found\"}");
    }

    @Test
    void anUnknownPathBelowApiNeedsATokenFirst() {
        String token = tokenOf("1", "user");
        for (String path : List.of("/api", "/api/", "/api/token/", "/api/nothing", "/api/v1/users/",
                "/api/v1/users/1/x", "/api/v1/orders/1")) {
            assertRefusal(get(path), FailureKind.TOKEN_MISSING, "{\"error\":\"Missing Bearer token\"}");
            assertRefusal(get(path, token), FailureKind.NOT_FOUND, "{\"error\":\"Not found\"}");
        }
        assertRefusal(post("/api/token/", "{}"), FailureKind.TOKEN_MISSING, "{\"error\":\"Missing Bearer token\"}");
    }

    @Test
    void anotherMethodIsNotAllowed() {
        assertNotAllowed(get("/api/token"), "POST", "OPTIONS");
        assertNotAllowed(post("/", ""), "GET", "HEAD", "OPTIONS");
        assertNotAllowed(ask("DELETE", "/health"), "GET", "HEAD", "OPTIONS");
    }

    @Test
    void anotherMethodBelowV1NeedsATokenFirst() {
        assertRefusal(ask("DELETE", "/api/v1/users"), FailureKind.TOKEN_MISSING,
                "{\"error\":\"Missing Bearer token\"}");
        assertNotAllowed(ask("DELETE", "/api/v1/users", tokenOf("1", "admin")), "GET", "HEAD", "OPTIONS");
    }

    private static void assertNotAllowed(Response response, String... methods) {
        assertRefusal(response, FailureKind.METHOD_NOT_ALLOWED, "{\"error\":\"Method not allowed\"}");
        assertThat(String.valueOf(response.header("Allow")).split(", ", -1)).containsExactlyInAnyOrder(methods);
    }

    @Test
    void aPathThatClimbsIsRefused() {
        assertRefusal(get("/health/../api/v1/users"), FailureKind.PATH_REFUSED,
                "{\"error\":\"The path contains a '..' segment\"}");
    }

    // ---- CORS

    @Test
    void aPreflightIsAnsweredFirst() {
        String[] fields = {"Origin: https://app.example", "Access-Control-Request-Method: GET",
            "Access-Control-Request-Headers: authorization, x-a", from(60)};
        for (int i = 0; i < 120; i++) {
            Response response = ask("OPTIONS", "/api/v1/users", fields);
            assertThat(response.status()).isEqualTo(204);
            assertThat(response.header("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(response.header("Access-Control-Allow-Methods")).isEqualTo("GET, POST");
            assertThat(response.header("Access-Control-Allow-Headers")).isEqualTo("authorization, x-a");
            assertThat(response.header("Access-Control-Allow-Credentials")).isNull();
            assertThat(response.header("X-RateLimit-Limit")).isNull();
            assertThat(response.header("RateLimit")).isNull();
            assertRequestId(response);
        }
        assertThat(get("/api/v1/users", from(60)).header("X-RateLimit-Remaining")).isEqualTo("99");
    }

    @Test
    void everyAnswerIsOpenToEveryOrigin() {
        String token = tokenOf("1", "user");
        for (Response response : List.of(get("/"), get("/health"), get("/api/v1/users", token), get("/api/v1/users"),
                get("/nothing"), get("/api/token"), post("/api/token", "["), get("/api/v1/users/9", token))) {
            assertOpen(response);
        }
    }

    @Test
    void aPreflightForWhatIsNotListedNamesWhatIs() {
        Response response = ask("OPTIONS", "/api/v1/users", "Origin: https://app.example",
                "Access-Control-Request-Method: DELETE");
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.header("Access-Control-Allow-Methods")).isEqualTo("GET, POST");
        assertThat(response.header("Access-Control-Allow-Headers")).isNull();
    }

    @Test
    void whatIsNoPreflightGoesThroughTheChain() {
        assertRefusal(ask("OPTIONS", "/api/v1/users"), FailureKind.TOKEN_MISSING,
                "{\"error\":\"Missing Bearer token\"}");
        assertRefusal(ask("OPTIONS", "/api/v1/users", "Origin: https://app.example"), FailureKind.TOKEN_MISSING,
                "{\"error\":\"Missing Bearer token\"}");
    }

    /** Of those too that have no route because their head could not be read. */
    @Test
    void refusedHeadsAreAnsweredLikeAllOthers() {
        client.send("GET / HTTP/1.1\r\n\r\n");
        assertRefusal(client.readResponse(), FailureKind.REQUEST_MALFORMED, "{\"error\":\"The request has no Host\"}");
        client.expectClosed();
    }

    @Test
    void errorsAreProblemsForThoseWhoAsk() {
        Response response = get("/nothing", "Accept: application/problem+json");
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(response.bodyText()).isEqualTo("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                + "\"detail\":\"Not found\",\"reason\":\"not-found\"}");
        assertThat(response.header("Proxy-Status"))
                .isEqualTo("ponticello; error=destination_not_found; details=\"not-found\"");
        assertOpen(response);
    }

    @Test
    void aProblemIsAskedForWithWhateverParametersButNoWeightOfZero() {
        for (String accept : List.of("application/problem+json;q=0.5", "text/html, Application/Problem+Json; a=b")) {
            assertThat(get("/nothing", "Accept: " + accept).header("Content-Type"))
                    .isEqualTo("application/problem+json");
        }
        for (String accept : List.of("application/problem+json;q=0.0", "application/*", "application/problem")) {
            assertThat(get("/nothing", "Accept: " + accept).header("Content-Type")).isEqualTo("application/json");
        }
    }

    private static void assertOpen(Response response) {
        assertThat(response.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(response.header("Access-Control-Allow-Credentials")).isNull();
        assertThat(response.header("Access-Control-Expose-Headers")).isEqualTo(EXPOSED);
        assertRequestId(response);
    }

    private static void assertRequestId(Response response) {
        assertThat(response.header("X-Request-Id")).matches("[0-9a-f]{32}");
    }

    // ---- circuits

    @Test
    void fiveFailuresOpenTheCircuitAndOneProbeClosesIt() throws IOException {
        String token = tokenOf("1", "user");
        try (var endpoint = ScriptedEndpoint.answering(200, ALICE);
                var other = TestGateway.start(transport, demo(endpoint.port()).replace("open-for: 30s",
                        "open-for: 300ms"));
                var caller = RawClient.connect(other.port())) {
            for (int status : new int[]{404, 500, 502, 503, 504, 500}) {
                endpoint.onRequest(connection -> connection.answer(status, "{}"));
                assertThat(caller.ask(request("GET", "/api/v1/users/1", token)).status()).isEqualTo(status);
            }
            Response refused = caller.ask(request("GET", "/api/v1/users/unknown", token));
            assertRefusal(refused, FailureKind.CIRCUIT_OPEN,
                    "{\"error\":\"User service unavailable\",\"circuit\":\"open\"}");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertOpen(refused);
            String health = CLOSED.replace("healthy", "degraded");
            Await.until("half-open", () -> caller.ask(request("GET", "/health")).bodyText()
                    .equals(health.replace("users\":\"closed", "users\":\"half-open")));
            assertThat(endpoint.requests()).isEqualTo(6);

            assertJsonBody(caller.ask(request("GET", "/api/v1/users/1", token)), ALICE);
            assertThat(caller.ask(request("GET", "/health")).bodyText()).isEqualTo(CLOSED);
            assertThat(endpoint.requests()).isEqualTo(7);
        }
    }

    @Test
    void whileOneProbeRunsNoOtherRequestIsLetThrough() throws IOException {
        String token = tokenOf("1", "user");
        var done = new Cue();
        try (var endpoint = ScriptedEndpoint.answering(500, "{}");
                var other = TestGateway.start(transport, demo(endpoint.port()).replace("open-for: 30s",
                        "open-for: 2s"));
                var caller = RawClient.connect(other.port());
                var second = RawClient.connect(other.port())) {
            for (int i = 0; i < 5; i++) {
                caller.ask(request("GET", "/api/v1/users/1", token));
                endpoint.takeRequest();
            }
            Await.until("half-open", () -> caller.ask(request("GET", "/health")).bodyText().contains("half-open"));
            endpoint.onRequest(connection -> {
                done.await();
                connection.answer(500, "{}");
            });
            caller.send(request("GET", "/api/v1/users/1", token));
            endpoint.takeRequest();
            assertRefusal(second.ask(request("GET", "/api/v1/users/1", token)), FailureKind.CIRCUIT_OPEN,
                    "{\"error\":\"User service unavailable\",\"circuit\":\"open\"}");
            done.give();
            assertThat(caller.readResponse().status()).isEqualTo(500);
            assertThat(second.ask(request("GET", "/health")).bodyText()).contains("\"users\":\"open\"");
            assertThat(endpoint.requests()).isEqualTo(6);
        }
    }

    @Test
    void aServiceThatIsDownOpensTheCircuitFor30Seconds() throws IOException {
        String token = tokenOf("1", "user");
        try (var port = DeadPort.refusing();
                var other = TestGateway.start(transport, demo(port.port()));
                var caller = RawClient.connect(other.port())) {
            for (int i = 0; i < 5; i++) {
                Response response = caller.ask(request("GET", "/api/v1/users", token));
                assertRefusal(response, FailureKind.CONNECT_REFUSED,
                        "{\"error\":\"The service refused the connection\"}");
                assertOpen(response);
            }
            Response refused = caller.ask(request("GET", "/api/v1/users", token));
            assertRefusal(refused, FailureKind.CIRCUIT_OPEN,
                    "{\"error\":\"User service unavailable\",\"circuit\":\"open\"}");
            assertThat(number(refused, "Retry-After")).isBetween(25, 30);
            assertJson(caller.ask(request("GET", "/health")), 200,
                    CLOSED.replace("healthy", "degraded").replace("users\":\"closed", "users\":\"open"));
            assertJson(caller.ask(request("GET", "/api/v1/products/1", token)), 200, WIDGET);
        }
    }

    @Test
    void eachServiceHasItsNameInTheRefusal() throws IOException {
        String token = tokenOf("1", "user");
        try (var port = DeadPort.refusing();
                var other = TestGateway.start(transport, demo(port.port())
                        .replace("127.0.0.1:" + services.ordersPort(), "127.0.0.1:" + port.port())
                        .replace("127.0.0.1:" + services.productsPort(), "127.0.0.1:" + port.port()));
                var caller = RawClient.connect(other.port())) {
            for (String name : List.of("User", "Order", "Product")) {
                String request = request("GET", "/api/v1/" + name.toLowerCase(Locale.ROOT) + "s", token);
                for (int i = 0; i < 5; i++) {
                    assertThat(caller.ask(request).status()).isEqualTo(502);
                }
                assertRefusal(caller.ask(request), FailureKind.CIRCUIT_OPEN,
                        "{\"error\":\"" + name + " service unavailable\",\"circuit\":\"open\"}");
            }
        }
    }

    // ---- the stage

    private Response get(String path, String... fields) {
        return ask("GET", path, fields);
    }

    private Response ask(String method, String path, String... fields) {
        return client.ask(request(method, path, fields));
    }

    private Response post(String path, String body, String... fields) {
        String head = request("POST", path, fields);
        return client.ask("%sContent-Length: %d\r\n\r\n%s".formatted(head.substring(0, head.length() - 2),
                body.length(), body));
    }

    private static String request(String method, String path, String... fields) {
        var request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: demo\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    /** A field that makes the request another client's: the gateway trusts loopback. */
    private static String from(int client) {
        return "X-Forwarded-For: 203.0.113." + client;
    }

    private String tokenOf(String user, String role) {
        return "Authorization: Bearer "
                + token(post("/api/token", "{\"user_id\":\"" + user + "\",\"role\":\"" + role + "\"}", from(1)));
    }

    private static String token(Response response) {
        Matcher matcher = TOKEN.matcher(response.bodyText());
        assertThat(matcher.matches()).as(response.toString()).isTrue();
        return matcher.group(1);
    }

    /** A token with these claims and a good signature. */
    private static String signed(String claims) {
        var base64 = Base64.getUrlEncoder().withoutPadding();
        String signed = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(TestGateway.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + base64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static int number(Response response, String field) {
        String value = response.header(field);
        assertThat(value).as(field + " in " + response.head()).isNotNull();
        return Integer.parseInt(String.valueOf(value));
    }

    private static void assertJson(Response response, int status, String body) {
        assertThat(response.bodyText()).isEqualTo(body);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("Content-Type")).isEqualTo("application/json");
        assertOpen(response);
    }

    private static void assertJsonBody(Response response, String body) {
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.bodyText()).isEqualTo(body);
    }

    private static void assertRefusal(Response response, FailureKind kind, String body) {
        assertJson(response, kind.status(), body);
        assertThat(response.header("Proxy-Status"))
                .isEqualTo("ponticello; error=" + kind.errorType() + "; details=\"" + kind.slug() + "\"");
    }

    // ---- the service of gRPC

    private static final String WIDGETS_STOCK = "\n\0011\022\006Widget\030\u0096\001";
    private static final String GADGETS_STOCK = "\n\0012\022\006Gadget\030K";

    private Message inventory(String method, String message) {
        try (var caller = Http2Peer.connect(gateway.port())) {
            int stream = caller.open(false, Http2Peer.head("POST", "/ponticello.demo.Inventory/" + method,
                    "content-type: application/grpc", "te: trailers", "x-forwarded-for: 198.51.100.7"));
            caller.data(stream, framed(message), true);
            return caller.readWhole(stream);
        }
    }

    private static String framed(String message) {
        return "\0\0\0\0" + (char) message.length() + message;
    }

    @Test
    void inventoryGivesAnItem() {
        Message answer = inventory("Get", "\n\0011");
        assertThat(answer.bodyText()).isEqualTo(framed(WIDGETS_STOCK));
        assertThat(answer.trailers().only("grpc-status")).isEqualTo("0");
        assertThat(answer.head().only("ratelimit-policy")).isEqualTo("\"inventory\";q=100;w=60");
        assertThat(inventory("Get", "\020\005\n\0012").bodyText()).isEqualTo(framed(GADGETS_STOCK));
    }

    @Test
    void inventoryGivesAllItems() {
        Message answer = inventory("List", "");
        assertThat(answer.bodyText()).isEqualTo(framed(WIDGETS_STOCK) + framed(GADGETS_STOCK));
        assertThat(answer.trailers().only("grpc-status")).isEqualTo("0");
    }

    @Test
    void inventorySaysWhatIsWrong() {
        assertThat(inventory("Get", "\n\0013").head().only("grpc-status")).isEqualTo("5");
        assertThat(inventory("Get", "").head().only("grpc-message")).isEqualTo("Item not found");
        for (String malformed : List.of("\n", "\n\005x", "\n\u0081x", "\013", "\020\u0080", "\u00ff\u00ff")) {
            assertThat(inventory("Get", malformed).head().only("grpc-status")).as(malformed).isEqualTo("3");
        }
        assertThat(inventory("Sell", "").head().only("grpc-status")).isEqualTo("12");
    }

    @Test
    void inventoryIsLimitedForEachClient() {
        try (var caller = Http2Peer.connect(gateway.port())) {
            Message last = caller.ask("/", "x: y");
            for (int i = 0; i < 201; i++) { // a full window more than the one that may end meanwhile
                last = caller.readWhole(caller.open(true, Http2Peer.head("POST", "/ponticello.demo.Inventory/Sell",
                        "content-type: application/grpc", "te: trailers")));
                if (!"12".equals(last.head().only("grpc-status"))) {
                    break;
                }
            }
            assertThat(last.head().only("grpc-status")).isEqualTo("8");
            assertThat(last.head().only("grpc-message")).isEqualTo("Rate limit exceeded");
            assertThat(last.head().only("retry-after")).matches("[0-9]+");
        }
    }
}
