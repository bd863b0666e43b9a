package dev.ponticello.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** nginx, which only forwards: what every figure is compared with. */
final class Nginx extends Contender {
    Nginx(Workplace work, int number) {
        super(work, number);
    }

    @Override
    String key() {
        return "nginx";
    }

    @Override
    String name() throws IOException {
        return "nginx " + work.output("nginx", "-v").replaceAll("(?s).*nginx/([0-9.]+).*", "$1");
    }

    @Override
    boolean isJava() {
        return false;
    }

    @Override
    Setup own(Setup setup) {
        return setup == Setup.POLICIES ? Setup.PLAIN : setup;
    }

    @Override
    List<String> command(Setup setup, String name, Map<String, String> values) throws IOException {
        Path conf = work.fill(work.bench().resolve("nginx/" + setup.label() + ".conf"), name + ".conf", values);
        return List.of("nginx", "-e", work.folder.resolve(name + "-errors.log").toString(), "-c", conf.toString());
    }
}
