package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Certificates;
import dev.ponticello.testing.ScriptedEndpoint;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import dev.ponticello.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that speak TLS. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class TlsTest {
    private static final String GET = "GET /%s HTTP/1.1\r\nHost: a.example\r\n\r\n";

    @Parameter
    Transport transport = Transport.NIO;

    @TempDir
    Path folder = Path.of("");

    private TestGateway gateway(ScriptedEndpoint endpoint, String tls) {
        return TestGateway.start(transport, Forward.allTo(endpoint, ", tls: { " + tls + " }", ""));
    }

    @Test
    void servesByBothVersions() throws Exception {
        var certificates = new Certificates(folder);
        try (var endpoint = ScriptedEndpoint.echoing();
                var gateway = gateway(endpoint, certificates.yaml("a", certificates.issue("a.example")))) {
            for (String version : new String[]{"TLSv1.2", "TLSv1.3"}) {
                SSLSocket socket = Certificates.connect(certificates.context(null), gateway.port(), "a.example",
                        version);
                assertThat(socket.getSession().getProtocol()).isEqualTo(version);
                try (var client = RawClient.on(socket)) {
                    var answer = client.ask(GET.formatted("x"));
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.bodyText()).contains("X-Forwarded-Proto: https", "proto=https");
                    assertThat(client.ask(GET.formatted("y")).bodyText()).contains("/y");
                }
            }
        }
    }
}
