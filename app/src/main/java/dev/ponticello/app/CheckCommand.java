package dev.ponticello.app;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problem;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ponticello check}: says what is wrong with a config, and binds nothing. */
@Command(name = "check", description = "Says what is wrong with a config, without serving it.", mixinStandardHelpOptions = true, versionProvider = Version.class)
final class CheckCommand implements Callable<Integer> {

    private final ConfigLoader loader;
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The config; - is standard input.")
    private String file = "";

    CheckCommand(ConfigLoader loader, Terminal terminal) {
        this.loader = loader;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ConfigText text;
        try {
            text = ConfigText.read(file, terminal.in());
        } catch (IOException | InvalidPathException e) {
            terminal.unreadable(file, e);
            return ExitCode.BAD_CONFIG;
        }
        Optional<GatewayConfig> config = loader.load(text, Problem.Severity.NOTE);
        config.ifPresent(good -> terminal.out().println(text.name() + ": good, " + Summary.of(good)));
        return config.isPresent() ? ExitCode.OK : ExitCode.BAD_CONFIG;
    }
}
