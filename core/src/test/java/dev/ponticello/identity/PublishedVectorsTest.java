package dev.ponticello.identity;

import static dev.ponticello.identity.Keys.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of the RFCs. Where the payload is no claims, the signature alone is looked at. */
class PublishedVectorsTest {
    private static final String JOES_CLAIMS = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
            + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    private static final long BEFORE_JOES_EXP = 1_300_819_379_999L;

    private static final String RFC_7520_PAYLOAD = "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IH"
            + "lvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlz"
            + "IG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4";
    private static final String BILBO = "bilbo.baggins@hobbiton.example";
    private static final String BILBOS_RSA = """
            {"keys":[{"kty":"RSA","kid":"bilbo.baggins@hobbiton.example","use":"sig","e":"AQAB","n":"%s"}]}
            """.formatted("n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_"
            + "AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6c"
            + "S6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbL"
            + "Y7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw");

    private static Verification verify(KeySet keys, JwsAlgorithm algorithm, String token) {
        return Tokens.verify(Tokens.verifier(keys, List.of(algorithm)).issuer("joe").build(), token, BEFORE_JOES_EXP);
    }

    private static void isGood(KeySet keys, JwsAlgorithm algorithm, String keyId, String signed, String signature) {
        byte[] bytes = signed.getBytes(StandardCharsets.US_ASCII);
        byte[] good = Base64.getUrlDecoder().decode(signature);
        assertThat(keys.verify(algorithm, keyId, bytes, 0, bytes.length, good)).isTrue();
        assertThat(keys.verify(algorithm, null, bytes, 0, bytes.length, good)).isTrue();

        assertThat(keys.verify(algorithm, "another", bytes, 0, bytes.length, good)).isFalse();
        assertThat(keys.verify(algorithm, keyId, bytes, 0, bytes.length - 1, good)).isFalse();
        good[good.length - 1] ^= 1;
        assertThat(keys.verify(algorithm, keyId, bytes, 0, bytes.length, good)).isFalse();
    }

    @Test
    void takesHs256OfRfc7515A1() {
        KeySet keys = read("""
                {"keys":[{"kty":"oct",
                "k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}]}""",
                JwsAlgorithm.HS256);
        String token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + JOES_CLAIMS
                + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

        assertThat(verify(keys, JwsAlgorithm.HS256, token)).isInstanceOf(VerifiedToken.class);
    }

    @Test
    void takesRs256OfRfc7515A2() {
        KeySet keys = read("""
                {"keys":[{"kty":"RSA","e":"AQAB","n":"%s"}]}
                """.formatted("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1P"
                + "t0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb"
                + "BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoud"
                + "F8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"), JwsAlgorithm.RS256);
        String token = "eyJhbGciOiJSUzI1NiJ9." + JOES_CLAIMS
                + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujG"
                + "bds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0Gar"
                + "ZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs"
                + "98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

        assertThat(verify(keys, JwsAlgorithm.RS256, token)).isInstanceOf(VerifiedToken.class);
    }

    @Test
    void takesEs256OfRfc7515A3() {
        KeySet keys = read("""
                {"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}""", JwsAlgorithm.ES256);
        String token = "eyJhbGciOiJFUzI1NiJ9." + JOES_CLAIMS
                + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

        assertThat(verify(keys, JwsAlgorithm.ES256, token)).isInstanceOf(VerifiedToken.class);
    }

    @Test
    void takesTheSignatureEs512OfRfc7515A4() {
        KeySet keys = read("""
                {"keys":[{"kty":"EC","crv":"P-521","kid":"a4",
                "x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
                "y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}]}""",
                JwsAlgorithm.ES512);

        isGood(keys, JwsAlgorithm.ES512, "a4", "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA",
                "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgo"
                        + "XD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn");
    }

    @Test
    void refusesTheUnsecuredTokenOfRfc7515A5() {
        for (JwsAlgorithm algorithm : Tokens.HMAC) {
            assertThat(verify(KeySet.of(Tokens.KEY), algorithm, "eyJhbGciOiJub25lIn0." + JOES_CLAIMS + "."))
                    .isEqualTo(TokenFault.ALGORITHM);
        }
    }

    @Test
    void takesTheSignatureRs256OfRfc7520Section41() {
        isGood(read(BILBOS_RSA, JwsAlgorithm.RS256), JwsAlgorithm.RS256, BILBO,
                "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." + RFC_7520_PAYLOAD,
                "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB"
                        + "-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnH"
                        + "XFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ4"
                        + "1Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg");
    }

    @Test
    void takesTheSignaturePs384OfRfc7520Section42() {
        isGood(read(BILBOS_RSA, JwsAlgorithm.PS384), JwsAlgorithm.PS384, BILBO,
                "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." + RFC_7520_PAYLOAD,
                "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6"
                        + "_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrx"
                        + "UeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOc"
                        + "bH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw");
    }

    @Test
    void takesTheSignatureEs512OfRfc7520Section43() {
        KeySet keys = read("""
                {"keys":[{"kty":"EC","kid":"bilbo.baggins@hobbiton.example","use":"sig","crv":"P-521",
                "x":"AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt",
                "y":"AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1"}]}""",
                JwsAlgorithm.ES512);

        isGood(keys, JwsAlgorithm.ES512, BILBO,
                "eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." + RFC_7520_PAYLOAD,
                "AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDy"
                        + "YjnAMDxXPn7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2");
    }

    @Test
    void takesTheSignatureHs256OfRfc7520Section44() {
        KeySet keys = read("""
                {"keys":[{"kty":"oct","kid":"018c0ae5-4d9b-471b-bfd6-eef314bc7037","use":"sig","alg":"HS256",
                "k":"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"}]}""", JwsAlgorithm.HS256);

        isGood(keys, JwsAlgorithm.HS256, "018c0ae5-4d9b-471b-bfd6-eef314bc7037",
                "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9." + RFC_7520_PAYLOAD,
                "s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0");
    }

    @Test
    void takesTheSignatureEd25519OfRfc8037A4() {
        KeySet keys = read(
                """
                        {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a2","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}""",
                JwsAlgorithm.EdDSA);

        isGood(keys, JwsAlgorithm.EdDSA, "a2", "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
                "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    }
}
