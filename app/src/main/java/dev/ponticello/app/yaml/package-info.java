/** YAML text made into settings, each value with its line and column. */
@NullMarked
package dev.ponticello.app.yaml;

import org.jspecify.annotations.NullMarked;
