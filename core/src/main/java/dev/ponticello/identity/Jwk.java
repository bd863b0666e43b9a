package dev.ponticello.identity;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key of a JWK set (RFC 7517 §4), with the members that RFC 7518 §6 and RFC 8037 §2 give each kind. */
record Jwk(Claims members) {
    private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth");
    private static final int ED25519_BYTES = 32;
    /** What stands before a public key of Ed25519 in its SubjectPublicKeyInfo (RFC 8410 §4). */
    private static final byte[] ED25519_START = HexFormat.of().parseHex("302a300506032b6570032100");

    /** Refuses what holds a private half; a secret is no such thing. */
    void refusePrivate() throws InvalidKey {
        if (!required("kty").equals("oct")
                && PRIVATE_MEMBERS.stream().anyMatch(member -> members.get(member) != null)) {
            throw InvalidKey.isPrivate();
        }
    }

    /** Whether its {@code use} and its {@code key_ops} let it verify signatures (RFC 7517 §4.2, §4.3). */
    boolean mayVerify() throws InvalidKey {
        String use = text("use");
        boolean operation = switch (members.get("key_ops")) {
            case null -> true;
            case Claim.Texts operations -> operations.values().contains("verify");
            default -> throw new InvalidKey("key_ops that is no list of texts", "a list like [\"verify\"]");
        };
        return operation && (use == null || use.equals("sig"));
    }

    /** The key; null if it is of a kind that the gateway does not know. */
    @Nullable
    VerificationKey key() throws InvalidKey {
        return switch (required("kty")) {
            case "RSA" -> made("RSA", new RSAPublicKeySpec(number(bytes("n")), number(bytes("e"))));
            case "EC" -> ec();
            case "OKP" -> "Ed25519".equals(text("crv")) ? ed25519() : null;
            case "oct" -> secret();
            default -> null;
        };
    }

    /** The member; null if there is none. */
    @Nullable
    String text(String member) throws InvalidKey {
        String text = members.string(member);
        if (text == null && members.get(member) != null) {
            throw new InvalidKey(member + " that is no text", "a text");
        }
        return text;
    }

    private @Nullable VerificationKey ec() throws InvalidKey {
        EcCurve curve = EcCurve.named(text("crv"));
        if (curve == null) {
            return null;
        }
        ECPoint point = new ECPoint(number(bytes("x", curve.fieldBytes())), number(bytes("y", curve.fieldBytes())));
        return made("EC", new ECPublicKeySpec(point, curve.parameters()));
    }

    private VerificationKey ed25519() throws InvalidKey {
        byte[] x = bytes("x", ED25519_BYTES);
        byte[] info = Arrays.copyOf(ED25519_START, ED25519_START.length + x.length);
        System.arraycopy(x, 0, info, ED25519_START.length, x.length);
        return made("Ed25519", new X509EncodedKeySpec(info));
    }

    private VerificationKey secret() throws InvalidKey {
        byte[] secret = bytes("k");
        if (HmacSecret.problem(JwsAlgorithm.HS256, secret) != null) {
            throw new InvalidKey("a secret of " + secret.length + " bytes", JwsAlgorithm.HS256.key());
        }
        return new HmacSecret(secret);
    }

    private static VerificationKey made(String kind, KeySpec spec) throws InvalidKey {
        try {
            return IssuerKey.of(KeyFactory.getInstance(kind).generatePublic(spec));
        } catch (GeneralSecurityException e) {
            throw new InvalidKey("no " + kind + " key", "a public key");
        }
    }

    private String required(String member) throws InvalidKey {
        String text = text(member);
        if (text == null) {
            throw new InvalidKey("no " + member, "a JWK");
        }
        return text;
    }

    private byte[] bytes(String member, int length) throws InvalidKey {
        byte[] bytes = bytes(member);
        if (bytes.length != length) {
            throw new InvalidKey(member + " of " + bytes.length + " bytes", length + " bytes");
        }
        return bytes;
    }

    private byte[] bytes(String member) throws InvalidKey {
        byte[] text = required(member).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Base64Url.decode(text, 0, text.length);
        if (bytes == null) {
            throw new InvalidKey(member + " that is not base64url", "base64url without padding");
        }
        return bytes;
    }

    private static BigInteger number(byte[] bytes) {
        return new BigInteger(1, bytes);
    }

    /** Tells nothing: it may be a secret. */
    @Override
    public String toString() {
        return "Jwk";
    }
}
