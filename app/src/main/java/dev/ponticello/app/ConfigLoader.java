package dev.ponticello.app;

import dev.ponticello.app.yaml.YamlReader;
import dev.ponticello.config.ConfigCheck;
import dev.ponticello.config.ConfigReader;
import dev.ponticello.config.Environment;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problem;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Settings;
import dev.ponticello.runtime.PolicyFactories;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The way from a config's text to a config that can be served, and to every problem on that way. */
final class ConfigLoader {

    private static final int MAX_FILE_BYTES = 1 << 20;

    private final Function<String, @Nullable String> variables;
    private final GatewayStarter starter;
    private final Terminal terminal;

    ConfigLoader(Function<String, @Nullable String> variables, GatewayStarter starter, Terminal terminal) {
        this.variables = variables;
        this.starter = starter;
        this.terminal = terminal;
    }

    /** A loader that knows these variables, too. */
    ConfigLoader with(Function<String, @Nullable String> more) {
        return new ConfigLoader(name -> {
            String value = more.apply(name);
            return value != null ? value : variables.apply(name);
        }, starter, terminal);
    }

    /** The config, or nothing when it has errors; what is at least as bad as {@code mildest} is printed. */
    Optional<GatewayConfig> load(ConfigText text, Problem.Severity mildest) {
        return load(text, mildest, starter::compile);
    }

    /**
     * The same.
     *
     * @param last what is done with a config that has no errors so far, and may find some
     */
    Optional<GatewayConfig> load(ConfigText text, Problem.Severity mildest, BiConsumer<GatewayConfig, Problems> last) {
        Problems problems = new Problems();
        Optional<GatewayConfig> config = load(text, problems, last);
        List<String> lines = text.lines();
        problems.all().stream().filter(problem -> problem.severity().compareTo(mildest) <= 0)
                .forEach(problem -> terminal.print(problem, lines));
        return config;
    }

    private Optional<GatewayConfig> load(ConfigText text, Problems problems,
            BiConsumer<GatewayConfig, Problems> last) {
        Settings settings = YamlReader.read(text.name(), text.bytes(), problems);
        if (settings == null) {
            return Optional.empty();
        }
        Environment environment = new Environment(variables, path -> {
            try (InputStream in = Files.newInputStream(path)) {
                return in.readNBytes(MAX_FILE_BYTES + 1);
            }
        }, text.directory());
        GatewayConfig config = ConfigReader.read(settings, environment, PolicyFactories.find(problems), problems);
        ConfigCheck.check(config, problems);
        if (problems.hasErrors()) {
            starter.compile(config, problems);
        } else {
            last.accept(config, problems);
        }
        return problems.hasErrors() ? Optional.empty() : Optional.of(config);
    }
}
