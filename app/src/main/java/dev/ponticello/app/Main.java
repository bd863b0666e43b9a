package dev.ponticello.app;

import java.io.Console;

/** The program's entry. */
public final class Main {

    private Main() {}

    /** Runs the command that {@code args} name, and ends with its exit code. */
    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is no terminal
    public static void main(String[] args) {
        Console console = System.console();
        boolean interactive = console != null && console.isTerminal();
        Terminal terminal = new Terminal(System.in, System.out, System.err, interactive);
        System.exit(Program.run(args, terminal, System::getenv, new CoreStarter(), new Signals()));
    }
}
