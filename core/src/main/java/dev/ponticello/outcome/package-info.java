/** How an exchange ends: its stages, the table of everything that can fail, and its outcome. */
@NullMarked
package dev.ponticello.outcome;

import org.jspecify.annotations.NullMarked;
