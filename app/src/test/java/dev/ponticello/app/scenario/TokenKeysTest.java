package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens of an issuer whose public keys the gateway has in a file. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class TokenKeysTest {
    private static final KeyPair RSA = Tokens.pairFor("RS256");
    private static final KeyPair OTHER_RSA = Tokens.pairFor("RS256");
    private static final KeyPair EC = Tokens.pairFor("ES256");
    private static final KeyPair ED = Tokens.pairFor("EdDSA");

    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    private Path directory = Path.of("");

    private TestGateway gatewayTo(ScriptedEndpoint endpoint, String algorithms, String keys) throws IOException {
        Path file = Files.writeString(directory.resolve("keys"), keys);
        return TestGateway.start(transport, """
                upstreams:
                  users: { endpoints: ["%s"] }
                groups:
                  - path: /api
                    policies:
                      - bearer-token:
                          algorithms: [%s]
                          keys: "%s"
                          forward-claims: { sub: X-User-Id }
                    routes:
                      - { path: /**, to: users }
                """.formatted(endpoint.url(), algorithms, file.toAbsolutePath()));
    }

    private static int statusFor(RawClient client, String token) {
        Response response = client.ask("GET /api/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n\r\n");
        if (response.status() == 401) {
            assertThat(response.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
        }
        return response.status();
    }

    @Test
    void tokensOfEveryFamilyPass() throws IOException {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, "RS256, PS256, ES256, EdDSA",
                        Tokens.pem(RSA) + Tokens.pem(EC) + Tokens.pem(ED));
                var client = RawClient.connect(gateway.port())) {
            for (String algorithm : new String[]{"RS256", "PS256", "ES256", "EdDSA"}) {
                KeyPair pair = algorithm.equals("ES256") ? EC : algorithm.equals("EdDSA") ? ED : RSA;
                String claims = "{\"sub\":\"" + algorithm + "\",\"exp\":9999999999}";
                String good = Tokens.signed(algorithm, pair, claims);

                assertThat(statusFor(client, good)).as(algorithm).isEqualTo(200);
                assertThat(endpoint.takeRequest().header("X-User-Id")).isEqualTo(algorithm);
                assertThat(statusFor(client, good)).as("%s, remembered", algorithm).isEqualTo(200);
                assertThat(endpoint.takeRequest().header("X-User-Id")).isEqualTo(algorithm);

                assertThat(statusFor(client, Tokens.signed(algorithm, Tokens.pairFor(algorithm), claims)))
                        .as("%s of another key", algorithm).isEqualTo(401);
                assertThat(statusFor(client, Tokens.signed(algorithm, pair, "{\"exp\":1}")))
                        .as("%s, expired", algorithm).isEqualTo(401);
            }
        }
    }

    @Test
    void aTokensKidChoosesItsKey() throws IOException {
        String set = "{\"keys\":[" + Tokens.rsaJwk(RSA, "old") + "," + Tokens.rsaJwk(OTHER_RSA, "new") + "]}";
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, "RS256", set);
                var client = RawClient.connect(gateway.port())) {
            assertThat(statusFor(client, naming("old", RSA))).isEqualTo(200);
            assertThat(statusFor(client, naming("new", OTHER_RSA))).isEqualTo(200);
            assertThat(statusFor(client, Tokens.signed("RS256", RSA, Tokens.CLAIMS))).isEqualTo(200);
            assertThat(statusFor(client, Tokens.signed("RS256", OTHER_RSA, Tokens.CLAIMS))).isEqualTo(200);

            assertThat(statusFor(client, naming("new", RSA))).isEqualTo(401);
            assertThat(statusFor(client, naming("unknown", RSA))).isEqualTo(401);
            assertThat(endpoint.requests()).isEqualTo(4);
        }
    }

    @Test
    void aKeyWithoutAnIdIsTriedWhateverATokenNames() throws IOException {
        try (var endpoint = ScriptedEndpoint.start();
                var gateway = gatewayTo(endpoint, "RS256", Tokens.pem(RSA));
                var client = RawClient.connect(gateway.port())) {
            assertThat(statusFor(client, naming("any", RSA))).isEqualTo(200);
            assertThat(statusFor(client, naming("any", OTHER_RSA))).isEqualTo(401);
            assertThat(endpoint.requests()).isEqualTo(1);
        }
    }

    private static String naming(String id, KeyPair pair) {
        return Tokens.signed("RS256", pair, "{\"alg\":\"RS256\",\"kid\":\"" + id + "\"}", Tokens.CLAIMS);
    }
}
