package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.Gateway;
import dev.ponticello.app.yaml.YamlReader;
import dev.ponticello.config.ConfigReader;
import dev.ponticello.config.Environment;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Settings;
import dev.ponticello.testing.Certificates;
import dev.ponticello.testing.RawClient;
import dev.ponticello.testing.Response;
import dev.ponticello.testing.Script;
import dev.ponticello.testing.ScriptedEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples with TLS, each with certificates beside it that are made for the test. */
class TlsExamplesTest {
    private static final Path EXAMPLES = Path.of("..", "examples");

    @TempDir
    Path folder = Path.of("");

    @Test
    void tls() throws Exception {
        Certificates certificates = new Certificates(folder);
        certificates.writeCa();
        write(certificates, "cert.pem", "key.pem", "localhost");
        certificates.write("admin", certificates.issue("admin.example"));
        try (var endpoint = certificates.endpoint(certificates.issue("users.internal"), Script.echo());
                var gateway = Gateway.start(config("tls.yaml", Map.of("USERS_PORT", "" + endpoint.port())))) {
            int plain = gateway.listeners().get(0).getPort();
            int secured = gateway.listeners().get(1).getPort();
            assertThat(RawClient.get(plain, "/users/7?a").header("Location"))
                    .isEqualTo("https://127.0.0.1:8443/users/7?a");
            HttpClient client = HttpClient.newBuilder().sslContext(certificates.context(null)).build();
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + secured + "/users/7")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).startsWith("GET /users/7 ").contains("X-Forwarded-Proto: https");
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).contains("max-age=31536000");
            try (var admin = certificates.client(secured, "admin.example")) {
                assertThat(admin.ask("GET / HTTP/1.1\r\nHost: admin.example\r\n\r\n").status()).isEqualTo(200);
                assertThat(admin.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status()).isEqualTo(421);
            }
        }
    }

    @Test
    void mtls() throws Exception {
        Certificates services = new Certificates(folder.resolve("services"));
        Certificates clients = new Certificates(folder.resolve("clients"));
        Certificates own = new Certificates(folder);
        write(own, "cert.pem", "key.pem", "localhost");
        own.write("gateway", services.issue("gateway.internal"));
        Files.copy(services.writeCa(), folder.resolve("services-ca.pem"));
        Files.copy(clients.writeCa(), folder.resolve("clients-ca.pem"));
        try (var endpoint = ScriptedEndpoint.playingOn(
                services.serverSocket(services.issue("127.0.0.1"), true, "TLSv1.3"), "https", Script.echo());
                var gateway = Gateway.start(config("mtls.yaml", Map.of("ORDERS_PORT", "" + endpoint.port())))) {
            int port = gateway.listeners().getFirst().getPort();
            try (var client = RawClient.on(Certificates.connect(
                    own.context(clients.issue("shop.example")), port, "localhost", "TLSv1.3"))) {
                Response answer = client.ask("GET /orders/1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.bodyText()).contains("Subject=\"CN=shop.example\";DNS=shop.example");
            }
            assertThatThrownBy(() -> {
                try (var stranger = own.client(port, "localhost")) {
                    stranger.ask("GET /orders/1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
                }
            }).isInstanceOf(Throwable.class);
            assertThat(endpoint.requests()).isEqualTo(1);
        }
    }

    private static void write(Certificates certificates, String certificate, String key, String name) {
        var bundle = certificates.issue(name);
        certificates.write(certificate, bundle.getCertificatePathPEM());
        certificates.write(key, bundle.getPrivateKeyPEM());
    }

    /** The example as it is, beside its files, but on free ports. */
    private GatewayConfig config(String example, Map<String, String> variables) throws IOException {
        Path file = Files.copy(EXAMPLES.resolve(example), folder.resolve(example));
        Problems problems = new Problems();
        Settings settings = YamlReader.read(example, Files.readAllBytes(file), problems);
        GatewayConfig config = ConfigReader.read(Objects.requireNonNull(settings),
                new Environment(variables::get, Files::readAllBytes, folder), problems);
        Gateway.check(config, problems);
        assertThat(problems.toString()).isEmpty();
        return config.withListeners(config.listeners().stream()
                .map(listener -> listener.withAddress(ListenerAddress.parse("127.0.0.1:0"))).toList());
    }
}
