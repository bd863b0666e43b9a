/** What the user asked for: records with their defaults, a tree of values with places, and the problems found. */
@NullMarked
package dev.ponticello.config;

import org.jspecify.annotations.NullMarked;
