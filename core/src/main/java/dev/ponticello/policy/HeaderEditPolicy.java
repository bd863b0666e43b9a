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
            edits.set().forEach((name, value) -> {
                names.add(HeaderName.of(name));
                fields.add(new Field(name, value));
            });
            edits.add().forEach((name, value) -> fields.add(new Field(name, value)));
            this.removed = HeaderNameSet.of(names);
        }

        void applyTo(Headers headers) {
            headers.removeResembling(removed);
            for (int i = 0; i < fields.size(); i++) {
                fields.get(i).addTo(headers);
            }
        }
    }

    private static final class Field {
        private final HeaderName name;
        private final byte[] value;

        Field(String name, String value) {
            this.name = HeaderName.of(name);
            this.value = FieldText.valueBytes(value);
        }

        void addTo(Headers headers) {
            headers.add(name, value, 0, value.length);
        }
    }
}
