/** HTTP/2 (RFC 9113) for both sides: frames, the table of a connection's streams, flow control, and what a peer may not do. HPACK is Netty's. */
@NullMarked
package dev.ponticello.http2;

import org.jspecify.annotations.NullMarked;
