package dev.ponticello.policy;

import dev.ponticello.config.CorsConfig;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Key;
import dev.ponticello.exchange.PreflightPolicy;
import dev.ponticello.exchange.Response;
import dev.ponticello.http.FieldText;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The policy {@code cors}: tells browsers which scripts of other origins may call, and what they see (WHATWG Fetch, CORS
 * protocol).
 *
 * <table>
 * <caption>Who is told that it may</caption>
 * <tr><th>{@code origins}</th><th>{@code Access-Control-Allow-Origin}</th><th>{@code Vary: Origin}</th></tr>
 * <tr><td>{@code *}</td><td>{@code *} on every answer, whoever asks</td><td>no: it never varies</td></tr>
 * <tr><td>a list</td><td>the request's origin, if it is one of the list, to the letter</td><td>on every answer</td></tr>
 * </table>
 *
 * <p>A preflight gets 204: from an allowed origin with all that is allowed, so that the browser finds what is missing;
 * from another one with nothing. {@code *} among the headers echoes the requested names, because to browsers a literal
 * {@code *} does not cover {@code Authorization}.
 *
 * <p>The {@code Access-Control-} fields of an endpoint are removed. With several policies of this kind in a chain the
 * innermost one speaks, for preflights and answers alike.
 *
 * <p>Threads: immutable, shared by all loops.
 */
public final class CorsPolicy implements PreflightPolicy {
    private static final String EVERY = "*";
    private static final byte[] OWN_PREFIX = FieldText.valueBytes("access-control-");
    private static final String PREFLIGHT_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
    private static final List<HeaderName> ALWAYS_EXPOSED = List.of(RateLimitPolicy.X_RATE_LIMIT_LIMIT,
            RateLimitPolicy.X_RATE_LIMIT_REMAINING, RateLimitPolicy.X_RATE_LIMIT_RESET, RateLimitPolicy.RATE_LIMIT,
            RateLimitPolicy.RATE_LIMIT_POLICY, HeaderName.RETRY_AFTER);
    /** Set when a policy further inside has spoken. */
    private static final Key<Boolean> SPOKEN = Key.of("cors");

    private final boolean everyOrigin;
    private final Set<String> origins;
    private final String methods;
    private final boolean everyHeader;
    private final String headers;
    private final byte[] exposed;
    private final boolean credentials;
    private final String maxAgeSeconds;

    /** The policy for a config. */
    public CorsPolicy(CorsConfig config) {
        this.everyOrigin = config.origins().contains(EVERY);
        this.origins = Set.copyOf(config.origins());
        this.methods = String.join(", ", config.methods());
        this.everyHeader = config.headers().contains(EVERY);
        this.headers = String.join(", ", config.headers());
        this.exposed = FieldText.valueBytes(String.join(", ", exposed(config.expose())));
        this.credentials = config.credentials();
        this.maxAgeSeconds = Long.toString(config.maxAge().toSeconds());
    }

    private static List<String> exposed(List<String> configured) {
        Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        List<String> always = ALWAYS_EXPOSED.stream().map(HeaderName::toString).toList();
        return Stream.concat(always.stream(), configured.stream()).filter(seen::add).toList();
    }

    @Override
    public Response onPreflight(Exchange exchange) {
        RequestHead request = exchange.request();
        Response response = Response.empty(204).with(HeaderName.VARY, PREFLIGHT_VARY);
        String origin = allowedOrigin(request);
        if (origin == null) {
            return response;
        }
        response.with(HeaderName.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if (credentials) {
            response.with(HeaderName.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        if (!methods.isEmpty()) {
            response.with(HeaderName.ACCESS_CONTROL_ALLOW_METHODS, methods);
        }
        String allowed = everyHeader ? requestedHeaders(request.headers()) : headers;
        if (!allowed.isEmpty()) {
            response.with(HeaderName.ACCESS_CONTROL_ALLOW_HEADERS, allowed);
        }
        return response.with(HeaderName.ACCESS_CONTROL_MAX_AGE, maxAgeSeconds);
    }

    /** What the preflight asks for, as it stands; empty unless it is names and nothing else. */
    private static String requestedHeaders(Headers request) {
        String requested = String.join(", ", request.all(HeaderName.ACCESS_CONTROL_REQUEST_HEADERS));
        boolean named = false;
        for (String part : requested.split(",", -1)) {
            String name = part.strip();
            if (!name.isEmpty()) {
                if (!FieldText.isToken(name)) {
                    return "";
                }
                named = true;
            }
        }
        return named ? requested : "";
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead response) {
        if (exchange.isPreflight() || exchange.get(SPOKEN) != null || response.status() == 101) {
            return;
        }
        exchange.set(SPOKEN, true);
        Headers fields = response.headers();
        fields.removeBeginning(OWN_PREFIX);
        if (!everyOrigin) {
            VaryField.add(fields, HeaderName.ORIGIN);
        }
        String origin = allowedOrigin(exchange.request());
        if (origin == null) {
            return;
        }
        fields.add(HeaderName.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if (credentials) {
            fields.add(HeaderName.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        fields.add(HeaderName.ACCESS_CONTROL_EXPOSE_HEADERS, exposed, 0, exposed.length);
    }

    /** Whom {@code Access-Control-Allow-Origin} names, or null. */
    private @Nullable String allowedOrigin(RequestHead request) {
        if (everyOrigin) {
            return EVERY;
        }
        Headers fields = request.headers();
        int slot = fields.findArrived(HeaderName.ORIGIN, 0);
        if (slot < 0 || fields.findArrived(HeaderName.ORIGIN, slot + 1) >= 0) {
            return null;
        }
        String origin = fields.value(slot);
        return origins.contains(origin) ? origin : null;
    }
}
