/** Tests of paths, patterns and tables. */
@NullMarked
package dev.ponticello.routing;

import org.jspecify.annotations.NullMarked;
