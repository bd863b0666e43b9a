/** The rules of the architecture, as tests. */
@NullMarked
package dev.ponticello.rules;

import org.jspecify.annotations.NullMarked;
