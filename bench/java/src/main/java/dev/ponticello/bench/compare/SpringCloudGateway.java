package dev.ponticello.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Spring Cloud Gateway, with a token filter and a limit in memory, on the JDK that Ponticello runs on. */
final class SpringCloudGateway extends Contender {
    private static final String LIBRARY = "BOOT-INF/lib/spring-cloud-gateway-server-webflux-";

    SpringCloudGateway(Workplace work, int number) {
        super(work, number);
    }

    @Override
    String key() {
        return "scg";
    }

    private Path project() {
        return work.bench().resolve("spring-cloud-gateway");
    }

    private Path jar() {
        return project().resolve("target/gateway.jar");
    }

    @Override
    String name() throws IOException {
        try (JarFile jar = new JarFile(jar().toFile())) {
            return "Spring Cloud Gateway " + jar.stream().map(entry -> entry.getName())
                    .filter(name -> name.startsWith(LIBRARY)).map(name -> name.substring(LIBRARY.length())
                            .replace(".jar", ""))
                    .findFirst().orElse("of an unknown version");
        }
    }

    @Override
    boolean isJava() {
        return true;
    }

    @Override
    void prepare() throws IOException {
        if (isBuilt()) {
            return;
        }
        System.err.println("building Spring Cloud Gateway (the first time also downloads it)");
        String said = work.output("./mvnw", "-q", "-B", "-ntp", "-f", project().resolve("pom.xml").toString(),
                "package");
        if (!isBuilt()) {
            throw new IOException("Spring Cloud Gateway was not built:\n" + said);
        }
    }

    private boolean isBuilt() throws IOException {
        if (!Files.exists(jar())) {
            return false;
        }
        FileTime built = Files.getLastModifiedTime(jar());
        if (Files.getLastModifiedTime(project().resolve("pom.xml")).compareTo(built) > 0) {
            return false;
        }
        try (Stream<Path> sources = Files.walk(project().resolve("src"))) {
            for (Path source : sources.toList()) {
                if (Files.getLastModifiedTime(source).compareTo(built) > 0) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    Setup own(Setup setup) {
        return setup == Setup.BODIES ? Setup.PLAIN : setup;
    }

    @Override
    List<String> command(Setup setup, String name, Map<String, String> values) {
        List<String> command = new ArrayList<>(List.of(work.java, "-XX:+UseSerialGC", "-Xms64m", "-Xmx512m",
                "-Dreactor.netty.ioWorkerCount=" + values.get("loops")));
        if (setup == Setup.FULL) {
            command.add("-Dreactor.netty.http.server.accessLogEnabled=true");
        }
        command.addAll(List.of("-jar", jar().toString(), "--server.port=" + values.get("port"),
                "--bench.endpoint=http://" + Objects.requireNonNull(values.get("endpoint"))));
        if (setup == Setup.POLICIES || setup == Setup.FULL) {
            command.addAll(List.of("--bench.policies=true", "--bench.limit=1000000000",
                    "--bench.secret=" + work.secret));
        }
        if (setup == Setup.FULL) {
            command.add("--spring.profiles.active=full");
        }
        return command;
    }
}
