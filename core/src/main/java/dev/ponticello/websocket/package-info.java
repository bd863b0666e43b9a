/** The frames of WebSocket (RFC 6455), as far as whoever passes them on must know them. */
@NullMarked
package dev.ponticello.websocket;

import org.jspecify.annotations.NullMarked;
