/** The program: YAML, command line, demo. */
@NullMarked
package dev.ponticello.app;

import org.jspecify.annotations.NullMarked;
