/** What stands behind the gateway: endpoints, the connections to them, and what keeps failures small. */
@NullMarked
package dev.ponticello.upstream;

import org.jspecify.annotations.NullMarked;
