package dev.ponticello.routing;

/**
 * Two entries that both claim the same requests, with nothing that makes one of them the more specific.
 *
 * @param first   the entry that was added first
 * @param second  the entry that was added after it
 * @param request a request that both claim, as {@code GET /users/x} or {@code GET http://api.example.com/users/x}
 * @param <T>     what entries lead to
 */
public record Conflict<T>(T first, T second, String request) {}
