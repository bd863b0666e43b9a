/** The front door: a gateway as a library. */
@NullMarked
package dev.ponticello;

import org.jspecify.annotations.NullMarked;
