package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a checkout whose Maven and Javas are scripts that tell how they were called. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a script for sh")
class LauncherTest {
    private static final long LONGEST_SECONDS = 60;

    @TempDir
    Path temporary = Path.of("");

    private Path checkout = temporary;
    private Path jdk = temporary;
    private final Map<String, String> environment = new HashMap<>();

    private record Ended(int status, String output, String errors) {}

    @BeforeEach
    void laysOutACheckout() throws IOException {
        checkout = temporary.resolve("a check out");
        Files.createDirectories(checkout.resolve("app/src/main/dist"));
        Files.createDirectories(checkout.resolve("core/src/main"));
        Files.createDirectories(checkout.resolve(".mvn"));
        Files.createDirectories(checkout.resolve("examples"));
        for (String file : List.of("pom.xml", "app/pom.xml", "core/pom.xml", "app/src/main/dist/jvm.options")) {
            Files.createFile(checkout.resolve(file));
        }
        Files.copy(Path.of("..").resolve("ponticello"), checkout.resolve("ponticello"));
        mvnwDoes("echo built >>builds; mkdir -p app/target/launcher; echo jar >app/target/launcher/ponticello.jar");
        jdk = jdk("jdk-25", "25.0.1");
        environment.put("PONTICELLO_JAVA_HOME", jdk.toString());
    }

    private void mvnwDoes(String script) throws IOException {
        script(checkout.resolve("mvnw"), script);
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** A JDK that says its folder and its last arguments. */
    private Path jdk(String name, String version) throws IOException {
        Path home = temporary.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        script(home.resolve("bin/java"),
                "while [ \"$1\" != -jar ]; do shift; done; printf '%s|' " + name + " \"$@\"");
        script(home.resolve("bin/javac"), "exit 1");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private Process start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add(checkout.resolve("ponticello").toString());
        builder.command().addAll(List.of(arguments));
        builder.directory(temporary.toFile());
        builder.environment().remove("JAVA_HOME");
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Ended end(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(),
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
                new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        return end(start(arguments));
    }

    private String called(String java, String arguments) {
        return java + "|-jar|" + checkout + "/app/target/launcher/ponticello.jar|" + arguments;
    }

    private long builds() throws IOException {
        return Files.readAllLines(checkout.resolve("builds")).size();
    }

    /** As if everything were written a minute before it was built. */
    private void ages(Path file) throws IOException {
        Files.setLastModifiedTime(file,
                FileTime.from(Files.getLastModifiedTime(file).toInstant().minus(Duration.ofMinutes(1))));
    }

    @Test
    void buildsOnceAndBecomesJava() throws IOException, InterruptedException {
        Ended first = run("run", "my file.yaml");
        assertThat(first.output()).isEqualTo(called("jdk-25", "run|my file.yaml|"));
        assertThat(first.errors()).isEqualTo("ponticello: building (the first time also downloads the libraries)\n");
        assertThat(first.status()).isZero();
        Ended second = run("--version");
        assertThat(second.output()).isEqualTo(called("jdk-25", "--version|"));
        assertThat(second.errors()).isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void buildsAnewWhenSourcesHaveChanged() throws IOException, InterruptedException {
        run();
        ages(checkout.resolve("app/target/launcher/built"));
        Files.writeString(checkout.resolve("core/src/main/New.java"), "");
        assertThat(run().errors()).contains("building");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void showsWhyABuildFailedAndStartsNothing() throws IOException, InterruptedException {
        mvnwDoes("echo 'no such symbol'; exit 1");
        Ended ended = run("demo");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.output()).isEmpty();
        assertThat(ended.errors()).endsWith("no such symbol\nponticello: the build failed\n");
        mvnwDoes("echo built >>builds; echo jar >app/target/launcher/ponticello.jar");
        assertThat(run("demo").output()).isEqualTo(called("jdk-25", "demo|"));
    }

    @Test
    void twoAtATimeBuildOnce() throws IOException, InterruptedException {
        Path goOn = temporary.resolve("go-on");
        assertThat(new ProcessBuilder("mkfifo", goOn.toString()).start().waitFor()).isZero();
        mvnwDoes("echo begun >>builds; read word <'" + goOn + "'; echo jar >app/target/launcher/ponticello.jar");
        Process first = start("first");
        assertThat(first.errorReader().readLine()).contains("building");
        Process second = start("second");
        assertThat(second.errorReader().readLine())
                .startsWith("ponticello: waiting for the build of process " + first.pid());
        Files.writeString(goOn, "go on\n");
        assertThat(end(first).output()).isEqualTo(called("jdk-25", "first|"));
        assertThat(end(second).output()).isEqualTo(called("jdk-25", "second|"));
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void doesNotWaitForABuildThatHasDied() throws IOException, InterruptedException {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path lock = checkout.resolve("app/target/launcher.lock");
        Files.createDirectories(lock);
        Files.writeString(lock.resolve("owner"), Long.toString(dead.pid()));
        assertThat(run("demo").output()).isEqualTo(called("jdk-25", "demo|"));
        assertThat(lock).doesNotExist();
    }

    @Test
    void saysInOneSentenceThatTheGivenFolderIsNoNewJdk() throws IOException, InterruptedException {
        for (Path wrong : List.of(jdk("jdk-24", "24.0.2"), temporary.resolve("nothing"))) {
            environment.put("PONTICELLO_JAVA_HOME", wrong.toString());
            Ended ended = run("demo");
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.errors()).isEqualTo("ponticello: PONTICELLO_JAVA_HOME: " + wrong
                    + " (expected: the folder of a JDK 25 or newer)\n");
        }
    }

    @Test
    void takesJavaHomeThenTheOneOnThePath() throws IOException, InterruptedException {
        environment.put("PONTICELLO_JAVA_HOME", "");
        Path old = jdk("jdk-17", "17.0.9");
        Path linked = temporary.resolve("bin");
        Files.createDirectories(linked);
        Files.createSymbolicLink(linked.resolve("java"), jdk("jdk-26", "26-ea").resolve("bin/java"));
        environment.put("PATH", linked + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", jdk.toString());
        assertThat(run().output()).isEqualTo(called("jdk-25", ""));
        environment.put("JAVA_HOME", old.toString());
        assertThat(run().output()).isEqualTo(called("jdk-26", ""));
    }

    @Test
    void asksAJdkWithoutAReleaseFile() throws IOException, InterruptedException {
        Path silent = jdk("silent", "?");
        Files.delete(silent.resolve("release"));
        script(silent.resolve("bin/java"), """
                if [ "$1" = -version ]; then echo 'openjdk version "25.0.2" 2026-01-20' >&2; else echo it; fi""");
        environment.put("PONTICELLO_JAVA_HOME", silent.toString());
        assertThat(run().output()).isEqualTo("it\n");
    }
}
