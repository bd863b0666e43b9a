/** A load client that keeps to a rate, or holds idle connections. */
@org.jspecify.annotations.NullMarked
package dev.ponticello.bench.load;
