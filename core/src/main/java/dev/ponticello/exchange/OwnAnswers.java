package dev.ponticello.exchange;

import dev.ponticello.config.ErrorBody;
import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.http.Status;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Writes the gateway's own answers: what its refusals look like in each format, and the fields that all of them have. */
final class OwnAnswers {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter
            .ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private OwnAnswers() {}

    /** The answer that tells a refusal. */
    static Response render(Rejection rejection, RequestHead request, ErrorsConfig errors) {
        int status = rejection.kind().status();
        boolean problemAsked = request.headers().hasMember(HeaderName.ACCEPT, "application/problem+json");
        ErrorBody own = problemAsked ? null : errors.bodies().get(status);
        Response response = own != null ? Response.of(status, own.type(), own.bytes())
                : json(rejection, problemAsked || errors.format() == GatewayConfig.ErrorFormat.PROBLEM);
        copyFields(rejection.headers(), response.headers());
        // RFC 9209 §2.3
        response.with(HeaderName.PROXY_STATUS,
                "ponticello; error=" + rejection.kind().errorType() + "; details=\"" + rejection.kind().slug() + "\"");
        return response;
    }

    private static Response json(Rejection rejection, boolean problem) {
        int status = rejection.kind().status();
        StringBuilder json = new StringBuilder(96);
        if (problem) {
            json.append("{\"type\":\"about:blank\",\"title\":\"").append(Status.name(status)).append("\",\"status\":")
                    .append(status).append(",\"detail\":");
            appendString(json, rejection.sentence());
            json.append(",\"reason\":\"").append(rejection.kind().slug()).append('"');
        } else {
            json.append("{\"error\":");
            appendString(json, rejection.sentence());
        }
        for (Map.Entry<String, Object> member : rejection.members().entrySet()) {
            json.append(",\"").append(member.getKey()).append("\":");
            if (member.getValue() instanceof String text) {
                appendString(json, text);
            } else {
                json.append(member.getValue());
            }
        }
        json.append('}');
        return Response.of(status, problem ? "application/problem+json" : "application/json",
                json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether answers with this status never have a body; a length would be that of another answer (RFC 9110 §8.6). */
    static boolean isBodyless(int status) {
        return status == 204 || status == 304;
    }

    /** Makes the head of an answer of the gateway: framing and date, which a {@link Response} leaves out (RFC 9110 §6.6.1, §8.6). */
    static void writeHead(Response response, ResponseHead head, boolean bodyFollows, long nowMillis) {
        head.clear();
        head.setStatus(response.status());
        copyFields(response.headers(), head.headers());
        if (!isBodyless(response.status())) {
            head.headers().add(HeaderName.CONTENT_LENGTH, response.body().length);
        }
        head.headers().add(HeaderName.DATE, HTTP_DATE.format(Instant.ofEpochMilli(nowMillis)));
        head.setBodyLength(bodyFollows ? response.body().length : 0);
    }

    private static void copyFields(Headers from, Headers to) {
        for (int slot = 0; slot < from.slots(); slot++) {
            if (!from.isRemoved(slot)) {
                to.add(HeaderName.of(from.name(slot)), from.value(slot));
            }
        }
    }

    /** Appends a JSON string (RFC 8259 §7). */
    private static void appendString(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
