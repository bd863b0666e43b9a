/** The HTTP/1.1 codec: strict and incremental parsers of heads and chunked bodies, and their writers (RFC 9112). */
@NullMarked
package dev.ponticello.http1;

import org.jspecify.annotations.NullMarked;
