package dev.ponticello.app;

import dev.ponticello.app.GatewayStarter.StartFailure;
import dev.ponticello.app.GatewayStarter.StartedGateway;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problem;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ponticello run}: serves a config until a signal asks to end. */
@Command(name = "run", description = "Serves a config.", mixinStandardHelpOptions = true, versionProvider = Version.class)
final class RunCommand implements Callable<Integer> {

    private final ConfigLoader loader;
    private final GatewayStarter starter;
    private final Termination termination;
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "0..1", defaultValue = "ponticello.yaml", description = "The config; - is standard input. Default: ${DEFAULT-VALUE}")
    private String file = "";

    RunCommand(ConfigLoader loader, GatewayStarter starter, Termination termination, Terminal terminal) {
        this.loader = loader;
        this.starter = starter;
        this.termination = termination;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        ConfigText text;
        try {
            text = ConfigText.read(file, terminal.in());
        } catch (IOException | InvalidPathException e) {
            terminal.unreadable(file, e);
            return ExitCode.BAD_CONFIG;
        }
        Optional<GatewayConfig> config = loader.load(text, Problem.Severity.NOTE);
        return config.isPresent() ? serve(config.get(), text.name(), _ -> {}, this::reload) : ExitCode.BAD_CONFIG;
    }

    private void reload(StartedGateway gateway) {
        if (file.equals(ConfigText.STANDARD_INPUT)) {
            terminal.err().println("standard input: nothing to read again");
            return;
        }
        Optional<GatewayConfig> config = Optional.empty();
        try {
            ConfigText text = ConfigText.read(file, terminal.in());
            config = loader.load(text, Problem.Severity.NOTE, gateway::reload);
        } catch (IOException | InvalidPathException e) {
            terminal.unreadable(file, e);
        } catch (RuntimeException e) {
            terminal.fail("reload: " + e); // a bug, which must not be the end of reloading
        }
        terminal.err().println(config.map(good -> "reloaded " + file + ": " + Summary.of(good))
                .orElse("not reloaded " + file + ": the config before goes on"));
    }

    /**
     * Serves a config until a signal asks to end.
     *
     * @param started is told the gateway once it serves
     * @param reload is told it each time that a signal asks for the config to be read again
     */
    int serve(GatewayConfig config, String name, Consumer<StartedGateway> started, Consumer<StartedGateway> reload)
            throws InterruptedException {
        termination.listen();
        StartedGateway gateway;
        try {
            gateway = starter.start(config);
        } catch (StartFailure e) {
            terminal.fail(String.valueOf(e.getMessage()));
            return ExitCode.START_FAILURE;
        }
        terminal.err().println("Ponticello " + Version.text() + ", transport " + gateway.transport());
        terminal.err().println("listening on " + String.join(", ", gateway.listeners()));
        terminal.err().println("loaded " + name + ": " + Summary.of(config));
        started.accept(gateway);
        termination.onSecond(gateway::end);
        termination.onReload(() -> reload.accept(gateway));
        termination.await();
        return gateway.drain() ? ExitCode.OK : ExitCode.CUT;
    }
}
