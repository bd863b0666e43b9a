package dev.ponticello.observe;

import dev.ponticello.exchange.Exchange;
import dev.ponticello.outcome.Outcome;

/** Lines of the access log, for tests of other packages. */
public final class AccessLogLines {
    private final AccessLogLine line = new AccessLogLine();

    /** The line of an exchange that has ended, with its line break. */
    public byte[] of(Exchange exchange, Outcome outcome) {
        return line.of(exchange, outcome);
    }
}
