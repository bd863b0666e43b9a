package dev.ponticello.identity;

import static dev.ponticello.identity.JwsAlgorithm.ES256;
import static dev.ponticello.identity.JwsAlgorithm.ES384;
import static dev.ponticello.identity.JwsAlgorithm.EdDSA;
import static dev.ponticello.identity.JwsAlgorithm.HS256;
import static dev.ponticello.identity.JwsAlgorithm.HS512;
import static dev.ponticello.identity.JwsAlgorithm.PS256;
import static dev.ponticello.identity.JwsAlgorithm.RS256;
import static dev.ponticello.identity.Keys.jwk;
import static dev.ponticello.identity.Keys.pair;
import static dev.ponticello.identity.Keys.pem;
import static dev.ponticello.identity.Keys.problems;
import static dev.ponticello.identity.Keys.read;
import static dev.ponticello.identity.Keys.set;
import static dev.ponticello.identity.Tokens.base64;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.ponticello.identity.JwsAlgorithm.Family;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyReaderTest {
    private static final KeyPair RSA = pair(Family.RSA);
    private static final KeyPair P_256 = pair(Family.P_256);
    private static final KeyPair ED25519 = pair(Family.ED25519);
    private static final String SECRET = "{\"kty\":\"oct\",\"k\":\"" + base64(new byte[32]) + "\"}";

    // ---- what is taken

    @Test
    void takesASetOfAnotherImplementation() throws JOSEException {
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("a").keyUse(KeyUse.SIGNATURE).generate();
        ECKey ec = new ECKeyGenerator(Curve.P_384).keyID("b").generate();
        OctetSequenceKey secret = new OctetSequenceKeyGenerator(512).keyID("c").generate();
        List<JWK> public_ = List.of(rsa.toPublicJWK(), ec.toPublicJWK(), secret);

        KeySet keys = read(new JWKSet(public_).toString(false), RS256, PS256, ES384, HS512);

        assertThat(keys).hasToString("KeySet[a P-384 key, a secret of 64 bytes, an RSA key]");
        assertThat(keys.hasKeyFor(ES384)).isTrue();
        assertThat(keys.hasKeyFor(ES256)).isFalse();
    }

    @Test
    void takesTheSameKeyInEveryForm() {
        RSAPublicKey rsa = (RSAPublicKey) RSA.getPublic();
        KeySet keys = read(pem(RSA), RS256);

        assertThat(read(set(jwk(RSA, Map.of())), RS256)).isEqualTo(keys);
        assertThat(read(pem("RSA PUBLIC KEY", pkcs1(rsa)), RS256)).isEqualTo(keys);
        assertThat(read(CERTIFICATE, RS256)).hasToString("KeySet[an RSA key]");
        assertThat(read(set(jwk(P_256, Map.of())), ES256)).isEqualTo(read(pem(P_256), ES256));
        assertThat(read(set(jwk(ED25519, Map.of())), EdDSA)).isEqualTo(read(pem(ED25519), EdDSA));
    }

    /** What stands in a SubjectPublicKeyInfo of RSA behind its first 24 bytes. */
    private static byte[] pkcs1(RSAPublicKey key) {
        byte[] info = key.getEncoded();
        return Arrays.copyOfRange(info, 24, info.length);
    }

    @Test
    void takesSeveralKeysOfOnePemFileWithTextBetween() {
        String file = "subject: one\r\n" + pem(RSA).replace("\n", "\r\n") + "\n# two\n" + pem(P_256).indent(2)
                + pem(ED25519) + "\nend";

        assertThat(read(file, RS256, ES256, EdDSA)).hasToString("KeySet[a P-256 key, an Ed25519 key, an RSA key]");
    }

    @Test
    void passesOverWhatIsNotForVerifying() {
        assertThat(read(set(jwk(RSA, Map.of("use", "enc", "kid", "a")), jwk(P_256, Map.of("kid", "a")),
                jwk(P_256, Map.of("key_ops", List.of("sign"), "kid", "b")),
                jwk(P_256, Map.of("key_ops", List.of("sign", "verify"), "kid", "c", "use", "sig")),
                "{\"kty\":\"oct\",\"k\":\"AAAA\",\"use\":\"enc\"}"), ES256))
                .hasToString("KeySet[a P-256 key, a P-256 key]");
    }

    @Test
    void passesOverOtherMembersOfASet() {
        String set = "{\"issuer\":\"x\",\"more\":{\"keys\":[1]},\"keys\":[" + jwk(RSA, Map.of("x5c", List.of("MII="),
                "exp", 1, "nested", Map.of("d", 1))) + "],\"list\":[1]}";

        assertThat(read(set, RS256)).isEqualTo(read(pem(RSA), RS256));
    }

    // ---- what is told

    @Test
    void warnsOfKeysThatNoAlgorithmUses() {
        assertThat(problems(pem(RSA) + pem(P_256), ES256)).isEqualTo(
                "keys: warning: the key at line 1 (an RSA key) is for none of the algorithms, and is passed over\n");
        assertThat(problems(set(jwk(P_256, Map.of()), SECRET, jwk(RSA, Map.of("alg", "PS256")),
                jwk(RSA, Map.of("alg", "RS256"))), ES256, RS256)).isEqualTo("""
                        keys: warning: key 2 (a secret of 32 bytes) is for none of the algorithms, and is passed over
                        keys: warning: key 3 (an RSA key) is for none of the algorithms, and is passed over
                        """);
    }

    @Test
    void warnsOfKeysThatItDoesNotKnow() {
        assertThat(problems(set(jwk(P_256, Map.of()), "{\"kty\":\"XX\"}",
                "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AA\",\"y\":\"AA\"}",
                "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"}", jwk(RSA, Map.of("alg", "RSA-OAEP"))), ES256))
                .isEqualTo("""
                        keys: warning: key 2 is of a kind that the gateway does not know, and is passed over
                        keys: warning: key 3 is of a kind that the gateway does not know, and is passed over
                        keys: warning: key 4 is of a kind that the gateway does not know, and is passed over
                        keys: warning: key 5 has an alg that the gateway does not know, and is passed over
                        """);
    }

    @Test
    void refusesAnAlgorithmWithoutAKey() {
        assertThat(problems(pem(RSA), RS256, ES256, HS512)).isEqualTo("""
                keys: no key for ES256 (expected: a P-256 key)
                keys: no key for HS512 (expected: a secret of at least 64 bytes)
                """);
        assertThat(problems("{\"keys\":[]}", EdDSA)).isEqualTo("keys: no key for EdDSA (expected: an Ed25519 key)\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY",
        "OPENSSH PRIVATE KEY"})
    void refusesAPrivateKeyInPem(String label) {
        assertThat(problems(pem(RSA) + pem(label, RSA.getPrivate().getEncoded()), RS256))
                .isEqualTo("keys: the key at line 10: a private key"
                        + " (expected: public keys; a gateway needs no private one)\n");
    }

    @Test
    void refusesAPrivateKeyInASet() throws JOSEException {
        String rsa = new RSAKeyGenerator(2048).generate().toString();
        String ec = new ECKeyGenerator(Curve.P_256).keyUse(KeyUse.ENCRYPTION).generate().toString();

        assertThat(problems(set(rsa, ec, jwk(ED25519, Map.of("d", "AA")), "{\"kty\":\"XX\",\"d\":1}"), RS256))
                .isEqualTo(
                        IntStream.rangeClosed(1, 4)
                                .mapToObj(i -> "keys: key " + i + ": a private key"
                                        + " (expected: public keys; a gateway needs no private one)\n")
                                .collect(Collectors.joining()));
    }

    @Test
    void refusesWeakAndCostlyRsa() {
        KeyPair weak = Keys.rsa(1024);
        String found = "RSA with 1024 bits (expected: 2048 to 8192 bits)\n";
        assertThat(problems(pem(weak), RS256)).isEqualTo("keys: the key at line 1: " + found);
        assertThat(problems(pem("RSA PUBLIC KEY", pkcs1of1024((RSAPublicKey) weak.getPublic())), RS256))
                .isEqualTo("keys: the key at line 1: " + found);
        assertThat(problems(set(jwk(weak, Map.of())), RS256)).isEqualTo("keys: key 1: " + found);

        String costly = base64(((RSAPublicKey) RSA.getPublic()).getModulus().shiftLeft(7000).setBit(0).toByteArray());
        assertThat(problems(set(jwk(RSA, Map.of("n", costly))), RS256))
                .isEqualTo("keys: key 1: RSA with 9048 bits (expected: 2048 to 8192 bits)\n");
        String even = base64(((RSAPublicKey) RSA.getPublic()).getModulus().clearBit(0).toByteArray());
        assertThat(problems(set(jwk(RSA, Map.of("n", even))), RS256))
                .isEqualTo("keys: key 1: RSA with an even modulus (expected: a product of two primes)\n");
        for (String exponent : List.of("BA", "_____w8B", "AQAAAAE")) {
            assertThat(problems(set(jwk(RSA, Map.of("e", exponent))), RS256)).isEqualTo("keys: key 1: RSA with an"
                    + " exponent that is even, 1 or longer than 32 bits (expected: 65537)\n");
        }
    }

    private static byte[] pkcs1of1024(RSAPublicKey key) {
        byte[] info = key.getEncoded();
        return Arrays.copyOfRange(info, 22, info.length);
    }

    @Test
    void refusesPointsThatAreNotOnTheCurve() {
        String other = base64(coordinate((ECPublicKey) Keys.fresh(Family.P_256).getPublic()));
        assertThat(problems(set(jwk(P_256, Map.of("y", other))), ES256))
                .isEqualTo("keys: key 1: a point that is not on P-256 (expected: a public key)\n");
        assertThat(problems(set(jwk(P_256, Map.of("x", base64(new byte[32]), "y", base64(new byte[32])))), ES256))
                .isEqualTo("keys: key 1: a point that is not on P-256 (expected: a public key)\n");
        assertThat(problems(set(jwk(P_256, Map.of("x", base64(new byte[33])))), ES256))
                .isEqualTo("keys: key 1: x of 33 bytes (expected: 32 bytes)\n");
        assertThat(problems(set(jwk(ED25519, Map.of("x", base64(new byte[31])))), EdDSA))
                .isEqualTo("keys: key 1: x of 31 bytes (expected: 32 bytes)\n");
        // No x of the curve belongs to y = 2.
        byte[] noPoint = new byte[32];
        noPoint[0] = 2;
        assertThat(problems(set(jwk(ED25519, Map.of("x", base64(noPoint)))), EdDSA)).startsWith("keys: key 1: no ");
    }

    private static byte[] coordinate(ECPublicKey key) {
        byte[] info = key.getEncoded();
        return Arrays.copyOfRange(info, info.length - 32, info.length);
    }

    @Test
    void refusesKeysOfOtherKindsInPem() {
        assertThat(problems(pem(Keys.ec("secp256r1")) + pem(Keys.pairOf("X25519")) + pem(Keys.pairOf("Ed448")), ES256))
                .isEqualTo(
                        """
                                keys: the key at line 5: broken, or of another kind (expected: RSA, P-256, P-384, P-521 or Ed25519)
                                keys: the key at line 8: broken, or of another kind (expected: RSA, P-256, P-384, P-521 or Ed25519)
                                """);
        assertThat(problems(pem(Keys.pairOf("RSASSA-PSS")), PS256)).contains("broken, or of another kind");
    }

    @Test
    void refusesBrokenPem() {
        byte[] info = RSA.getPublic().getEncoded();
        assertThat(problems(pem("PUBLIC KEY", Arrays.copyOf(info, 100)), RS256)).contains("line 1: broken, or of");
        assertThat(problems(pem("CERTIFICATE", info), RS256))
                .isEqualTo("keys: the key at line 1: broken (expected: CERTIFICATE in base64)\n");
        assertThat(problems(pem("RSA PUBLIC KEY", new byte[0]), RS256)).contains("line 1: broken, or of");
        assertThat(problems(pem(RSA).replace("M", "!"), RS256))
                .isEqualTo("keys: the key at line 1: broken (expected: PUBLIC KEY in base64)\n");
        assertThat(problems("-----BEGIN PUBLIC KEY-----\nAAAA\n", RS256)).isEqualTo("keys: the key at line 1: no end"
                + " (expected: a line -----END with the words of its -----BEGIN)\n");
        assertThat(problems(pem("X509 CRL", info), RS256)).isEqualTo("keys: the key at line 1: no public key by its"
                + " first line (expected: PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE)\n");
    }

    @Test
    void refusesTheSameKidTwice() {
        assertThat(problems(set(jwk(RSA, Map.of("kid", "a")), jwk(P_256, Map.of("kid", "b")),
                jwk(RSA, Map.of("kid", "a"))), RS256, ES256))
                .isEqualTo("keys: key 3: the kid of key 1 (expected: a kid for each)\n");
    }

    @Test
    void refusesAnAlgorithmThatDoesNotFitItsKey() {
        String shortSecret = SECRET.replace("}", ",\"alg\":\"HS512\"}");
        assertThat(
                problems(set(jwk(RSA, Map.of("alg", "ES256")), jwk(P_256, Map.of("alg", "ES384")), shortSecret), RS256))
                .isEqualTo("""
                        keys: key 1: ES256 with an RSA key (expected: a P-256 key)
                        keys: key 2: ES384 with a P-256 key (expected: a P-384 key)
                        keys: key 3: HS512 with a secret of 32 bytes (expected: a secret of at least 64 bytes)
                        """);
    }

    @Test
    void refusesShortSecrets() {
        assertThat(problems(set("{\"kty\":\"oct\",\"k\":\"AAAA\"}"), HS256))
                .isEqualTo("keys: key 1: a secret of 3 bytes (expected: a secret of at least 32 bytes)\n");
    }

    @Test
    void refusesMembersOfAnotherKind() {
        assertThat(problems(set("1", "[]", "{}", "{\"kty\":1}", jwk(RSA, Map.of("kid", 1)), jwk(RSA, Map.of("use", 1)),
                jwk(RSA, Map.of("alg", 1)), jwk(RSA, Map.of("key_ops", "verify")), jwk(RSA, Map.of("n", 1)),
                "{\"kty\":\"RSA\",\"e\":\"AQAB\"}", jwk(RSA, Map.of("n", "AA==")), jwk(RSA, Map.of("n", "A+/A"))),
                RS256))
                .isEqualTo("""
                        keys: key 1: no object (expected: a JWK)
                        keys: key 2: no object (expected: a JWK)
                        keys: key 3: no kty (expected: a JWK)
                        keys: key 4: kty that is no text (expected: a text)
                        keys: key 5: kid that is no text (expected: a text)
                        keys: key 6: use that is no text (expected: a text)
                        keys: key 7: alg that is no text (expected: a text)
                        keys: key 8: key_ops that is no list of texts (expected: a list like ["verify"])
                        keys: key 9: n that is no text (expected: a text)
                        keys: key 10: no n (expected: a JWK)
                        keys: key 11: n that is not base64url (expected: base64url without padding)
                        keys: key 12: n that is not base64url (expected: base64url without padding)
                        """);
    }

    @Test
    void refusesWhatIsNoKeyFile() {
        assertThat(problems("", RS256)).isEqualTo("keys: neither JSON nor PEM (expected: a JWK set, or PEM with public"
                + " keys)\n");
        assertThat(problems("[]", RS256)).startsWith("keys: neither JSON nor PEM");
        assertThat(problems(jwk(RSA, Map.of()), RS256))
                .isEqualTo("keys: JSON without a list 'keys' (expected: a JWK set: {\"keys\": [...]})\n");
        assertThat(problems("{\"keys\":{}}", RS256)).startsWith("keys: JSON without a list 'keys'");
        assertThat(problems("{\"keys\":[]}{}", RS256)).startsWith("keys: more than one JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\n\"keys\":[}", "{\n\"keys\":[1,\"s3cret", "{\n\"keys\":s3cret}",
        "{\n\"keys\":[],\"keys\":[]}",
        "{\n\"keys\":[{\"kty\":\"oct\",\"kty\":\"s3cret\"}]}", "{\n\"a\":1", "{\n\"a\":1 } s3cret"})
    void refusesBadJsonWithoutTellingWhatStandsThere(String json) {
        assertThat(problems(json, RS256)).contains("keys: bad JSON at line ")
                .endsWith(" (expected: strict JSON, each name once in its object)\n")
                .doesNotContain("s3cret");
    }

    @Test
    void refusesTooManyKeys() {
        String[] keys = IntStream.range(0, 101).mapToObj(i -> jwk(P_256, Map.of("kid", i + ""))).toArray(String[]::new);
        assertThat(problems(set(keys), ES256)).isEqualTo("keys: 101 keys (expected: at most 100)\n");
        assertThat(problems(set(Arrays.copyOf(keys, 100)), ES256)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"P_384", "P_521"})
    void knowsEachCurve(Family family) {
        assertThat(read(pem(pair(family)), family == Family.P_384 ? ES384 : JwsAlgorithm.ES512))
                .hasToString("KeySet[" + family.key() + "]");
    }

    /** Made with openssl for this test; its private key is gone. */
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIDDzCCAfegAwIBAgIUcSg//PGM2AFDpuM8Nx2bNwlj0Y0wDQYJKoZIhvcNAQEL
            BQAwFjEUMBIGA1UEAwwLaWRwLmV4YW1wbGUwIBcNMjYxMTI1MDE1NjAwWhgPMjEy
            NjExMDEwMTU2MDBaMBYxFDASBgNVBAMMC2lkcC5leGFtcGxlMIIBIjANBgkqhkiG
            9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvp0eN/t5ywJEKXgodUkC/64W6u08jDv2Ysi6
            5PIA4PI7soCkanaV8KKp7SPHhuMk2H2NxSx3L9+MTKXP6wWY38LiMwGzlXaIHnON
            Ps5ecu8PXmXk3eKsAbd7pf7klrGwozRwOQvXn+UFksBgtRqC35YmplUCsDtyIIXJ
            we504T97gy1LziHVluj40uZ6QJGYOe51ju0rDoYY9Eezs/fcZGriQHZbr0cj5yT8
            g81yFJvhhAuXgEGugeMDKVgo+8t6Lh5biNwNsd/ePnwg9PbYTo+V00YmPdstNu/D
            MhC23/LJiZZa4fcv3vrmrPKQtDNGpDBHOZgpMHWfT96hAj5E2QIDAQABo1MwUTAd
            BgNVHQ4EFgQUNJxkhl47vVZHEinvmd0IxCHdps0wHwYDVR0jBBgwFoAUNJxkhl47
            vVZHEinvmd0IxCHdps0wDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOC
            AQEAbxnXo8qTDyBF57jJG6QiZ+HUe7PN52+ixxStoHtsvgf7obAV4/t9dI6Q2Luj
            NJZVZhpteu0DgmXfz5floak31W17cDbU83le5Vv/Yb/CZsJYOhvL93qYZd2sp694
            67KGyZokB8qIq/bEbHDI/hcUQz6IkFg490asJPXxee/yvoqmNn5QbzRBD1Pcmk3q
            Gu/IZ5Ns3mZ+e4z2qee7AYTtTDjNP3zlDRT4dhti21JhYFvp3osl4EMzE83aC5/8
            8qJ4usZZnBj1tI45JIcx7EHD7RajHzj7ZPRf5Y7RkMSpkaa4KiZTjMWqUDXWvBb3
            hs11ErzSXYGQ2hB52YBsuKAkMw==
            -----END CERTIFICATE-----
            """;
}
