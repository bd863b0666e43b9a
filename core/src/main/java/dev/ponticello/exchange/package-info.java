/** The story of one request: the exchange, the policies it meets, and the driver that takes it from its head to its outcome. */
@NullMarked
package dev.ponticello.exchange;

import org.jspecify.annotations.NullMarked;
