package dev.ponticello.app.scenario;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.ReceivedRequest;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that must not let anybody in: the hostile rows 47, 48 and 48b, from the client's socket to the endpoint's. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class HostileTokenTest {
    private static final KeyPair RSA = Tokens.pairFor("RS256");
    private static final KeyPair EC = Tokens.pairFor("ES256");
    private static final KeyPair ED = Tokens.pairFor("EdDSA");

    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    private Path directory = Path.of("");

    private TestGateway gatewayTo(ScriptedEndpoint endpoint) {
        return gatewayTo(endpoint, "algorithms: [HS256], secret: \"${SECRET}\"");
    }

    private TestGateway gatewayTo(ScriptedEndpoint endpoint, String keys) {
        return TestGateway.start(transport, """
                upstreams:
                  users: { endpoints: ["%s"] }
                groups:
                  - path: /api
                    policies:
                      - bearer-token: { %s, forward-claims: { sub: X-User-Id, role: X-User-Role } }
                    routes:
                      - { path: /**, to: users }
                """.formatted(endpoint.url(), keys));
    }

    /** Each of these is answered with 401 on one connection, and none of them reaches the endpoint. */
    private void refuses(String... tokens) {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint)) {
            refuses(endpoint, gateway, Tokens.good(), tokens);
        }
    }

    /** The same where the gateway has public keys: of RSA, of EC and of Ed25519. */
    private void refusesByKeys(String... tokens) throws IOException {
        Path file = Files.writeString(directory.resolve("keys.pem"), Tokens.pem(RSA) + Tokens.pem(EC) + Tokens.pem(ED));
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint,
                        "algorithms: [RS256, PS256, ES256, EdDSA], keys: \"" + file.toAbsolutePath() + "\"")) {
            refuses(endpoint, gateway, Tokens.signed("ES256", EC, Tokens.CLAIMS), tokens);
        }
    }

    private static void refuses(ScriptedEndpoint endpoint, TestGateway gateway, String good, String... tokens) {
        try (var client = RawClient.connect(gateway.port())) {
            for (String token : tokens) {
                Response response = ask(client, "Authorization: Bearer " + token);
                assertThat(response.status()).as(token).isEqualTo(401);
                assertThat(response.header("WWW-Authenticate")).as(token).startsWith("Bearer");
            }
            assertThat(endpoint.requests()).isZero();
            assertThat(ask(client, "Authorization: Bearer " + good).status()).isEqualTo(200);
        }
    }

    private static Response ask(RawClient client, String fields) {
        return client.ask("GET /api/x HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n".formatted(fields));
    }

    @Test
    void row47_refusesTokensThatChooseTheirOwnVerification() {
        String claims = Tokens.encode(Tokens.CLAIMS.getBytes(UTF_8));
        String none = Tokens.encode("{\"alg\":\"none\"}".getBytes(UTF_8));
        refuses(none + "." + claims + ".", none + "." + claims, none + "." + claims + ".AAAA",
                Tokens.of("{\"alg\":\"none\"}", Tokens.CLAIMS), Tokens.of("{\"alg\":\"None\"}", Tokens.CLAIMS),
                Tokens.of("{\"alg\":\"hs256\"}", Tokens.CLAIMS), Tokens.of("{\"alg\":\"HS512\"}", Tokens.CLAIMS),
                Tokens.of("{\"alg\":\"RS256\"}", Tokens.CLAIMS), Tokens.of("{\"alg\":\"ES256\"}", Tokens.CLAIMS),
                Tokens.of("{\"alg\":\"\"}", Tokens.CLAIMS), Tokens.of("{\"typ\":\"JWT\"}", Tokens.CLAIMS),
                Tokens.of("{\"alg\":[\"HS256\"]}", Tokens.CLAIMS),
                Tokens.of("{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", Tokens.CLAIMS),
                Tokens.of("{\"alg\":\"HS256\",\"crit\":[]}", Tokens.CLAIMS));
    }

    @Test
    void row47_ignoresAKeyThatATokenBrings() {
        String header = "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}}";
        String input = Tokens.encode(header.getBytes(UTF_8)) + "." + Tokens.encode(Tokens.CLAIMS.getBytes(UTF_8));
        refuses(input + "." + Tokens.encode(Tokens.mac("HmacSHA256", new byte[3], input)));
    }

    @Test
    void row47_refusesSignaturesThatDoNotFit() {
        String good = Tokens.good();
        String input = good.substring(0, good.lastIndexOf('.'));
        byte[] mac = Tokens.mac("HmacSHA256", TestGateway.SECRET.getBytes(UTF_8), input);
        byte[] shorter = Arrays.copyOf(mac, 31);
        byte[] longer = Arrays.copyOf(mac, 33);
        mac[31] ^= 1;
        refuses(input + ".", input, input + "." + Tokens.encode(shorter), input + "." + Tokens.encode(longer),
                input + "." + Tokens.encode(mac), input + "." + Tokens.encode(new byte[32]), good + ".x", "." + good,
                "a.b.c", "..", ".");
    }

    @Test
    void row47_refusesAnHmacWithAPublicKeyAsItsSecret() throws IOException {
        String input = Tokens.encode(Tokens.HEADER.getBytes(UTF_8)) + "."
                + Tokens.encode(Tokens.CLAIMS.getBytes(UTF_8));
        refusesByKeys(input + "." + Tokens.encode(Tokens.mac("HmacSHA256", Tokens.pem(RSA).getBytes(UTF_8), input)),
                input + "." + Tokens.encode(Tokens.mac("HmacSHA256", RSA.getPublic().getEncoded(), input)),
                Tokens.good());
    }

    @Test
    void row47_refusesSignaturesOfPublicKeysThatDoNotFit() throws IOException {
        String claims = "." + Tokens.encode(Tokens.CLAIMS.getBytes(UTF_8)) + ".";
        String es256 = Tokens.encode("{\"alg\":\"ES256\"}".getBytes(UTF_8)) + claims;
        String rs256 = Tokens.encode("{\"alg\":\"RS256\"}".getBytes(UTF_8)) + claims;
        String none = Tokens.encode("{\"alg\":\"none\"}".getBytes(UTF_8)) + claims;
        String ofRsa = Tokens.signed("RS256", RSA, Tokens.CLAIMS);
        String rsaSignature = ofRsa.substring(ofRsa.lastIndexOf('.') + 1);
        KeyPair attacker = Tokens.pairFor("RS256");
        refusesByKeys(none, none + rsaSignature, es256, es256 + Tokens.encode(new byte[64]), es256 + rsaSignature,
                rs256 + Tokens.encode(new byte[256]), rs256 + Tokens.encode(new byte[255]),
                Tokens.encode("{\"alg\":\"PS256\"}".getBytes(UTF_8)) + claims + rsaSignature,
                Tokens.encode("{\"alg\":\"RS384\"}".getBytes(UTF_8)) + claims + rsaSignature,
                Tokens.signed("RS256", attacker, Tokens.CLAIMS),
                Tokens.signed("RS256", attacker, "{\"alg\":\"RS256\",\"kid\":\"../../dev/null\"}", Tokens.CLAIMS),
                Tokens.signed("RS256", attacker, "{\"alg\":\"RS256\",\"jwk\":" + Tokens.rsaJwk(attacker, "x") + "}",
                        Tokens.CLAIMS),
                Tokens.signed("RS256", attacker, "{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/\"}", Tokens.CLAIMS),
                Tokens.signed("RS256", RSA, "{\"alg\":\"RS256\",\"crit\":[]}", Tokens.CLAIMS));
    }

    @Test
    void row48b_refusesOtherSpellingsOfSignaturesOfPublicKeys() throws IOException {
        String rsa = Tokens.signed("RS256", RSA, Tokens.CLAIMS);
        String input = rsa.substring(0, rsa.lastIndexOf('.') + 1);
        byte[] signature = Base64.getUrlDecoder().decode(rsa.substring(input.length()));
        byte[] zeroBefore = new byte[257];
        System.arraycopy(signature, 0, zeroBefore, 1, 256);
        String ed = Tokens.signed("EdDSA", ED, Tokens.CLAIMS);
        String ec = Tokens.signed("ES256", EC, Tokens.CLAIMS);
        refusesByKeys(input + Tokens.encode(zeroBefore), input + Tokens.encode(Arrays.copyOf(signature, 257)),
                input + Tokens.encode(Arrays.copyOf(signature, 255)), rsa + "=", rsa + "A", lastBitsChanged(rsa),
                ec + "=", ec + "AA", lastBitsChanged(ec), ed + "AAAA", lastBitsChanged(ed),
                Tokens.signed("EdDSA", ED, "{\"exp\":9999999999,\"exp\":9999999999}"),
                Tokens.signed("ES256", EC, "{\"exp\":\"9999999999\"}"),
                Tokens.signed("PS256", RSA, "{\"sub\":\"a\\r\\nX-Admin: 1\",\"exp\":9999999999}"));
    }

    @Test
    void row48_refusesTwoAuthorizations() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            String good = "Authorization: Bearer " + Tokens.good();
            assertThat(ask(client, good + "\r\n" + good).status()).isEqualTo(401);
            assertThat(ask(client, good + "\r\nauthorization: Basic eDp5").status()).isEqualTo(401);
            assertThat(ask(client, good + ", Bearer " + Tokens.good()).status()).isEqualTo(401);
            assertThat(ask(client, "Authorization: Basic eDp5").status()).isEqualTo(401);
            assertThat(ask(client, "Authorization: Bearer").status()).isEqualTo(401);
            assertThat(ask(client, "Authorization:").status()).isEqualTo(401);
            assertThat(ask(client, "Authorization: " + Tokens.good()).status()).isEqualTo(401);
            assertThat(ask(client, "X: 1").status()).isEqualTo(401);
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void row48_takesNoTokenFromTheQuery() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint)) {
            assertThat(RawClient.get(gateway.port(), "/api/x?access_token=" + Tokens.good()).status()).isEqualTo(401);
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void row48_boundsTheSizeAndDepthOfATokenAndItsNumbers() {
        refuses(Tokens.claiming("{\"exp\":9999999999,\"a\":\"" + "x".repeat(20_000) + "\"}"),
                Tokens.claiming("{\"exp\":9999999999,\"a\":\"" + "x".repeat(40_000) + "\"}"),
                Tokens.claiming("{\"exp\":9999999999,\"a\":" + "[".repeat(65) + "]".repeat(65) + "}"),
                Tokens.claiming("{\"exp\":9999999999,\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}"),
                Tokens.claiming("{\"exp\":1e400}"), Tokens.claiming("{\"exp\":" + "9".repeat(1000) + "}"),
                Tokens.claiming("{\"exp\":9999999999,\"nbf\":1e999999999}"));
    }

    @Test
    void row48_refusesAHeadWithATokenOver64KiB() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            client.send("GET /api/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + "x".repeat(66_000));
            assertThat(client.readResponse().status()).isEqualTo(431);
            client.expectEnd();
        }
    }

    @Test
    void row48b_refusesTimesThatAreNotNumbers() {
        refuses(Tokens.claiming("{\"sub\":\"u1\"}"), Tokens.claiming("{\"exp\":\"9999999999\"}"),
                Tokens.claiming("{\"exp\":null}"), Tokens.claiming("{\"exp\":true}"),
                Tokens.claiming("{\"exp\":[9999999999]}"), Tokens.claiming("{\"exp\":{}}"),
                Tokens.claiming("{\"exp\":NaN}"), Tokens.claiming("{\"exp\":Infinity}"), Tokens.claiming("{\"exp\":1}"),
                Tokens.claiming("{\"exp\":9999999999,\"nbf\":\"0\"}"),
                Tokens.claiming("{\"exp\":9999999999,\"nbf\":null}"),
                Tokens.claiming("{\"exp\":9999999999,\"nbf\":9999999998}"));
    }

    @Test
    void row48b_refusesJsonThatTwoReadersCouldReadDifferently() {
        String header = Tokens.encode(Tokens.HEADER.getBytes(UTF_8));
        refuses(Tokens.claiming("{\"exp\":1,\"exp\":9999999999}"), Tokens.claiming("{\"exp\":9999999999,\"exp\":1}"),
                Tokens.claiming("{\"sub\":\"a\",\"sub\":\"b\",\"exp\":9999999999}"),
                Tokens.claiming("{\"sub\":\"a\",\"\\u0073ub\":\"b\",\"exp\":9999999999}"),
                Tokens.of("{\"alg\":\"HS256\",\"alg\":\"none\"}", Tokens.CLAIMS),
                Tokens.of("{\"alg\":\"none\",\"alg\":\"HS256\"}", Tokens.CLAIMS),
                Tokens.claiming("\ufeff" + Tokens.CLAIMS),
                Tokens.claiming(Tokens.CLAIMS + "{}"), Tokens.claiming("[" + Tokens.CLAIMS + "]"),
                Tokens.claiming("{\"exp\":9999999999,}"), Tokens.claiming("{'exp':9999999999}"),
                Tokens.claiming("{\"exp\":9999999999}//"), Tokens.claiming(""), Tokens.claiming("null"),
                Tokens.signed(header + "." + Tokens.encode(Tokens.CLAIMS.getBytes(UTF_16))),
                Tokens.signed(header + "." + Tokens.encode(
                        new byte[]{'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'})));
    }

    @Test
    void row48b_refusesBase64ThatIsNotThePlainOne() {
        String header = Tokens.encode(Tokens.HEADER.getBytes(UTF_8));
        String claims = Tokens.encode("{\"exp\":9999999999,\"a\":\"\u00fb\u00ff>>??\"}".getBytes(UTF_8));
        String good = Tokens.signed(header + "." + claims);
        String oneOver = Tokens.encode("{\"exp\":9999999999}".getBytes(UTF_8));
        refuses(Tokens.signed(header + "=." + claims), Tokens.signed(header + "." + claims + "="), good + "=",
                Tokens.signed(header + "." + claims.replace('_', '/').replace('-', '+')),
                Tokens.signed(header + "." + claims + "!"), Tokens.signed(header + "." + claims.substring(0, 9) + "%"
                        + claims.substring(9)),
                Tokens.signed(header + "." + oneOver + "A"), lastBitsChanged(good));
    }

    /** A signature of 32, 64 or 256 bytes ends with a character of which two or four bits mean nothing. */
    private static String lastBitsChanged(String token) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(token.charAt(token.length() - 1));
        return token.substring(0, token.length() - 1) + alphabet.charAt(last ^ 1);
    }

    @Test
    void row48b_writesNoClaimThatCouldBreakOutOfItsField() {
        refuses(Tokens.claiming("{\"sub\":\"a\\r\\nX-Admin: 1\",\"exp\":9999999999}"),
                Tokens.claiming("{\"sub\":\"a\\nb\",\"exp\":9999999999}"),
                Tokens.claiming("{\"sub\":\"a\\u0000b\",\"exp\":9999999999}"),
                Tokens.claiming("{\"sub\":\"\u00e9\",\"exp\":9999999999}"),
                Tokens.claiming("{\"sub\":\" a\",\"exp\":9999999999}"),
                Tokens.claiming("{\"sub\":\"a\",\"role\":[\"user,admin\"],\"exp\":9999999999}"),
                Tokens.claiming("{\"sub\":\"" + "x".repeat(4097) + "\",\"exp\":9999999999}"));
    }

    @Test
    void row48b_forwardsWhatAGoodTokenSays() {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint);
                var client = RawClient.connect(gateway.port())) {
            String token = Tokens.claiming("{\"sub\":\"u1\",\"role\":[\"a\",\"b\"],\"exp\":9999999999}");
            assertThat(ask(client, "Authorization: bearer " + token).status()).isEqualTo(200);
            ReceivedRequest request = endpoint.takeRequest();
            assertThat(request.header("X-User-Id")).isEqualTo("u1");
            assertThat(request.header("X-User-Role")).isEqualTo("a,b");
        }
    }
}
