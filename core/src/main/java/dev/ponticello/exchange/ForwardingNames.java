package dev.ponticello.exchange;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The fields by which a proxy speaks about its client, believed from trusted proxies only: these, and all that begin with {@code X-Forwarded-}. */
@SuppressWarnings("exports") // for the gateway itself
public final class ForwardingNames {
    static final List<HeaderName> WHOLE = List.of(HeaderName.FORWARDED, HeaderName.of("X-Real-IP"),
            HeaderName.of("X-Original-URL"), HeaderName.of("X-Rewrite-URL"),
            HeaderName.of("X-HTTP-Method-Override"));
    private static final HeaderNameSet SET = HeaderNameSet.of(WHOLE);
    private static final byte[] BEGINNING = "x-forwarded-".getBytes(StandardCharsets.US_ASCII);

    private ForwardingNames() {}

    /** Removes them, and what a server behind could take for one of them. */
    public static void removeFrom(Headers headers) {
        headers.removeResembling(SET);
        headers.removeBeginning(BEGINNING);
    }

    /** Whether a server behind could take this field for one of them. */
    public static boolean resembles(Headers headers, int slot) {
        return SET.resembles(headers.hash(slot), headers.bytes(), headers.nameStart(slot), headers.nameEnd(slot))
                || begins(headers, slot);
    }

    static boolean begins(Headers headers, int slot) {
        return headers.nameBegins(slot, BEGINNING);
    }
}
