/** Which entry a host, a path and a method lead to: canonical paths, patterns, and the tables that are made of them. */
@NullMarked
package dev.ponticello.routing;

import org.jspecify.annotations.NullMarked;
