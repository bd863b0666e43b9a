package dev.ponticello.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens of any shape, well formed or not, with a signature that is right for what stands before it. */
public final class Tokens {
    public static final byte[] SECRET = "a secret of sixty-four bytes, long enough for each HMAC hash used"
            .substring(0, 64)
            .getBytes(StandardCharsets.US_ASCII);
    static final HmacSecret KEY = new HmacSecret(SECRET);
    static final List<JwsAlgorithm> HMAC = List.of(JwsAlgorithm.HS256, JwsAlgorithm.HS384, JwsAlgorithm.HS512);
    static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    /** 2023-11-14T22:13:20Z. */
    static final long NOW = 1_700_000_000_000L;
    static final long EXP = 1_700_003_600L;
    static final String CLAIMS = "{\"sub\":\"1\",\"role\":\"admin\",\"exp\":" + EXP + "}";

    private Tokens() {}

    static TokenVerifier.Builder verifier(HmacSecret secret, List<JwsAlgorithm> algorithms) {
        return verifier(KeySet.of(secret), algorithms);
    }

    static TokenVerifier.Builder verifier(KeySet keys, List<JwsAlgorithm> algorithms) {
        return TokenVerifier.builder(keys, algorithms, new Random(1));
    }

    static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A token with these claims. */
    public static String token(String claims) {
        return token(HEADER, claims);
    }

    static String token(String header, String claims) {
        return signed(base64(header) + "." + base64(claims));
    }

    /** The text, signed as it stands by HS256. */
    static String signed(String text) {
        return text + "." + base64(hmac("HmacSHA256", SECRET, text));
    }

    static byte[] hmac(String algorithm, byte[] secret, String text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            return mac.doFinal(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static Verification verify(TokenVerifier verifier, String token) {
        return verify(verifier, token, NOW);
    }

    static Verification verify(TokenVerifier verifier, String token, long nowMillis) {
        return verify(verifier, token.getBytes(StandardCharsets.ISO_8859_1), nowMillis);
    }

    /** Verifies in the middle of other bytes, as the token stands in a head. */
    static Verification verify(TokenVerifier verifier, byte[] token, long nowMillis) {
        byte[] head = new byte[token.length + 12];
        System.arraycopy("Bearer ".getBytes(StandardCharsets.US_ASCII), 0, head, 0, 7);
        System.arraycopy(token, 0, head, 7, token.length);
        head[token.length + 7] = '\r';
        head[token.length + 8] = '\n';
        return verifier.verify(new TokenProbe(), head, 7, 7 + token.length, nowMillis);
    }
}
