package dev.ponticello.simulation;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens that the clients of a simulation have. */
final class Tokens {
    static final String SECRET = "a secret of more than thirty-two bytes, for simulations";
    static final String GOOD = token(SECRET);
    static final String BAD = token("another secret, which nobody but a forger would ever use");

    private Tokens() {}

    private static String token(String secret) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        // The year 2100.
        String signed = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.US_ASCII)) + "."
                + base64.encodeToString("{\"sub\":\"simulation\",\"exp\":4102444800}"
                        .getBytes(StandardCharsets.US_ASCII));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + base64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256: missing (expected: in every JDK)", e);
        }
    }
}
