import static dev.ponticello.http.Method.GET;
import static dev.ponticello.http.Method.POST;

import dev.ponticello.Gateway;
import dev.ponticello.GatewayBuilder;
import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.config.AnswerConfig;
import dev.ponticello.config.Rate;
import dev.ponticello.config.RateLimitConfig;
import dev.ponticello.config.RequestIdConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Key;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.Request;
import dev.ponticello.exchange.Response;
import dev.ponticello.http.HeaderName;
import dev.ponticello.outcome.FailureKind;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * A gateway inside a Java program: policies, a check that may block, and a handler of its own, before a service.
 *
 * <p>Build once (./ponticello --version), start a service on port 8001, then:
 *
 * <pre>
 * java -cp app/target/launcher/ponticello.jar examples/Embedded.java 127.0.0.1:8000 http://127.0.0.1:8001
 * curl -H 'X-Key: k-ann' http://127.0.0.1:8000/api/v1/users/7     # the service's answer; it sees X-User: ann
 * curl -H 'X-Key: k-ann' -d 'buy milk' http://127.0.0.1:8000/api/v1/notes
 * curl http://127.0.0.1:8000/api/v1/notes                         # 403
 * </pre>
 */
public final class Embedded {
    record User(String name, boolean mayWrite) {}

    /** What the check finds, for the policies and handlers behind it. */
    static final Key<User> USER = Key.of("user");

    private static final HeaderName X_USER = HeaderName.of("X-User");
    private static final Map<String, User> USERS = Map.of("k-ann", new User("ann", true), "k-bob", new User("bob", false));

    private Embedded() {}

    public static void main(String[] arguments) throws Exception {
        Gateway gateway = gateway(arguments[0], arguments[1]).start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> gateway.drain().join()));
        System.out.println("listening on port " + gateway.listeners().getFirst().getPort());
        Thread.currentThread().join();
    }

    static GatewayBuilder gateway(String address, String usersUrl) {
        return Gateway.builder()
                .listen(address)
                .upstream("users", usersUrl)
                .policy(AccessLogConfig.DEFAULTS)
                .policy(RequestIdConfig.DEFAULTS)
                .route(GET, "/health").answer(new AnswerConfig.Health())
                .group("/api/v1", api -> api
                        .policy(RateLimitConfig.of(Rate.parse("100/min")).withName("api"))
                        .policy(Policy.before(_ -> Decision.await(Embedded::findUser, Duration.ofSeconds(1))))
                        .policy(Policy.before(Embedded::tellUser))
                        .route(GET, "/users/{id}").to("users")
                        .route(POST, "/notes").answer(Embedded::takeNote));
    }

    /** On a virtual thread: it may ask a database. */
    private static Decision findUser(Request request) throws InterruptedException {
        Thread.sleep(10); // as a database would
        User user = USERS.get(Objects.requireNonNullElse(request.header("X-Key"), ""));
        return user == null ? Decision.reject(FailureKind.FORBIDDEN)
                : Decision.proceed(exchange -> exchange.set(USER, user));
    }

    /** On the loop: it must not wait. */
    private static Decision tellUser(Exchange exchange) {
        User user = Objects.requireNonNull(exchange.get(USER));
        boolean writes = exchange.request().method().equals(POST);
        if (writes && !user.mayWrite()) {
            return Decision.reject(FailureKind.FORBIDDEN);
        }
        exchange.request().headers().set(X_USER, user.name());
        return Decision.CONTINUE;
    }

    /** On a virtual thread again. */
    private static Response takeNote(Request request) {
        User user = Objects.requireNonNull(request.get(USER));
        return Response.json(201, Map.of("note", Map.of("by", user.name(), "text", request.text())));
    }
}
