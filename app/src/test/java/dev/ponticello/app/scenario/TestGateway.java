package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.Gateway;
import dev.ponticello.GatewayBuilder;
import dev.ponticello.InvalidConfigException;
import dev.ponticello.app.yaml.YamlReader;
import dev.ponticello.config.ConfigReader;
import dev.ponticello.config.Environment;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Settings;
import dev.ponticello.runtime.PolicyFactories;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/** A gateway for a play: YAML in, real sockets out, on one of the transports that the machine has. */
final class TestGateway implements AutoCloseable {
    static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final Gateway gateway;
    private final GatewayConfig.Transport transport;

    private TestGateway(Gateway gateway, GatewayConfig.Transport transport) {
        this.gateway = gateway;
        this.transport = transport;
    }

    /** The transports that this machine has, for {@code @MethodSource}. */
    static Stream<GatewayConfig.Transport> transports() {
        return Arrays.stream(GatewayConfig.Transport.values())
                .filter(transport -> transport != GatewayConfig.Transport.AUTO)
                .filter(transport -> dev.ponticello.loop.Transport.valueOf(transport.name()).isAvailable());
    }

    /**
     * Starts a gateway with two loops. A listener on a free port of 127.0.0.1 is added where the YAML has none;
     * {@code ${SECRET}} is {@link #SECRET}.
     */
    static TestGateway start(GatewayConfig.Transport transport, String yaml) {
        try {
            return new TestGateway(Gateway.start(config(transport, yaml)), transport);
        } catch (Exception e) {
            throw new AssertionError("the gateway did not start with\n" + yaml, e);
        }
    }

    /** The same with one loop. */
    static TestGateway startOnOneLoop(GatewayConfig.Transport transport, String yaml) {
        try {
            return new TestGateway(Gateway.start(config(transport, yaml).withLoops(1)), transport);
        } catch (Exception e) {
            throw new AssertionError("the gateway did not start with\n" + yaml, e);
        }
    }

    private static GatewayConfig config(GatewayConfig.Transport transport, String yaml) {
        String whole = yaml.contains("listeners:") ? yaml : "listeners: [{ address: \"127.0.0.1:0\" }]\n" + yaml;
        return parse(whole).withTransport(transport).withLoops(2);
    }

    /** Serves other YAML, read as that of the start. */
    void reload(String yaml) {
        try {
            gateway.reload(config(transport, yaml));
        } catch (InvalidConfigException e) {
            throw new AssertionError("not reloaded:\n" + e.problems() + "with\n" + yaml, e);
        }
    }

    /** The problems for which other YAML is not served. */
    String refusal(String yaml) {
        try {
            gateway.reload(config(transport, yaml));
            throw new AssertionError("reloaded (expected: problems):\n" + yaml);
        } catch (InvalidConfigException e) {
            return e.problems().toString();
        }
    }

    /** Starts a gateway with two loops, and a listener on a free port of 127.0.0.1. */
    static TestGateway start(GatewayConfig.Transport transport, GatewayBuilder gateway) {
        try {
            return new TestGateway(gateway.listen("127.0.0.1:0")
                    .with(config -> config.withTransport(transport).withLoops(2)).start(), transport);
        } catch (Exception e) {
            throw new AssertionError("the gateway did not start", e);
        }
    }

    static GatewayConfig parse(String yaml) {
        Problems problems = new Problems();
        Settings settings = YamlReader.read("play.yaml", yaml.getBytes(StandardCharsets.UTF_8), problems);
        Environment environment = new Environment(name -> name.equals("SECRET") ? SECRET : null, Files::readAllBytes,
                Path.of(""));
        assertThat(problems.hasErrors()).as(problems.toString()).isFalse();
        GatewayConfig config = ConfigReader.read(Objects.requireNonNull(settings), environment,
                PolicyFactories.find(problems), problems);
        assertThat(problems.hasErrors()).as(problems.toString()).isFalse();
        return config;
    }

    int port() {
        return gateway.listeners().getFirst().getPort();
    }

    Gateway gateway() {
        return gateway;
    }

    /** Stops the gateway. */
    @Override
    public void close() {
        gateway.close();
    }
}
