/** The words of an HTTP message, in one flat form for every protocol: heads, names, methods, and the streams that carry bodies. */
@NullMarked
package dev.ponticello.http;

import org.jspecify.annotations.NullMarked;
