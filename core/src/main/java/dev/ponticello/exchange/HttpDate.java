package dev.ponticello.exchange;

import dev.ponticello.loop.Clock;
import dev.ponticello.loop.LoopContext;
import dev.ponticello.loop.LoopSlot;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of {@code Date} on one loop, made once a second (RFC 9110 §5.6.7, §6.6.1). On its loop only. */
final class HttpDate {
    private static final LoopSlot<HttpDate> SLOT = LoopSlot.of(HttpDate::new);
    private static final DateTimeFormatter FORMAT = DateTimeFormatter
            .ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Clock clock;
    private long second = Long.MIN_VALUE;
    private byte[] text = {};

    private HttpDate(LoopContext loop) {
        this.clock = loop.clock();
    }

    /** The value for now; not to be changed. */
    static byte[] of(LoopContext loop) {
        return loop.get(SLOT).now();
    }

    private byte[] now() {
        long now = Math.floorDiv(clock.wallMillis(), 1000L);
        if (now != second) {
            second = now;
            text = FORMAT.format(Instant.ofEpochSecond(now)).getBytes(StandardCharsets.US_ASCII);
        }
        return text;
    }
}
