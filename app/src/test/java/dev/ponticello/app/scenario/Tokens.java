package dev.ponticello.app.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens made by hand, so that they can be wrong in every way; signed with {@link TestGateway#SECRET} or a key pair. */
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

    /** A token signed with a private key by one of RS256, PS256, ES256 and EdDSA. */
    static String signed(String algorithm, KeyPair pair, String header, String claims) {
        String input = encode(header.getBytes(UTF_8)) + "." + encode(claims.getBytes(UTF_8));
        return input + "." + encode(signature(algorithm, pair, input));
    }

    /** The same with the plain header. */
    static String signed(String algorithm, KeyPair pair, String claims) {
        return signed(algorithm, pair, "{\"alg\":\"" + algorithm + "\"}", claims);
    }

    static byte[] signature(String algorithm, KeyPair pair, String input) {
        try {
            Signature signature = Signature.getInstance(switch (algorithm) {
                case "RS256" -> "SHA256withRSA";
                case "PS256" -> "RSASSA-PSS";
                case "ES256" -> "SHA256withECDSAinP1363Format";
                default -> "Ed25519";
            });
            if (algorithm.equals("PS256")) {
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            }
            signature.initSign(pair.getPrivate());
            signature.update(input.getBytes(UTF_8));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A fresh pair for RS256 and PS256 with 2048 bits, for ES256, or for EdDSA. */
    static KeyPair pairFor(String algorithm) {
        try {
            return switch (algorithm) {
                case "ES256" -> {
                    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                    generator.initialize(new ECGenParameterSpec("secp256r1"));
                    yield generator.generateKeyPair();
                }
                case "EdDSA" -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                default -> {
                    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                    generator.initialize(2048);
                    yield generator.generateKeyPair();
                }
            };
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The public half in PEM. */
    static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** The public half of an RSA key as a JWK. */
    static String rsaJwk(KeyPair pair, String id) {
        byte[] modulus = ((RSAPublicKey) pair.getPublic()).getModulus().toByteArray();
        // The first byte is a zero for the sign.
        return "{\"kty\":\"RSA\",\"kid\":\"" + id + "\",\"e\":\"AQAB\",\"n\":\""
                + encode(Arrays.copyOfRange(modulus, 1, modulus.length)) + "\"}";
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
