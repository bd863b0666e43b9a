package dev.ponticello.exchange;

import dev.ponticello.config.ErrorBody;
import dev.ponticello.config.ErrorsConfig;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.grpc.GrpcFields;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.http.Status;
import dev.ponticello.outcome.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Writes the gateway's own answers: what its refusals look like in each format, and the fields that all of them have. */
final class OwnAnswers {
    private static final byte[] NOTHING = new byte[0];

    private OwnAnswers() {}

    /** The answer that tells a refusal. */
    static Response render(Rejection rejection, RequestHead request, ErrorsConfig errors) {
        Response response = GrpcFields.isCall(request) ? trailersOnly(rejection) : refusal(rejection, request, errors);
        copyFields(rejection.headers(), response.headers());
        return response.with(HeaderName.PROXY_STATUS, proxyStatus(rejection.kind()));
    }

    /** What {@code Proxy-Status} says of a failure (RFC 9209 §2.3). */
    private static String proxyStatus(FailureKind kind) {
        return "ponticello; error=" + kind.errorType() + "; details=\"" + kind.slug() + "\"";
    }

    /** The answer to a call of gRPC: a head that is the trailers too. */
    private static Response trailersOnly(Rejection rejection) {
        return Response.of(200, GrpcFields.TYPE, NOTHING)
                .with(GrpcFields.STATUS, Integer.toString(rejection.kind().grpcStatus().code()))
                .with(GrpcFields.MESSAGE, GrpcFields.percentEncoded(rejection.sentence()));
    }

    /** The trailers that tell of a failure in the midst of the answer to a call of gRPC. */
    static Headers trailers(FailureKind kind) {
        Headers trailers = new Headers(256, 4);
        trailers.add(GrpcFields.STATUS, kind.grpcStatus().code());
        trailers.add(GrpcFields.MESSAGE, GrpcFields.percentEncoded(kind.sentence()));
        trailers.add(HeaderName.PROXY_STATUS, proxyStatus(kind)); // RFC 9209 §2
        return trailers;
    }

    private static Response refusal(Rejection rejection, RequestHead request, ErrorsConfig errors) {
        int status = rejection.kind().status();
        boolean problemAsked = wantsProblem(request.headers());
        ErrorBody own = problemAsked ? null : errors.bodies().get(status);
        Response response = own != null ? Response.of(status, own.type(), own.bytes())
                : json(rejection, problemAsked || errors.format() == GatewayConfig.ErrorFormat.PROBLEM);
        return response.with(HeaderName.VARY, "Accept"); // a 404 may be kept by caches (RFC 9110 §15.1)
    }

    private static Response json(Rejection rejection, boolean problem) {
        int status = rejection.kind().status();
        StringBuilder json = new StringBuilder(96);
        if (problem) {
            json.append("{\"type\":\"about:blank\",\"title\":\"").append(Status.name(status)).append("\",\"status\":")
                    .append(status).append(",\"detail\":");
            JsonText.appendString(json, rejection.sentence());
            json.append(",\"reason\":\"").append(rejection.kind().slug()).append('"');
        } else {
            json.append("{\"error\":");
            JsonText.appendString(json, rejection.sentence());
        }
        for (Map.Entry<String, Object> member : rejection.members().entrySet()) {
            json.append(",\"").append(member.getKey()).append("\":");
            JsonText.append(json, member.getValue());
        }
        json.append('}');
        return Response.of(status, problem ? "application/problem+json" : "application/json",
                json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether {@code Accept} names RFC 9457's type itself, with whatever parameters but a weight of 0 (RFC 9110 §12.5.1). */
    private static boolean wantsProblem(Headers asked) {
        for (int slot = asked.findArrived(HeaderName.ACCEPT, 0); slot >= 0; slot = asked
                .findArrived(HeaderName.ACCEPT, slot + 1)) {
            for (String range : asked.value(slot).split(",", -1)) {
                String[] parts = range.split(";", -1);
                if (parts[0].strip().equalsIgnoreCase("application/problem+json")) {
                    return Arrays.stream(parts).noneMatch(part -> part.strip().matches("[qQ]=0(\\.0*)?"));
                }
            }
        }
        return false;
    }

    /** Whether answers with this status never have a body; a length would be that of another answer (RFC 9110 §8.6). */
    static boolean isBodyless(int status) {
        return status == 204 || status == 304;
    }

    /** Makes the head of an answer of the gateway: framing and date, which a {@link Response} leaves out (RFC 9110 §6.6.1, §8.6). */
    static void writeHead(Response response, ResponseHead head, boolean bodyFollows, byte[] date) {
        head.clear();
        head.setStatus(response.status());
        copyFields(response.headers(), head.headers());
        if (!isBodyless(response.status())) {
            head.headers().add(HeaderName.CONTENT_LENGTH, response.body().length);
        }
        head.headers().set(HeaderName.DATE, date);
        head.setBodyLength(bodyFollows ? response.body().length : 0);
    }

    private static void copyFields(Headers from, Headers to) {
        for (int slot = 0; slot < from.slots(); slot++) {
            if (!from.isRemoved(slot)) {
                to.add(from, slot);
            }
        }
    }
}
