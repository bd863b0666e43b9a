package dev.ponticello.identity;

import dev.ponticello.config.Problems;
import dev.ponticello.config.TokenKeys;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the keys of a file: a JWK set (RFC 7517 §5), or PEM (RFC 7468) with public keys and certificates.
 *
 * <table>
 * <caption>What becomes of a key</caption>
 * <tr><td>a private key; one that is broken or too weak; a {@code kid} written twice; an {@code alg} that the key cannot
 * be used with; over 100 keys</td><td>a problem</td></tr>
 * <tr><td>of a JWK set: not for verifying, by its {@code use} or {@code key_ops}</td><td>passed over</td></tr>
 * <tr><td>of a kind or for an {@code alg} that the gateway does not know, or that no listed algorithm uses</td><td>passed
 * over with a warning</td></tr>
 * <tr><td>all others</td><td>taken; the one algorithm for it is its {@code alg} if it has one</td></tr>
 * </table>
 *
 * <p>What a certificate says beside its key, such as its names and its end, is not looked at.
 */
public final class KeyReader {
    /** A token without a {@code kid} is tried with every key of its algorithm. */
    private static final int MAX_KEYS = 100;
    private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth");
    private static final String NO_PRIVATE_KEY = "public keys; a gateway needs no private one";
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";
    /** What stands before the 32 bytes of a public key of Ed25519 in its SubjectPublicKeyInfo (RFC 8410 §4). */
    private static final byte[] ED25519_START = HexFormat.of().parseHex("302a300506032b6570032100");
    /** The algorithm of RSA in a SubjectPublicKeyInfo (RFC 8017 §A.1). */
    private static final byte[] RSA_ALGORITHM = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    private final Collection<JwsAlgorithm> algorithms;
    private final String path;
    private final Problems problems;
    private final List<KeySet.Entry> entries = new ArrayList<>();
    private final Map<String, String> namesById = new HashMap<>();
    private int keys;
    private boolean failed;

    private KeyReader(Collection<JwsAlgorithm> algorithms, String path, Problems problems) {
        this.algorithms = algorithms;
        this.path = path;
        this.problems = problems;
    }

    /**
     * The keys, at least one for each algorithm; null if there are problems.
     *
     * @param path where the file is named; every problem is told there
     */
    public static @Nullable KeySet read(TokenKeys file, Collection<JwsAlgorithm> algorithms, String path,
            Problems problems) {
        KeyReader reader = new KeyReader(algorithms, path, problems);
        reader.read(file.text());
        return reader.failed ? null : new KeySet(reader.entries);
    }

    private void read(String text) {
        if (text.stripLeading().startsWith("{")) {
            readJwkSet(text);
        } else if (text.contains(BEGIN)) {
            readPem(text);
        } else {
            error("neither JSON nor PEM", "a JWK set, or PEM with public keys");
        }
        if (keys > MAX_KEYS) {
            error(keys + " keys", "at most " + MAX_KEYS);
        }
        if (failed) {
            return;
        }
        for (JwsAlgorithm algorithm : algorithms) {
            if (entries.stream().noneMatch(entry -> entry.isFor(algorithm))) {
                error("no key for " + algorithm, algorithm.key());
            }
        }
    }

    // ---- JWK set

    private void readJwkSet(String text) {
        try (JsonParser json = StrictJson.parser(text)) {
            json.nextToken();
            boolean found = false;
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                boolean list = json.nextToken() == JsonToken.START_ARRAY;
                if (list && name.equals("keys")) {
                    found = true;
                    readJwks(json);
                } else {
                    json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                error("more than one JSON object", "a JWK set");
            } else if (!found) {
                error("JSON without a list 'keys'", "a JWK set: {\"keys\": [...]}");
            }
        } catch (JacksonException e) {
            // Its words could hold a piece of a secret.
            error("bad JSON at line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr(),
                    "strict JSON, each name once in its object");
        }
    }

    private void readJwks(JsonParser json) {
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            keys++;
            String name = "key " + keys;
            if (token == JsonToken.START_OBJECT) {
                try {
                    addJwk(name, StrictJson.object(json));
                } catch (InvalidKey e) {
                    error(name + ": " + e.found(), e.expected());
                }
            } else {
                error(name + ": no object", "a JWK");
                json.skipChildren();
            }
        }
    }

    private void addJwk(String name, Claims jwk) throws InvalidKey {
        String type = required(jwk, "kty");
        if (!type.equals("oct") && PRIVATE_MEMBERS.stream().anyMatch(member -> jwk.get(member) != null)) {
            throw new InvalidKey("a private key", NO_PRIVATE_KEY);
        }
        String use = optional(jwk, "use");
        String algorithm = optional(jwk, "alg");
        String id = optional(jwk, "kid");
        if ((use != null && !use.equals("sig")) || !mayVerify(jwk)) {
            return;
        }
        JwsAlgorithm only = algorithm == null ? null : JwsAlgorithm.named(algorithm);
        if (algorithm != null && only == null) {
            problems.warning(path, name + " has an alg that the gateway does not know, and is passed over");
            return;
        }
        VerificationKey key = switch (type) {
            case "RSA" -> rsa(jwk);
            case "EC" -> ec(jwk);
            case "OKP" -> "Ed25519".equals(jwk.string("crv")) ? ed25519(jwk) : null;
            case "oct" -> secret(jwk);
            default -> null;
        };
        if (key == null) {
            problems.warning(path, name + " is of a kind that the gateway does not know, and is passed over");
            return;
        }
        if (only != null && !key.fits(only)) {
            throw new InvalidKey(only + " with " + key, only.key());
        }
        String first = id == null ? null : namesById.putIfAbsent(id, name);
        if (first != null) {
            throw new InvalidKey("the kid of " + first, "a kid for each");
        }
        add(name, new KeySet.Entry(id, key, only));
    }

    private static boolean mayVerify(Claims jwk) throws InvalidKey {
        return switch (jwk.get("key_ops")) {
            case null -> true;
            case Claim.Texts operations -> operations.values().contains("verify");
            default -> throw new InvalidKey("key_ops that is no list of texts", "a list like [\"verify\"]");
        };
    }

    private static VerificationKey rsa(Claims jwk) throws InvalidKey {
        return made("RSA",
                new RSAPublicKeySpec(new BigInteger(1, bytes(jwk, "n")), new BigInteger(1, bytes(jwk, "e"))));
    }

    private static @Nullable VerificationKey ec(Claims jwk) throws InvalidKey {
        EcCurve curve = EcCurve.named(jwk.string("crv"));
        if (curve == null) {
            return null;
        }
        BigInteger x = new BigInteger(1, bytes(jwk, "x", curve.fieldBytes()));
        BigInteger y = new BigInteger(1, bytes(jwk, "y", curve.fieldBytes()));
        return made("EC", new ECPublicKeySpec(new ECPoint(x, y), curve.parameters()));
    }

    private static VerificationKey ed25519(Claims jwk) throws InvalidKey {
        byte[] x = bytes(jwk, "x", 32);
        byte[] info = Arrays.copyOf(ED25519_START, ED25519_START.length + x.length);
        System.arraycopy(x, 0, info, ED25519_START.length, x.length);
        return made("Ed25519", new X509EncodedKeySpec(info));
    }

    private static VerificationKey secret(Claims jwk) throws InvalidKey {
        byte[] secret = bytes(jwk, "k");
        if (HmacSecret.problem(JwsAlgorithm.HS256, secret) != null) {
            throw new InvalidKey("a secret of " + secret.length + " bytes", JwsAlgorithm.HS256.key());
        }
        return new HmacSecret(secret);
    }

    private static String required(Claims jwk, String member) throws InvalidKey {
        String text = optional(jwk, member);
        if (text == null) {
            throw new InvalidKey("no " + member, "a JWK");
        }
        return text;
    }

    private static @Nullable String optional(Claims jwk, String member) throws InvalidKey {
        String text = jwk.string(member);
        if (text == null && jwk.get(member) != null) {
            throw new InvalidKey(member + " that is no text", "a text");
        }
        return text;
    }

    private static byte[] bytes(Claims jwk, String member, int length) throws InvalidKey {
        byte[] bytes = bytes(jwk, member);
        if (bytes.length != length) {
            throw new InvalidKey(member + " of " + bytes.length + " bytes", length + " bytes");
        }
        return bytes;
    }

    private static byte[] bytes(Claims jwk, String member) throws InvalidKey {
        byte[] text = required(jwk, member).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Base64Url.decode(text, 0, text.length);
        if (bytes == null) {
            throw new InvalidKey(member + " that is not base64url", "base64url without padding");
        }
        return bytes;
    }

    // ---- PEM

    private void readPem(String text) {
        String label = null;
        String name = "";
        StringBuilder base64 = new StringBuilder();
        int number = 0;
        for (String line : text.lines().map(String::strip).toList()) {
            number++;
            if (label == null && line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                label = line.substring(BEGIN.length(), Math.max(BEGIN.length(), line.length() - DASHES.length()));
                name = "the key at line " + number;
                base64.setLength(0);
                keys++;
            } else if (label != null && line.equals("-----END " + label + DASHES)) {
                addPem(name, label, base64.toString());
                label = null;
            } else if (label != null) {
                base64.append(line);
            }
        }
        if (label != null) {
            error(name + ": no end", "a line -----END with the words of its -----BEGIN");
        }
    }

    private void addPem(String name, String label, String base64) {
        try {
            if (label.endsWith("PRIVATE KEY")) {
                throw new InvalidKey("a private key", NO_PRIVATE_KEY);
            }
            byte[] der = Base64.getDecoder().decode(base64);
            PublicKey key = switch (label) {
                case "PUBLIC KEY" -> publicKey(der);
                case "RSA PUBLIC KEY" -> publicKey(infoOf(der));
                case "CERTIFICATE" -> CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der)).getPublicKey();
                default -> throw new InvalidKey("no public key by its first line",
                        "PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE");
            };
            add(name, new KeySet.Entry(null, IssuerKey.of(key), null));
        } catch (InvalidKey e) {
            error(name + ": " + e.found(), e.expected());
        } catch (IllegalArgumentException | CertificateException e) {
            error(name + ": broken", "a " + label);
        }
    }

    /** The key of a SubjectPublicKeyInfo, whose kind the JDK has to be told. */
    private static PublicKey publicKey(byte[] info) throws InvalidKey {
        for (String kind : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(info));
            } catch (InvalidKeySpecException e) {
                // Of another kind, or broken.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a JDK without " + kind, e);
            }
        }
        throw new InvalidKey("broken, or of another kind", "RSA, P-256, P-384, P-521 or Ed25519");
    }

    /** The SubjectPublicKeyInfo around an RSAPublicKey (RFC 8017 §A.1.1). */
    private static byte[] infoOf(byte[] rsaPublicKey) {
        byte[] withUnusedBits = concat(new byte[1], rsaPublicKey);
        return der(0x30, concat(RSA_ALGORITHM, der(0x03, withUnusedBits)));
    }

    /** A value of at most 64 KiB in the distinguished encoding (X.690 §10.1). */
    private static byte[] der(int tag, byte[] content) {
        int length = content.length;
        byte[] start = length < 0x80 ? new byte[]{(byte) tag, (byte) length}
                : length < 0x100 ? new byte[]{(byte) tag, (byte) 0x81, (byte) length}
                        : new byte[]{(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        return concat(start, content);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    // ---- both

    private static VerificationKey made(String kind, KeySpec spec) throws InvalidKey {
        try {
            return IssuerKey.of(KeyFactory.getInstance(kind).generatePublic(spec));
        } catch (GeneralSecurityException e) {
            throw new InvalidKey("no " + kind + " key", "a public key");
        }
    }

    private void add(String name, KeySet.Entry entry) {
        if (algorithms.stream().anyMatch(entry::isFor)) {
            entries.add(entry);
        } else {
            problems.warning(path, name + " (" + entry.key() + ") is for none of the algorithms, and is passed over");
        }
    }

    private void error(String found, String expected) {
        failed = true;
        problems.error(path, found, expected);
    }
}
