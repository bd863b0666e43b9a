/** Breaks rules on purpose, so that {@code LayersTest} can show that it fails. */
@NullMarked
package dev.ponticello.rules.broken.exchange;

import org.jspecify.annotations.NullMarked;
