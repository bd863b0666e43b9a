package dev.ponticello.config;

/**
 * An id for every exchange, sent to the endpoint and to the client.
 *
 * @param header default {@code X-Request-Id}
 * @param trust whether a client's id is kept; default false
 */
public record RequestIdConfig(String header, boolean trust) implements PolicyConfig {

    public static final RequestIdConfig DEFAULTS = new RequestIdConfig("X-Request-Id", false);

    public RequestIdConfig {
        Checks.ownFieldName("header", header, "X-Request-Id");
    }

    @Override
    public String type() {
        return "request-id";
    }
}
