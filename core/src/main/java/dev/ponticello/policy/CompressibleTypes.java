package dev.ponticello.policy;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;

/** The media types whose bodies a general compression makes much smaller: texts, and the few others that carry none. */
final class CompressibleTypes {
    private static final String[] TYPES = {"application/json", "application/javascript", "application/xml",
        "application/wasm", "application/x-javascript", "application/ecmascript", "application/x-ndjson",
        "application/ndjson", "application/jsonl", "application/json-seq", "application/graphql",
        "application/yaml", "application/x-yaml", "application/toml", "application/sql", "application/rtf",
        "application/x-sh", "application/vnd.ms-fontobject", "font/ttf", "font/otf", "image/bmp",
        "image/x-icon", "image/vnd.microsoft.icon"};
    /** Its messages are coded one by one, by those who speak it. */
    private static final String GRPC = "application/grpc";
    private static final String[] SUFFIXES = {"+json", "+xml", "+yaml", "+json-seq"};

    private CompressibleTypes() {}

    /** Whether {@code Content-Type} says that the body gains. */
    static boolean include(Headers response) {
        int slot = response.find(HeaderName.CONTENT_TYPE, 0);
        if (slot < 0) {
            return false;
        }
        byte[] bytes = response.bytes();
        int from = response.valueStart(slot);
        int to = typeEnd(response, slot);
        if (Ascii.begins(GRPC, bytes, from, to)) {
            return false;
        }
        if (Ascii.begins("text/", bytes, from, to)) {
            return true;
        }
        for (String type : TYPES) {
            if (Ascii.is(type, bytes, from, to)) {
                return true;
            }
        }
        for (String suffix : SUFFIXES) {
            if (Ascii.ends(suffix, bytes, from, to)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code Content-Type} says that somebody waits for each part of the body. */
    static boolean isEventStream(Headers response) {
        int slot = response.find(HeaderName.CONTENT_TYPE, 0);
        return slot >= 0 && Ascii.is("text/event-stream", response.bytes(), response.valueStart(slot),
                typeEnd(response, slot));
    }

    private static int typeEnd(Headers response, int slot) {
        byte[] bytes = response.bytes();
        int end = response.valueStart(slot);
        while (end < response.valueEnd(slot) && bytes[end] != ';' && !Ascii.isBlank(bytes[end])) {
            end++;
        }
        return end;
    }
}
