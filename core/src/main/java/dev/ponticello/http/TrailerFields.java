package dev.ponticello.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which fields may stand in a trailer section (RFC 9110 §6.5.1): none that frames, routes, authenticates or describes the message, because a receiver could take it for part of the head. */
public final class TrailerFields {
    private static final HeaderNameSet FORBIDDEN = HeaderNameSet.of(List.of(
            HeaderName.of("Age"), HeaderName.AUTHORIZATION, HeaderName.CACHE_CONTROL, HeaderName.CONNECTION,
            HeaderName.CONTENT_ENCODING, HeaderName.CONTENT_LENGTH, HeaderName.of("Content-Location"),
            HeaderName.CONTENT_RANGE, HeaderName.CONTENT_TYPE, HeaderName.COOKIE, HeaderName.DATE, HeaderName.EXPECT,
            HeaderName.of("Expires"), HeaderName.FORWARDED, HeaderName.HOST, HeaderName.HTTP2_SETTINGS,
            HeaderName.KEEP_ALIVE, HeaderName.LOCATION, HeaderName.of("Max-Forwards"), HeaderName.of("Pragma"),
            HeaderName.RANGE, HeaderName.RETRY_AFTER, HeaderName.SET_COOKIE, HeaderName.TE, HeaderName.TRAILER,
            HeaderName.TRANSFER_ENCODING, HeaderName.UPGRADE, HeaderName.VARY, HeaderName.WWW_AUTHENTICATE,
            HeaderName.X_FORWARDED_FOR, HeaderName.X_FORWARDED_HOST, HeaderName.X_FORWARDED_PROTO));
    private static final byte[] PROXY = "proxy-".getBytes(StandardCharsets.US_ASCII);

    private TrailerFields() {}

    /** The section without those that may not be passed on; null if none is left. */
    public static @Nullable Headers withoutForbidden(Headers headers) {
        headers.removeResembling(FORBIDDEN);
        int kept = 0;
        for (int slot = 0; slot < headers.slots(); slot++) {
            if (headers.nameBegins(slot, PROXY)) {
                headers.removeSlot(slot);
            }
            kept += headers.isRemoved(slot) ? 0 : 1;
        }
        return kept == 0 ? null : headers;
    }
}
