package dev.ponticello.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Makes signed tokens for demonstrations: whoever asks gets the subject and the role that they name. Immutable, may be
 * used by any thread.
 */
public final class TokenIssuer {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    // Escaped, every string can be written, those with half a surrogate pair too.
    private static final JsonFactory FACTORY = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final HmacSecret secret;
    private final JwsAlgorithm algorithm;
    private final long expiresInSeconds;
    private final String header;

    /**
     * An issuer of tokens that live so long, in whole seconds.
     *
     * @throws IllegalArgumentException if the secret is too short for the algorithm, or the life is under a second
     */
    public TokenIssuer(HmacSecret secret, JwsAlgorithm algorithm, Duration expiresIn) {
        String problem = secret.problem(algorithm);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        if (expiresIn.toSeconds() < 1) {
            throw new IllegalArgumentException("expires-in: " + expiresIn + " (expected: >= 1s)");
        }
        this.secret = secret;
        this.algorithm = algorithm;
        this.expiresInSeconds = expiresIn.toSeconds();
        this.header = BASE64URL.encodeToString(
                ("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}").getBytes(StandardCharsets.US_ASCII));
    }

    /** How long each token lives. */
    public long expiresInSeconds() {
        return expiresInSeconds;
    }

    /** A token with {@code sub}, {@code role}, {@code iat} and {@code exp}. */
    public String issue(String subject, String role, long nowMillis) {
        long issuedAt = Math.floorDiv(nowMillis, 1000);
        ByteArrayOutputStream claims = new ByteArrayOutputStream(128);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), claims)) {
            json.writeStartObject();
            json.writeStringProperty("sub", subject);
            json.writeStringProperty("role", role);
            json.writeNumberProperty("iat", issuedAt);
            json.writeNumberProperty("exp", issuedAt + expiresInSeconds);
            json.writeEndObject();
        }
        String signed = header + "." + BASE64URL.encodeToString(claims.toByteArray());
        byte[] bytes = signed.getBytes(StandardCharsets.US_ASCII);
        return signed + "." + BASE64URL.encodeToString(secret.sign(algorithm, bytes, 0, bytes.length));
    }
}
