package dev.ponticello.app.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens made by hand, so that they can be wrong in every way; signed with {@link TestGateway#SECRET}. */
final class Tokens {
    static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    static final String CLAIMS = "{\"sub\":\"u1\",\"exp\":9999999999}";

    private Tokens() {}

    static String good() {
        return of(HEADER, CLAIMS);
    }

    static String claiming(String claims) {
        return of(HEADER, claims);
    }

    static String of(String header, String claims) {
        return signed(encode(header.getBytes(UTF_8)) + "." + encode(claims.getBytes(UTF_8)));
    }

    /** Puts the signature after what is to be signed, which may be anything. */
    static String signed(String input) {
        return input + "." + encode(mac("HmacSHA256", TestGateway.SECRET.getBytes(UTF_8), input));
    }

    static byte[] mac(String algorithm, byte[] key, String input) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(input.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
