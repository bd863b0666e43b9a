/** Fixtures for plays: scripted endpoints and raw clients on real sockets, each step with a hard deadline. */
@NullMarked
package dev.ponticello.testing;

import org.jspecify.annotations.NullMarked;
