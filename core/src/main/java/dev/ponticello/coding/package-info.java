/** Content codings that the gateway applies to a body while it is relayed. */
@NullMarked
package dev.ponticello.coding;

import org.jspecify.annotations.NullMarked;
