/** How many requests a key may make: limiters with bounded memory, shared by all loops without a lock. */
@NullMarked
package dev.ponticello.limit;

import org.jspecify.annotations.NullMarked;
