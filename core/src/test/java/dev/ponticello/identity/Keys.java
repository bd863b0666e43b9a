package dev.ponticello.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.ponticello.config.Problems;
import dev.ponticello.config.TokenKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Key pairs of every kind, made once, and what another implementation signs with them. */
final class Keys {
    /** All but HMAC. */
    static final List<JwsAlgorithm> ASYMMETRIC = List.of(JwsAlgorithm.values())
            .subList(Tokens.HMAC.size(), JwsAlgorithm.values().length);

    private static final Map<JwsAlgorithm.Family, KeyPair> PAIRS = new EnumMap<>(JwsAlgorithm.Family.class);

    private Keys() {}

    /** The keys of a file that has nothing wrong. */
    static KeySet read(String file, JwsAlgorithm... algorithms) {
        Problems problems = new Problems();
        KeySet keys = KeyReader.read(new TokenKeys(file), List.of(algorithms), "keys", problems);
        assertThat(problems.toString()).isEmpty();
        return Objects.requireNonNull(keys);
    }

    /** What is wrong with a file, a line for each. */
    static String problems(String file, JwsAlgorithm... algorithms) {
        Problems problems = new Problems();
        KeySet keys = KeyReader.read(new TokenKeys(file), List.of(algorithms), "keys", problems);
        assertThat(keys == null).as(problems.toString()).isEqualTo(problems.hasErrors());
        return problems.toString();
    }

    /** The pair of this kind that all tests share. */
    static synchronized KeyPair pair(JwsAlgorithm.Family family) {
        return PAIRS.computeIfAbsent(family, Keys::fresh);
    }

    static KeyPair fresh(JwsAlgorithm.Family family) {
        return switch (family) {
            case HMAC -> throw new IllegalArgumentException("HMAC has no pairs");
            case RSA -> rsa(2048);
            case P_256 -> ec("secp256r1");
            case P_384 -> ec("secp384r1");
            case P_521 -> ec("secp521r1");
            case ED25519 -> pairOf("Ed25519");
        };
    }

    /** A pair as the JDK makes it when it is told no more than the name. */
    static KeyPair pairOf(String name) {
        try {
            return KeyPairGenerator.getInstance(name).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The public keys of all kinds that these algorithms ask for, in PEM. */
    static KeySet setFor(Collection<JwsAlgorithm> algorithms) {
        StringBuilder pem = new StringBuilder();
        algorithms.stream().map(JwsAlgorithm::family).distinct().forEach(family -> pem.append(pem(pair(family))));
        return read(pem.toString(), algorithms.toArray(JwsAlgorithm[]::new));
    }

    /** The public half, in PEM. */
    static String pem(KeyPair pair) {
        return pem("PUBLIC KEY", pair.getPublic().getEncoded());
    }

    static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    /** A token with these claims, made by nimbus; by the JDK for Ed25519, which nimbus has only with Tink. */
    static String token(JwsAlgorithm algorithm, String header, String claims) {
        return token(algorithm, pair(algorithm.family()), header, claims);
    }

    static String token(JwsAlgorithm algorithm, KeyPair pair, String header, String claims) {
        try {
            if (algorithm == JwsAlgorithm.EdDSA) {
                String text = Tokens.base64(header) + "." + Tokens.base64(claims);
                return text + "." + Tokens.base64(sign(pair, text));
            }
            JWSSigner signer = algorithm.family() == JwsAlgorithm.Family.RSA ? new RSASSASigner(pair.getPrivate())
                    : new ECDSASigner((ECPrivateKey) pair.getPrivate());
            JWSObject token = new JWSObject(JWSHeader.parse(header), new Payload(claims));
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException | ParseException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] sign(KeyPair pair, String text) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(text.getBytes(StandardCharsets.US_ASCII));
        return signature.sign();
    }

    /** The header of a token, without a {@code kid}. */
    static String header(JwsAlgorithm algorithm) {
        return "{\"alg\":\"" + algorithm + "\"}";
    }

    /** The header of a token with a {@code kid}. */
    static String header(JwsAlgorithm algorithm, String keyId) {
        return "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + keyId + "\"}";
    }

    /** The public half as nimbus writes it, or the JDK's bytes for Ed25519, with more members or none. */
    static String jwk(KeyPair pair, Map<String, Object> members) {
        Map<String, Object> jwk = new LinkedHashMap<>(switch (pair.getPublic()) {
            case RSAPublicKey rsa -> new RSAKey.Builder(rsa).build().toJSONObject();
            case ECPublicKey ec -> new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build()
                    .toJSONObject();
            default -> {
                byte[] info = pair.getPublic().getEncoded();
                yield Map.<String, Object>of("kty", "OKP", "crv", "Ed25519", "x",
                        Tokens.base64(Arrays.copyOfRange(info, info.length - 32, info.length)));
            }
        });
        jwk.putAll(members);
        return JSONObjectUtils.toJSONString(jwk);
    }

    /** A JWK set. */
    static String set(String... jwks) {
        return "{\"keys\":[" + String.join(",", jwks) + "]}";
    }
}
