package dev.ponticello.policy;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The field that tells caches what an answer depends on (RFC 9110 §12.5.5). */
final class VaryField {
    private VaryField() {}

    /** Adds a name to those that are there, unless they say it already. */
    static void add(Headers fields, HeaderName name) {
        int slot = fields.find(HeaderName.VARY, 0);
        String text = name.toString();
        if (slot < 0) {
            fields.add(HeaderName.VARY, text);
        } else if (!fields.hasMember(HeaderName.VARY, "*") && !fields.hasMember(HeaderName.VARY, text)) {
            // As bytes: what an endpoint wrote may be no ASCII.
            byte[] before = Arrays.copyOfRange(fields.bytes(), fields.valueStart(slot), fields.valueEnd(slot));
            byte[] more = ((before.length == 0 ? "" : ", ") + text).getBytes(StandardCharsets.US_ASCII);
            byte[] value = Arrays.copyOf(before, before.length + more.length);
            System.arraycopy(more, 0, value, before.length, more.length);
            fields.removeSlot(slot);
            fields.add(HeaderName.VARY, value, 0, value.length);
        }
    }
}
