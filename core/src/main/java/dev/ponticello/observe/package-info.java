/** What listens to exchanges: the access log. */
@NullMarked
package dev.ponticello.observe;

import org.jspecify.annotations.NullMarked;
