package dev.ponticello.rules.broken.routing;

import dev.ponticello.rules.broken.http.Upwards;

/** Uses only what its package may use. */
public record Obedient(Upwards upwards) {}
