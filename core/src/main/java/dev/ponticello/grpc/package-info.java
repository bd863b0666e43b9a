/** What gRPC says in the fields of HTTP/2: which messages are its own, the status at their end, the deadline of a call, texts in percent-encoding. Pure. */
@NullMarked
package dev.ponticello.grpc;

import org.jspecify.annotations.NullMarked;
