/** The whole gateway, with its clients and its endpoints, played on one thread from a seed. */
@NullMarked
package dev.ponticello.simulation;

import org.jspecify.annotations.NullMarked;
