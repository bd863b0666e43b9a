package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.testing.Certificates;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of certificates and keys: which are taken, and what is said of the others. */
class TlsFilesTest {
    private static final String PASSWORD = "correct horse";

    @TempDir
    Path folder = Path.of("");

    private Certificates certificates = new Certificates(folder);
    private X509Bundle good = certificates.issue("a.example");

    @BeforeEach
    void makeCertificates() {
        certificates = new Certificates(folder);
        good = certificates.issue("a.example");
        certificates.write("good", good);
    }

    /** All that is said of a listener with this {@code tls}, a line for each. */
    private String said(String tls) {
        return Configs.problems("""
                listeners:
                  - address: 127.0.0.1:0
                    tls:
                """ + tls.indent(6) + """
                routes: [{ path: /, answer: health }]
                """, Map.of("PASSWORD", PASSWORD)).replace(folder + "/", "");
    }

    private String said(String certificate, String key) {
        return said("certificate: " + folder.resolve(certificate) + "\nkey: " + folder.resolve(key));
    }

    private String saidWithPassword(String certificate, String key, String password) {
        return said("certificate: " + folder.resolve(certificate) + "\nkey: " + folder.resolve(key)
                + "\nkey-password: " + password);
    }

    // ---- taken

    @Test
    void takesKeysInEveryFormat() throws Exception {
        assertThat(said("good.pem", "good-key.pem")).isEmpty();
        PrivateKey key = good.getKeyPair().getPrivate();
        certificates.write("sec1.pem", pem("EC PRIVATE KEY", sec1(key)));
        assertThat(said("good.pem", "sec1.pem")).isEmpty();
        for (var algorithm : List.of(PKCS8Generator.AES_256_CBC, PKCS8Generator.AES_128_CBC,
                PKCS8Generator.PBE_SHA1_3DES)) {
            certificates.write("encrypted.pem", encrypted(key, algorithm));
            assertThat(saidWithPassword("good.pem", "encrypted.pem", "${PASSWORD}")).as(algorithm.getId()).isEmpty();
        }
        X509Bundle rsa = certificates.issue(builder -> builder.rsa2048(), "rsa.example");
        certificates.write("rsa", rsa);
        assertThat(said("rsa.pem", "rsa-key.pem")).isEmpty();
        certificates.write("pkcs1.pem", pem("RSA PRIVATE KEY", pkcs1(rsa.getKeyPair().getPrivate())));
        assertThat(said("rsa.pem", "pkcs1.pem")).isEmpty();
        certificates.write("both.pem", good.getPrivateKeyPEM() + "\n" + good.getCertificatePathPEM());
        assertThat(said("certificate: " + folder.resolve("both.pem"))).isEmpty();
        writePkcs12(key, PASSWORD);
        assertThat(said("certificate: " + folder.resolve("good.p12") + "\nkey-password: ${PASSWORD}")).isEmpty();
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }

    /** The ECPrivateKey in a PKCS#8 of P-256, with its curve named as OpenSSL does. */
    private static byte[] sec1(PrivateKey key) {
        byte[] pkcs8 = key.getEncoded();
        byte[] secret = HexFormat.of().parseHex("%064x".formatted(
                ((ECPrivateKey) key).getS()));
        byte[] curve = HexFormat.of().parseHex("a00a06082a8648ce3d030107");
        assertThat(HexFormat.of().formatHex(pkcs8)).contains("06082a8648ce3d030107");
        byte[] sec1 = new byte[7 + 32 + curve.length];
        byte[] head = {0x30, (byte) (sec1.length - 2), 2, 1, 1, 4, 32};
        System.arraycopy(head, 0, sec1, 0, head.length);
        System.arraycopy(secret, 0, sec1, head.length, 32);
        System.arraycopy(curve, 0, sec1, head.length + 32, curve.length);
        return sec1;
    }

    /** The RSAPrivateKey in a PKCS#8: behind a head of 26 bytes for 2048 bits. */
    private static byte[] pkcs1(PrivateKey key) {
        byte[] pkcs8 = key.getEncoded();
        return Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    }

    private static String encrypted(PrivateKey key, ASN1ObjectIdentifier algorithm) throws Exception {
        return pem("ENCRYPTED PRIVATE KEY", encryptedInfo(key, algorithm));
    }

    private static byte[] encryptedInfo(PrivateKey key, ASN1ObjectIdentifier algorithm) throws Exception {
        var encryptor = new JceOpenSSLPKCS8EncryptorBuilder(algorithm).setProvider(new BouncyCastleProvider())
                .setPassword(PASSWORD.toCharArray()).build();
        return new JcaPKCS8Generator(key, encryptor).generate().getContent();
    }

    private void writePkcs12(PrivateKey key, String password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, password.toCharArray());
        store.setKeyEntry("any", key, password.toCharArray(), new Certificate[]{good.getCertificate()});
        try (var out = Files.newOutputStream(folder.resolve("good.p12"))) {
            store.store(out, password.toCharArray());
        }
    }

    // ---- refused

    @Test
    void readsNothingThatHasNoEnd() {
        assertThat(said("certificate: /dev/zero\nkey: " + folder.resolve("good-key.pem")))
                .isEqualTo("gw.yaml:4:20: certificate: '/dev/zero' is not a regular file (expected: a file)\n");
    }

    @Test
    void tellsOfAKeyWithoutItsCertificate() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD.toCharArray());
        store.setKeyEntry("any", encryptedInfo(good.getKeyPair().getPrivate(), PKCS8Generator.AES_256_CBC), null);
        try (var out = Files.newOutputStream(folder.resolve("alone.p12"))) {
            store.store(out, PASSWORD.toCharArray());
        }
        assertThat(said("certificate: " + folder.resolve("alone.p12") + "\nkey-password: ${PASSWORD}"))
                .contains("a private key without a certificate");
    }

    @Test
    void tellsWhereAFileIsMissing() {
        assertThat(said("none.pem", "good-key.pem"))
                .isEqualTo("gw.yaml:4:20: certificate: 'none.pem' does not exist (expected: a file)\n");
        assertThat(said("good.pem", "none.pem"))
                .isEqualTo("gw.yaml:5:12: key: 'none.pem' does not exist (expected: a file)\n");
        assertThat(said("certificate: " + folder + "\nkey: x")).contains("gw.yaml:4:20: certificate:",
                "is not a regular file");
    }

    @Test
    void refusesAKeyOfAnotherCertificate() {
        certificates.write("other", certificates.issue("other.example"));
        assertThat(said("good.pem", "other-key.pem")).isEqualTo(
                "gw.yaml:5:12: key: not the key of the certificate for CN=a.example (expected: the private key of it)\n");
        certificates.write("rsa", certificates.issue(builder -> builder.rsa2048(), "rsa.example"));
        assertThat(said("good.pem", "rsa-key.pem")).contains("not the key of the certificate");
    }

    @Test
    void refusesWhatIsNoCertificateAndNoKey() {
        certificates.write("text.pem", "hello");
        certificates.write("broken.pem", pem("CERTIFICATE", new byte[]{1, 2, 3}));
        certificates.write("base64.pem", "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n");
        certificates.write("endless.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n");
        certificates.write("broken-key.pem", pem("PRIVATE KEY", new byte[]{1, 2, 3}));
        certificates.write("sec1.pem", pem("EC PRIVATE KEY", new byte[]{0x30, 3, 2, 1, 1}));
        certificates.write("dsa.pem", pem("DSA PRIVATE KEY", new byte[]{1}));
        certificates.write("old.pem", """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED

                AAAA
                -----END RSA PRIVATE KEY-----
                """);
        assertThat(said("text.pem", "good-key.pem")).contains("certificate: no certificate in it");
        assertThat(said("good-key.pem", "good-key.pem")).contains("certificate: no certificate in it");
        assertThat(said("good.pem", "good.pem")).contains("key: no private key in it");
        assertThat(said("broken.pem", "good-key.pem")).contains("certificate 1 of the file is broken");
        assertThat(said("base64.pem", "good-key.pem")).contains("CERTIFICATE is broken");
        assertThat(said("endless.pem", "good-key.pem")).contains("CERTIFICATE without an end");
        assertThat(said("good.pem", "broken-key.pem")).contains("a key that is broken, or of another kind");
        assertThat(said("good.pem", "sec1.pem")).contains("an EC key that is broken, or does not name its curve");
        assertThat(said("good.pem", "dsa.pem")).contains("a key of the kind DSA PRIVATE KEY");
        assertThat(said("good.pem", "old.pem")).contains("encrypted in the old way of OpenSSL", "openssl pkcs8 -topk8");
        assertThat(said("certificate: " + folder.resolve("text.pem"))).contains("neither PEM nor PKCS#12");
    }

    @Test
    void refusesAnEncryptedKeyWithoutItsPassword() throws Exception {
        PrivateKey key = good.getKeyPair().getPrivate();
        certificates.write("encrypted.pem", encrypted(key, PKCS8Generator.AES_256_CBC));
        assertThat(said("good.pem", "encrypted.pem"))
                .isEqualTo("gw.yaml:5:12: key: an encrypted key (expected: key-password beside it)\n");
        assertThat(saidWithPassword("good.pem", "encrypted.pem", "wrong"))
                .contains("gw.yaml:5:12: key: an encrypted key that key-password does not open")
                .doesNotContain("wrong");
        writePkcs12(key, PASSWORD);
        assertThat(said("certificate: " + folder.resolve("good.p12"))).contains("key-password beside it");
        assertThat(said("certificate: " + folder.resolve("good.p12") + "\nkey-password: wrong"))
                .contains("neither PEM nor PKCS#12 that key-password opens");
    }

    @Test
    void refusesAWeakKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        var pair = generator.generateKeyPair();
        X509Bundle weak = certificates.issue(builder -> builder.keyPair(pair), "weak.example");
        certificates.write("weak", weak);
        assertThat(said("weak.pem", "weak-key.pem"))
                .isEqualTo("gw.yaml:4:20: certificate: an RSA key of 1024 bits (expected: at least 2048)\n");
        certificates.write("ed", certificates.issue(
                builder -> builder.algorithm(CertificateBuilder.Algorithm.ed25519), "ed.example"));
        assertThat(said("ed.pem", "ed-key.pem")).contains("of another kind (expected: RSA, P-256, P-384 or P-521)");
    }

    @Test
    void warnsOfTheTime() {
        Instant now = Instant.now();
        certificates.write("expired", certificates.issue(Certificates::expired, "a.example"));
        certificates.write("early",
                certificates.issue(builder -> builder.notBefore(now.plus(Duration.ofDays(1))), "a.example"));
        certificates.write("late",
                certificates.issue(builder -> builder.notAfter(now.plus(Duration.ofDays(3))), "a.example"));
        assertThat(said("expired.pem", "expired-key.pem"))
                .startsWith("gw.yaml:4:20: warning: certificate: the certificate has expired: it was valid until 20");
        assertThat(said("early.pem", "early-key.pem"))
                .startsWith("gw.yaml:4:20: warning: certificate: the certificate is not valid yet: from 20");
        assertThat(said("late.pem", "late-key.pem"))
                .startsWith("gw.yaml:4:20: warning: certificate: the certificate expires soon: it is valid until 20");
    }

    @Test
    void tellsOfEveryCertificateAtItsPlace() {
        assertThat(said("""
                certificate: %1$s/good.pem
                key: %1$s/good-key.pem
                certificates:
                  - { certificate: %1$s/good.pem, key: %1$s/good-key.pem }
                  - { certificate: %1$s/none.pem, key: %1$s/good-key.pem }
                client-certificate: { ca: %1$s/gone.pem }
                """.formatted(folder))).isEqualTo("""
                gw.yaml:8:26: certificate: 'none.pem' does not exist (expected: a file)
                gw.yaml:9:33: ca: 'gone.pem' does not exist (expected: a file)
                """);
    }

    @Test
    void tellsOfFilesBesideOtherProblems() {
        assertThat(Configs.problems("""
                listeners:
                  - { address: "127.0.0.1:0", tls: { certificate: /none.pem, key: /none.pem } }
                  - { address: "127.0.0.1:1", tls: { min-version: 1.1 } }
                upstreams:
                  users: { endpoints: [https://users], tls: { ca: /gone.pem } }
                routes: [{ path: /, to: nobody }]
                """, Map.of())).contains("'/none.pem' does not exist", "'/gone.pem' does not exist",
                "unknown upstream 'nobody'", "neither 'certificate' nor 'certificates'",
                "min-version: '1.1' (expected: 1.2 or 1.3)")
                .doesNotContain("stand-in");
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThat(said("certificate: a.pem\ngroups: [P-255]")).contains("groups[0]: 'P-255'", "did you mean 'P-256'?");
        assertThat(said("certificate: a.pem\nciphers: [TLS_RSA_WITH_AES_128_CBC_SHA]")).contains("ciphers[0]");
        assertThat(said("certificates: []")).contains("certificate: missing");
        assertThat(said("certificates: [{ certificate: a.pem }]\nkey: b.pem"))
                .contains("key: written without 'certificate'");
        assertThat(Configs.problems("""
                listeners: [{ address: "127.0.0.1:0", redirect-to-https: 0 }]
                upstreams:
                  a: { endpoints: [http://a], tls: { server-name: b } }
                  b: { endpoints: [https://b], tls: { insecure: true, ca: x.pem } }
                  c: { endpoints: [https://c], tls: { server-name: "c:1" } }
                  d: { endpoints: [https://d], tls: { key: x.pem } }
                routes: [{ path: /, answer: health }]
                """, Map.of())).contains("redirect-to-https: 0 (expected: 1 to 65535)",
                "gw.yaml:3:31: tls: no endpoint has TLS (expected: https:// in the URLs of endpoints)",
                "ca: written beside 'insecure: true'", "insecure: anybody on the way",
                "server-name: 'c:1' (expected: a name like users.internal)", "key: written without 'certificate'");
    }

    @Test
    void warnsOfWhatHasNoEffect() {
        assertThat(Configs.problems(
                """
                        listeners:
                          - { address: "127.0.0.1:0", half-close: allow, tls: { certificate: "%1$s/good.pem", key: "%1$s/good-key.pem" } }
                          - { address: "127.0.0.1:1", redirect-to-https: 8443, tls: { certificate: "%1$s/good.pem", key: "%1$s/good-key.pem" } }
                        routes: [{ path: /, answer: health }]
                        """
                        .formatted(folder),
                Map.of())).contains("warning: half-close: has no effect",
                        "redirect-to-https: written beside 'tls'");
    }
}
