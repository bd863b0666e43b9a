/** The small services behind the demo's gateway. */
@NullMarked
package dev.ponticello.app.demo;

import org.jspecify.annotations.NullMarked;
