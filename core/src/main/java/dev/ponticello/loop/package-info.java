/** What one event loop owns: its clock, its chance, its timers, and the transport beneath. */
@NullMarked
package dev.ponticello.loop;

import org.jspecify.annotations.NullMarked;
