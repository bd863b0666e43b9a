package dev.ponticello.rules.broken.http;

import dev.ponticello.rules.broken.exchange.Blocking;

/** Uses a package that is above its own. */
public interface Upwards {

    /** A use by a parameter, as an array. */
    void use(Blocking[] blocking);
}
