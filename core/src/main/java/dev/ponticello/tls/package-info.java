/** TLS: certificates and keys from files, the contexts that listeners and upstreams make connections with, and what stands between a socket and a connection. */
@NullMarked
package dev.ponticello.tls;

import org.jspecify.annotations.NullMarked;
