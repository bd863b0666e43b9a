package dev.ponticello.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** HAProxy, with the same policies. */
final class HaProxy extends Contender {
    HaProxy(Workplace work, int number) {
        super(work, number);
    }

    @Override
    String key() {
        return "haproxy";
    }

    @Override
    String name() throws IOException {
        return "HAProxy " + work.output("haproxy", "-v").replaceAll("(?s).*version ([0-9.]+).*", "$1");
    }

    @Override
    boolean isJava() {
        return false;
    }

    @Override
    Setup own(Setup setup) {
        return setup == Setup.BODIES ? Setup.PLAIN : setup;
    }

    @Override
    List<String> command(Setup setup, String name, Map<String, String> values) throws IOException {
        Path config = work.fill(work.bench().resolve("haproxy/" + setup.label() + ".cfg"), name + ".cfg", values);
        return List.of("haproxy", "-db", "-f", config.toString());
    }
}
