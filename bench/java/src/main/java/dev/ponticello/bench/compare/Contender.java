package dev.ponticello.bench.compare;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A gateway that takes part. */
abstract class Contender {
    final Workplace work;
    /** Which of the endpoint's addresses it uses. */
    private final int number;

    Contender(Workplace work, int number) {
        this.work = work;
        this.number = number;
    }

    /** By which it is chosen on the command line. */
    abstract String key();

    /** With its version. */
    abstract String name() throws IOException;

    /** Whether it compiles while it runs, and so needs a long warm-up. */
    abstract boolean isJava();

    /** Builds what has to be built. */
    void prepare() throws IOException {}

    /** The setup of its own that stands for this one. */
    abstract Setup own(Setup setup);

    /** The command that becomes the gateway, without its cores. */
    abstract List<String> command(Setup setup, String name, Map<String, String> values) throws IOException;

    /** Variables of its environment. */
    Map<String, String> environment() {
        return Map.of();
    }

    /** Starts it; it need not answer yet. */
    final Running start(Setup setup, int loops) throws IOException {
        int port = Workplace.freePort();
        String name = work.newName(key());
        List<String> command = command(own(setup), name, Map.of("name", name, "port", Integer.toString(port), "loops",
                Integer.toString(loops), "endpoint", work.endpoint(number)));
        return new Running(this, loops, port, work.start(name, Workplace.taskset(Workplace.gatewayCores(loops),
                command.toArray(String[]::new)), environment()), work.log(name));
    }
}
