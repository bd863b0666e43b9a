package dev.ponticello.policy;

import dev.ponticello.config.HeadersConfig;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Policy;
import dev.ponticello.http.FieldText;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.Headers;
import dev.ponticello.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The policy {@code headers}: fields removed, set and added, in this order, on requests and on answers. A removed or
 * set field goes in every spelling that servers take for one name ({@code X_Debug}, {@code x-debug}).
 *
 * <p>Threads: immutable, shared by all loops.
 */
public final class HeaderEditPolicy implements Policy {
    private final Edit request;
    private final Edit response;

    /**
     * The policy for a config.
     *
     * @throws IllegalArgumentException if a value holds anything but visible ASCII, spaces and tabs: a line break in it
     *         would write a second field
     */
    public HeaderEditPolicy(HeadersConfig config) {
        this.request = new Edit(config.request());
        this.response = new Edit(config.response());
    }

    @Override
    public Decision onRequest(Exchange exchange) {
        request.applyTo(exchange.request().headers());
        return Decision.CONTINUE;
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        response.applyTo(head.headers());
    }

    private static final class Edit {
        private final HeaderNameSet removed;
        private final List<Field> fields = new ArrayList<>();

        Edit(HeadersConfig.Edits edits) {
            List<HeaderName> names = new ArrayList<>(edits.remove().stream().map(HeaderName::of).toList());
            for (Map.Entry<String, String> entry : edits.set().entrySet()) {
                Field field = Field.of(entry);
                names.add(field.name);
                fields.add(field);
            }
            edits.add().entrySet().forEach(entry -> fields.add(Field.of(entry)));
            this.removed = HeaderNameSet.of(names);
        }

        void applyTo(Headers headers) {
            headers.removeResembling(removed);
            for (int i = 0; i < fields.size(); i++) {
                byte[] value = fields.get(i).value;
                headers.add(fields.get(i).name, value, 0, value.length);
            }
        }
    }

    private record Field(HeaderName name, byte[] value) {
        static Field of(Map.Entry<String, String> entry) {
            return new Field(HeaderName.of(entry.getKey()), FieldText.valueBytes(entry.getValue()));
        }
    }
}
