package dev.ponticello.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Ponticello as its launcher starts it, of this checkout or another one. */
final class Ponticello extends Contender {
    private final String key;
    private final Path root;

    Ponticello(Workplace work, int number, String key, Path root) {
        super(work, number);
        this.key = key;
        this.root = root;
    }

    @Override
    String key() {
        return key;
    }

    @Override
    String name() throws IOException {
        String commit = work.output("git", "-C", root.toString(), "describe", "--always", "--dirty", "--exclude=*");
        return (key.equals("ponticello") ? "" : key + ": ") + "Ponticello " + commit;
    }

    @Override
    boolean isJava() {
        return true;
    }

    @Override
    void prepare() throws IOException {
        String said = work.output(launcher(), "--version");
        // Before its version it may say that it builds.
        if (said.lines().noneMatch(line -> line.startsWith("ponticello "))) {
            throw new IOException("Ponticello was not built:\n" + said);
        }
    }

    private String launcher() {
        return root.resolve("ponticello").toString();
    }

    @Override
    Setup own(Setup setup) {
        return setup == Setup.BODIES ? Setup.PLAIN : setup;
    }

    /** The launcher becomes Java, so its process is the gateway. */
    @Override
    List<String> command(Setup setup, String name, Map<String, String> values) throws IOException {
        return List.of(launcher(), "run", config(setup, name, values).toString());
    }

    /** Java as the launcher starts it, with or without the cache of a trial run. */
    List<String> javaCommand(boolean cache, Path config) {
        Path built = root.resolve("app/target/launcher");
        List<String> flags = cache ? List.of("-XX:AOTCache=" + built.resolve("ponticello.aot")) : List.of();
        return java.util.stream.Stream.of(
                List.of(work.java, "@" + root.resolve("app/src/main/dist/jvm.options")), flags,
                List.of("-jar", built.resolve("ponticello.jar").toString(), "run", config.toString()))
                .flatMap(List::stream).toList();
    }

    Path config(Setup setup, String name, Map<String, String> values) throws IOException {
        return work.fill(work.bench().resolve("ponticello/" + setup.label() + ".yaml"), name + ".yaml", values);
    }

    @Override
    Map<String, String> environment() {
        return Map.of("PONTICELLO_JAVA_HOME", System.getProperty("java.home"));
    }
}
