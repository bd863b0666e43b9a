/** HTTP/1.1 by RFC 9112, strict: our own codec, and the connections that are source and sink for both sides. */
@NullMarked
package dev.ponticello.http1;

import org.jspecify.annotations.NullMarked;
