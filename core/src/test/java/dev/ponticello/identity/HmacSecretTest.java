package dev.ponticello.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HmacSecretTest {

    @Test
    void makesTheSignatureOfRfc7520Section44() {
        HmacSecret secret = new HmacSecret(
                Base64.getUrlDecoder().decode("hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"));
        byte[] signed = ("eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9"
                + ".SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAg"
                + "b250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpb"
                + "mcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] signature = Base64.getUrlDecoder().decode("s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0");

        assertThat(secret.sign(JwsAlgorithm.HS256, signed, 0, signed.length)).isEqualTo(signature);
        assertThat(secret.verify(JwsAlgorithm.HS256, signed, 0, signed.length, signature)).isTrue();
        assertThat(secret.verify(JwsAlgorithm.HS256, signed, 0, signed.length - 1, signature)).isFalse();
    }

    @Test
    void makesTheHashesOfRfc4231Case6() {
        byte[] key = new byte[131];
        Arrays.fill(key, (byte) 0xAA);
        HmacSecret secret = new HmacSecret(key);
        byte[] data = "Test Using Larger Than Block-Size Key - Hash Key First".getBytes(StandardCharsets.US_ASCII);

        assertThat(hex(secret.sign(JwsAlgorithm.HS256, data, 0, data.length)))
                .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
        assertThat(hex(secret.sign(JwsAlgorithm.HS384, data, 0, data.length)))
                .isEqualTo("4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c6"
                        + "0c2ef6ab4030fe8296248df163f44952");
        assertThat(hex(secret.sign(JwsAlgorithm.HS512, data, 0, data.length)))
                .isEqualTo("80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                        + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void asksForASecretAsLongAsTheHash() {
        assertThat(HmacSecret.problem(JwsAlgorithm.HS256, new byte[24]))
                .isEqualTo("secret: 24 bytes (expected: >= 32 for HS256)");
        assertThat(HmacSecret.problem(JwsAlgorithm.HS256, new byte[31]))
                .isEqualTo("secret: 31 bytes (expected: >= 32 for HS256)");
        assertThat(HmacSecret.problem(JwsAlgorithm.HS256, new byte[32])).isNull();
        assertThat(HmacSecret.problem(JwsAlgorithm.HS384, new byte[47]))
                .isEqualTo("secret: 47 bytes (expected: >= 48 for HS384)");
        assertThat(HmacSecret.problem(JwsAlgorithm.HS384, new byte[48])).isNull();
        assertThat(HmacSecret.problem(JwsAlgorithm.HS512, new byte[63]))
                .isEqualTo("secret: 63 bytes (expected: >= 64 for HS512)");
        assertThat(HmacSecret.problem(JwsAlgorithm.HS512, new byte[64])).isNull();
        assertThat(HmacSecret.problem(JwsAlgorithm.ES256, new byte[64]))
                .isEqualTo("secret: not for ES256 (expected: a P-256 key)");

        HmacSecret secret = new HmacSecret(new byte[48]);
        assertThat(secret.problem(JwsAlgorithm.HS384)).isNull();
        assertThat(secret.problem(JwsAlgorithm.HS512)).isEqualTo("secret: 48 bytes (expected: >= 64 for HS512)");
        assertThatThrownBy(() -> new HmacSecret(new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("secret: 0 bytes (expected: >= 32 for HS256)");
        assertThatThrownBy(() -> secret.sign(JwsAlgorithm.HS512, new byte[1], 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("secret: 48 bytes (expected: >= 64 for HS512)");
    }

    @Test
    void copiesTheSecret() {
        byte[] bytes = new byte[32];
        HmacSecret secret = new HmacSecret(bytes);
        byte[] before = secret.sign(JwsAlgorithm.HS256, new byte[]{1}, 0, 1);
        bytes[0] = 1;

        assertThat(secret.sign(JwsAlgorithm.HS256, new byte[]{1}, 0, 1)).isEqualTo(before);
    }
}
