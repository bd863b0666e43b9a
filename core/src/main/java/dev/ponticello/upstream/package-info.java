/** Everything that must know which endpoint, or whether bytes went out: pools, streams, balancing, breakers. */
@NullMarked
package dev.ponticello.upstream;

import org.jspecify.annotations.NullMarked;
