/** From a config to a running gateway: compiling, publishing, draining. */
@NullMarked
package dev.ponticello.runtime;

import org.jspecify.annotations.NullMarked;
