package dev.ponticello.app;

import dev.ponticello.Gateway;
import dev.ponticello.app.yaml.YamlReader;
import dev.ponticello.config.ConfigCheck;
import dev.ponticello.config.ConfigReader;
import dev.ponticello.config.Environment;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** YAML in a test, read as the program would read it. */
final class Configs {

    static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static final Map<String, String> FILES = Map.of("/etc/p/secret.txt", SECRET + "\n",
            "/etc/p/keys.json", "{\"keys\":[]}\n", "/etc/p/private.pem",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

    private Configs() {}

    /** A config that must be right; warnings and notes may be there. */
    static GatewayConfig good(String yaml, Map<String, String> variables) {
        Problems problems = new Problems();
        GatewayConfig config = read(yaml, variables, problems);
        if (problems.hasErrors()) {
            throw new AssertionError("problems: " + problems + "(expected: none)");
        }
        return config;
    }

    /** Every problem of a config, a line for each, as {@code check} prints them. */
    static String problems(String yaml, Map<String, String> variables) {
        Problems problems = new Problems();
        GatewayConfig config = read(yaml, variables, problems);
        Gateway.check(config, problems);
        return problems.toString();
    }

    private static GatewayConfig read(String yaml, Map<String, String> variables, Problems problems) {
        Settings settings = YamlReader.read("gw.yaml", yaml.getBytes(StandardCharsets.UTF_8), problems);
        Environment environment = new Environment(variables::get, path -> {
            String text = FILES.get(path.toString());
            if (text == null) {
                throw new NoSuchFileException(path.toString());
            }
            return text.getBytes(StandardCharsets.UTF_8);
        }, Path.of("/etc/p"));
        GatewayConfig config = ConfigReader.read(Objects.requireNonNull(settings), environment, problems);
        ConfigCheck.check(config, problems);
        return config;
    }
}
