package dev.ponticello.app;

import dev.ponticello.config.Words;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line, from arguments to an exit code. */
@Command(name = "ponticello", description = "An API gateway.", mixinStandardHelpOptions = true, versionProvider = Version.class, footer = {
    "", "Exit codes: 0 good; 1 could not start; "
            + "2 a config with problems or wrong usage; 3 exchanges were cut while draining."})
final class Program implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    /**
     * Runs the command that the arguments name.
     *
     * @param variables the environment
     */
    static int run(String[] arguments, Terminal terminal, Function<String, @Nullable String> variables,
            GatewayStarter starter, Termination termination) {
        ConfigLoader loader = new ConfigLoader(variables, starter, terminal);
        RunCommand run = new RunCommand(loader, starter, termination, terminal);
        CommandLine line = new CommandLine(new Program())
                .addSubcommand(new DemoCommand(loader, run, variables, new SecureRandom(), terminal))
                .addSubcommand(run)
                .addSubcommand(new CheckCommand(loader, terminal))
                .addSubcommand(new HelpCommand())
                .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler((e, command, _) -> {
                    terminal.fail(command.getCommandName() + ": " + e);
                    return ExitCode.START_FAILURE;
                });
        IParameterExceptionHandler usual = line.getParameterExceptionHandler();
        line.setParameterExceptionHandler((e, typed) -> {
            if (!(e instanceof UnmatchedArgumentException unmatched) || e.getCommandLine().getParent() != null
                    || unmatched.isUnknownOption()) {
                return usual.handleParseException(e, typed);
            }
            String command = unmatched.getUnmatched().getFirst();
            Set<String> known = line.getSubcommands().keySet();
            String hint = Words.hint(command, known);
            terminal.fail("unknown command '" + command + "' (expected: " + Words.anyOf(known) + ")"
                    + (hint == null ? "" : "; " + hint));
            return ExitCode.BAD_CONFIG;
        });
        return line.execute(arguments);
    }

    @Override
    public Integer call() {
        CommandSpec own = spec;
        if (own == null) {
            throw new IllegalStateException("spec: null (expected: set by picocli)");
        }
        throw new ParameterException(own.commandLine(), "Missing command: demo, run, check or help");
    }
}
