package dev.ponticello.policy;

import dev.ponticello.coding.ContentCoding;
import dev.ponticello.config.CompressionConfig;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Policy;
import dev.ponticello.http.BodyCoding;
import dev.ponticello.http.BodyLength;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.Method;
import dev.ponticello.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The policy {@code compression}: bodies that gain by it go out in a content coding that the client accepts (RFC 9110
 * §8.4, §12.5.3).
 *
 * <table>
 * <caption>What is left as it is</caption>
 * <tr><td>a body that is short, empty, or of a type that does not gain</td></tr>
 * <tr><td>a part of a body: 206, {@code Content-Range}</td></tr>
 * <tr><td>one that has a coding already, or a digest of its bytes (RFC 9530)</td></tr>
 * <tr><td>{@code Cache-Control: no-transform}, in the request or in the answer</td></tr>
 * <tr><td>an exchange with {@code Cookie} or {@code Set-Cookie}, unless the config allows it: the length of a coded body
 * that holds both a secret and what an attacker sent tells the secret (BREACH)</td></tr>
 * <tr><td>the answer to a preflight</td></tr>
 * <tr><td>what comes while the coders of the loop take all the memory that they may have</td></tr>
 * </table>
 *
 * <p>A body without a known length counts as long, and goes out as soon as it comes, as does an event stream. A short body
 * is coded too if the client accepts it in no other form. Every answer of a type that gains has
 * {@code Vary: Accept-Encoding}. A coded answer loses {@code Content-Length} and {@code Accept-Ranges}, and its strong
 * ETag becomes a weak one, because its bytes are not those that the endpoint named (RFC 9110 §8.8.1).
 *
 * <p>The answer to HEAD has the fields that the answer to GET would have. Where the endpoint gives HEAD no length, whether
 * GET would get a coded body is not known: then the answer has no {@code Content-Encoding} and no {@code Accept-Ranges},
 * and the weak ETag, which holds for both (RFC 9110 §8.8.3.2, §9.3.2).
 *
 * <p>Threads: immutable, shared by all loops.
 */
public final class CompressionPolicy implements Policy {
    private static final HeaderName ACCEPT_RANGES = HeaderName.of("Accept-Ranges");
    private static final String IDENTITY = "identity";
    private static final List<HeaderName> DIGESTS = List.of(HeaderName.of("Content-Digest"),
            HeaderName.of("Repr-Digest"), HeaderName.of("Digest"), HeaderName.of("Content-MD5"));

    private final long minSize;
    private final boolean cookies;
    private final List<ContentCoding> codings;

    /**
     * The policy for a config. Loads what its codings need, so not on a loop.
     *
     * @throws IllegalArgumentException if the machine cannot have a coding that the config names
     */
    public CompressionPolicy(CompressionConfig config) {
        this(config, ContentCoding::absence);
    }

    /** @param absences why a coding cannot be had; null if it can */
    CompressionPolicy(CompressionConfig config, Function<ContentCoding, @Nullable String> absences) {
        this.minSize = config.minSize();
        this.cookies = config.cookies();
        List<CompressionConfig.Coding> named = config.codings();
        List<ContentCoding> had = new ArrayList<>();
        for (CompressionConfig.Coding wanted : named == null ? CompressionConfig.USUAL_CODINGS : named) {
            ContentCoding coding = coding(wanted);
            String absence = absences.apply(coding);
            if (absence == null) {
                had.add(coding);
            } else if (named != null) {
                throw new IllegalArgumentException("codings: " + coding.label() + " is not to be had on this machine: "
                        + absence + " (expected: codings that it has, or none named)");
            }
        }
        this.codings = List.copyOf(had);
    }

    private static ContentCoding coding(CompressionConfig.Coding coding) {
        return switch (coding) {
            case ZSTD -> ContentCoding.ZSTD;
            case BR -> ContentCoding.BR;
            case GZIP -> ContentCoding.GZIP;
            case DEFLATE -> ContentCoding.DEFLATE;
        };
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead response) {
        Headers fields = response.headers();
        if (exchange.isPreflight() || response.status() == 206 || !CompressibleTypes.include(fields)) {
            return;
        }
        VaryField.add(fields, HeaderName.ACCEPT_ENCODING);
        Headers request = exchange.request().headers();
        boolean head = exchange.request().method().equals(Method.HEAD);
        long length = head ? lengthForGet(response) : response.bodyLength();
        if (length == 0 || exchange.hasResponseCoding() || isBound(fields) || isUntouchable(request)
                || mayTellSecrets(request, fields)) {
            return;
        }
        ContentCoding coding = choose(request, length >= 0 && length < minSize);
        if (coding == null) {
            return;
        }
        if (head && length < 0) {
            fields.remove(ACCEPT_RANGES);
            weakenTag(fields);
            return;
        }
        if (!head) {
            BodyCoding coder = coding.begin(exchange.loop());
            if (coder == null) {
                return;
            }
            exchange.codeResponse(coder, length < 0 || CompressibleTypes.isEventStream(fields));
            response.setBodyLength(BodyLength.CHUNKED);
        }
        fields.add(HeaderName.CONTENT_ENCODING, coding.label());
        fields.remove(HeaderName.CONTENT_LENGTH);
        fields.remove(ACCEPT_RANGES);
        weakenTag(fields);
    }

    /** The length of the body that an answer to HEAD speaks of (RFC 9110 §8.6, §9.3.2). */
    private static long lengthForGet(ResponseHead response) {
        if (response.status() == 204 || response.status() == 304) {
            return 0;
        }
        String length = response.headers().get(HeaderName.CONTENT_LENGTH);
        return length == null ? BodyLength.CHUNKED : Long.parseLong(length);
    }

    /** Whether something in the answer holds only for the bytes as they are. */
    private static boolean isBound(Headers response) {
        if (isUntouchable(response) || response.contains(HeaderName.CONTENT_ENCODING)
                || response.contains(HeaderName.CONTENT_RANGE)) {
            return true;
        }
        for (int i = 0; i < DIGESTS.size(); i++) {
            if (response.contains(DIGESTS.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** RFC 9111 §5.2.1.6, §5.2.2.6. */
    private static boolean isUntouchable(Headers fields) {
        return fields.hasMember(HeaderName.CACHE_CONTROL, "no-transform");
    }

    private boolean mayTellSecrets(Headers request, Headers response) {
        return !cookies && (request.contains(HeaderName.COOKIE) || response.contains(HeaderName.SET_COOKIE));
    }

    /** The coding that the client likes best, of equals the one that the config names first; null for none. */
    private @Nullable ContentCoding choose(Headers request, boolean small) {
        ContentCoding best = null;
        int bestWeight = 0;
        for (int i = 0; i < codings.size(); i++) {
            int weight = AcceptEncoding.weight(request, codings.get(i).label());
            if (weight > bestWeight) {
                best = codings.get(i);
                bestWeight = weight;
            }
        }
        if (best == null) {
            return null;
        }
        int plain = AcceptEncoding.weight(request, IDENTITY);
        return plain > bestWeight || (small && plain != 0) ? null : best;
    }

    private static void weakenTag(Headers fields) {
        int slot = fields.find(HeaderName.ETAG, 0);
        if (slot < 0 || fields.bytes()[fields.valueStart(slot)] != '"') {
            return;
        }
        int length = fields.valueEnd(slot) - fields.valueStart(slot);
        byte[] weak = new byte[length + 2];
        weak[0] = 'W';
        weak[1] = '/';
        System.arraycopy(fields.bytes(), fields.valueStart(slot), weak, 2, length);
        fields.set(HeaderName.ETAG, weak);
    }
}
