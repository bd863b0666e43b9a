package dev.ponticello.config;

/** What the {@code Host} field of a forwarded request says. */
public sealed interface UpstreamHost {

    /** The endpoint's own authority. */
    UpstreamHost ENDPOINT = Kind.ENDPOINT;

    /** The client's. */
    UpstreamHost PRESERVE = Kind.PRESERVE;

    /** The kinds that need no name. */
    enum Kind implements UpstreamHost {
        ENDPOINT,
        PRESERVE
    }

    /** Always the same: {@code api.internal} or {@code api.internal:8080}. */
    record Fixed(String authority) implements UpstreamHost {

        public Fixed {
            HostPort.parse("host", authority, 80);
        }
    }
}
