/** Plays: a scripted endpoint, a config in YAML, a scripted client, on real sockets; each named for what it shows. */
@NullMarked
package dev.ponticello.app.scenario;

import org.jspecify.annotations.NullMarked;
