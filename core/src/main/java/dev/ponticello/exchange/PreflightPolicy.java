package dev.ponticello.exchange;

/** A policy that answers a CORS preflight request in place of the whole chain (WHATWG Fetch, CORS-preflight fetch). The innermost one of a chain does. */
public interface PreflightPolicy extends Policy {
    /** The answer to {@code OPTIONS} with {@code Origin} and {@code Access-Control-Request-Method}. */
    Response onPreflight(Exchange exchange);
}
