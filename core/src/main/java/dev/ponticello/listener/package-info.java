/** Where clients connect: listeners, what is settled about a request before its exchange begins, and the time that clients are given. */
@NullMarked
package dev.ponticello.listener;

import org.jspecify.annotations.NullMarked;
