package dev.ponticello.app;

import dev.ponticello.app.demo.DemoServices;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code ponticello demo}: four small services, and a gateway in front of them. */
@Command(name = "demo", description = "Serves the example on 127.0.0.1:8000, with four small services behind it.", mixinStandardHelpOptions = true, versionProvider = Version.class)
final class DemoCommand implements Callable<Integer> {

    private static final String CONFIG = "demo.yaml";
    private static final String SECRET = "PONTICELLO_DEMO_SECRET";
    private static final int SECRET_BYTES = 32;

    private final ConfigLoader loader;
    private final RunCommand run;
    private final Function<String, @Nullable String> variables;
    private final SecureRandom random;
    private final Terminal terminal;

    DemoCommand(ConfigLoader loader, RunCommand run, Function<String, @Nullable String> variables, SecureRandom random,
            Terminal terminal) {
        this.loader = loader;
        this.run = run;
        this.variables = variables;
        this.random = random;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (DemoServices services = DemoServices.start()) {
            Map<String, String> own = Map.of(SECRET, secret(),
                    "DEMO_USERS_PORT", Integer.toString(services.usersPort()),
                    "DEMO_ORDERS_PORT", Integer.toString(services.ordersPort()),
                    "DEMO_PRODUCTS_PORT", Integer.toString(services.productsPort()),
                    "DEMO_INVENTORY_PORT", Integer.toString(services.inventoryPort()));
            Optional<GatewayConfig> config = loader.with(own::get).load(text(), Problem.Severity.ERROR);
            return config.isPresent()
                    ? run.serve(config.get(), CONFIG, gateway -> explain(gateway.listeners().getFirst()),
                            _ -> terminal.err().println(CONFIG + ": part of the program, nothing to read again"))
                    : ExitCode.BAD_CONFIG;
        }
    }

    private static ConfigText text() throws IOException {
        try (InputStream in = Objects.requireNonNull(DemoServices.class.getResourceAsStream(CONFIG), CONFIG)) {
            return ConfigText.of(CONFIG, Path.of(""), in);
        }
    }

    private String secret() {
        String given = variables.apply(SECRET);
        if (given != null && !given.isEmpty()) {
            return given;
        }
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void explain(String address) {
        terminal.err().printf(
                """

                        What the gateway offers:

                          curl http://%1$s/

                        Mint a token and use it:

                          TOKEN=$(curl -s http://%1$s/api/token -d '{"user_id":"1","role":"admin"}' | cut -d '"' -f 4)
                          curl -H "Authorization: Bearer $TOKEN" http://%1$s/api/v1/users

                        Call the service of gRPC, and look at its trailers:

                          printf '\\0\\0\\0\\0\\0' | curl -v --http2-prior-knowledge -H 'Content-Type: application/grpc' -H 'TE: trailers' \\
                            --data-binary @- -o - http://%1$s/ponticello.demo.Inventory/List

                        """,
                address);
    }
}
