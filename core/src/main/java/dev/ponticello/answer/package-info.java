/** The answers that the gateway gives on a route itself, without an endpoint. */
@NullMarked
package dev.ponticello.answer;

import org.jspecify.annotations.NullMarked;
