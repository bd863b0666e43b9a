/** The comparison of Ponticello with other gateways: {@code bench/compare}. */
@org.jspecify.annotations.NullMarked
package dev.ponticello.bench.compare;
