/** The built-in policies: rules that need no more than the heads of a request and its answer. */
@NullMarked
package dev.ponticello.policy;

import org.jspecify.annotations.NullMarked;
