package dev.ponticello.simulation;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens that the clients of a simulation have, and the fields that bring them. */
final class Tokens {
    static final String SECRET = "a secret of more than thirty-two bytes, for simulations";
    /** Whose they are. */
    static final String SUBJECT = "simulation";

    private static final String HS256 = "{\"alg\":\"HS256\"}";
    /** The year 2100. */
    private static final String CLAIMS = "{\"sub\":\"" + SUBJECT + "\",\"exp\":4102444800}";
    static final String GOOD = token(HS256, CLAIMS);
    static final String BAD = signed(HS256, CLAIMS, "another secret, which nobody but a forger would ever use");

    /** Fields with tokens that nobody has signed who may. */
    static final String[] FORGED = {
        bearer(base64("{\"alg\":\"none\"}") + "." + base64(CLAIMS) + "."),
        bearer(base64("{\"alg\":\"None\"}") + "." + base64(CLAIMS) + "." + base64("x")),
        bearer(token("{\"alg\":\"RS256\"}", CLAIMS)),
        bearer(base64("{\"alg\":\"ES256\"}") + "." + base64(CLAIMS) + "." + base64("\0".repeat(64))),
        bearer(base64(HS256) + "." + base64(CLAIMS) + "." + base64("\0".repeat(32))),
        bearer(signed("{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"eA\"}}", CLAIMS, "x")),
        bearer(token("{\"alg\":\"HS256\",\"kid\":\"../../dev/null\",\"crit\":[\"x\"],\"x\":1}", CLAIMS)),
    };
    /** Fields that bring more than one, or one that is too much. */
    static final String[] ODD = {
        bearer(GOOD) + "\r\n" + bearer(GOOD),
        bearer(GOOD) + "\r\nauthorization: Basic eDp4",
        bearer(token(HS256, "{\"exp\":4102444800,\"a\":" + "[".repeat(100) + "]".repeat(100) + "}")),
        bearer(token(HS256, "{\"exp\":1e400}")),
        bearer(token(HS256, "{\"exp\":\"4102444800\"}")),
    };
    /** Fields with tokens that a lenient reader would take. */
    static final String[] LOOSE = {
        bearer(token(HS256, "{\"sub\":\"a\",\"sub\":\"b\",\"exp\":4102444800}")),
        bearer(token("{\"alg\":\"HS256\",\"alg\":\"HS256\"}", CLAIMS)),
        bearer(token(HS256, "{\"exp\":null}")),
        bearer(token(HS256, "{\"exp\":[4102444800]}")),
        bearer(token(HS256, "{\"sub\":\"a\"}")),
        bearer(token(HS256, "{\"exp\":1}")),
        bearer(token(HS256, "\u00ef\u00bb\u00bf" + CLAIMS)),
        bearer(token(HS256, "{\"sub\":\"a\\r\\nX-User: admin\",\"exp\":4102444800}")),
        bearer(GOOD + "="),
        bearer(GOOD + " " + "x"),
        bearer(GOOD.substring(0, GOOD.length() - 1)),
        bearer(GOOD.replace('.', '+')),
    };

    private Tokens() {}

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    private static String token(String header, String claims) {
        return signed(header, claims, SECRET);
    }

    private static String signed(String header, String claims, String secret) {
        String text = base64(header) + "." + base64(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signature = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256: missing (expected: in every JDK)", e);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
