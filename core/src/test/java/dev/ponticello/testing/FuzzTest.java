package dev.ponticello.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * A test of what must hold for every input, whatever it is.
 *
 * <p>It meets each seed in {@code src/test/resources/fuzz/NAME}, NAME being that of the class; and then what Jazzer grows
 * from the seeds by the code that they reach, in a process of its own: in every build the same inputs, from the same
 * chance; with {@code -Dfuzz.seconds=3600} others each time, for so long ({@code -Dtest=NAME -Dsurefire.timeout=4000}
 * beside it). What was grown is kept below
 * {@code target/fuzz}. An input that fails is printed and kept there too: it becomes a seed, with a name that says what it
 * shows.
 */
public abstract class FuzzTest {
    private static final long SECONDS = Long.getLong("fuzz.seconds", -1);
    private static final boolean AS_EVER = SECONDS < 0;
    /** In every build, two seconds' worth. */
    private static final int RUNS = 20_000;
    /** Jazzer needs some seconds to start. */
    private static final long STARTING_SECONDS = 120;
    /** What looks for misuse of libraries that parsers do not use; loading it takes a second at every start. */
    private static final String SANITIZERS = Stream
            .of("BigDecimal", "ClojureLangHooks", "Deserialization", "ExpressionLanguageInjection", "FilePathTraversal",
                    "LdapInjection", "NamingContextLookup", "OsCommandInjection", "ReflectiveCall", "RegexInjection",
                    "RegexRoadblocks", "ScriptEngineInjection", "ServerSideRequestForgery", "SqlInjection",
                    "TemplateInjection", "UnsafeSanitizer", "XPathInjection", "XmlParserSsrfGuidance")
            .map("com.code_intelligence.jazzer.sanitizers."::concat).reduce((a, b) -> a + ":" + b).orElseThrow();

    private final String name = getClass().getSimpleName();
    private final Path seeds = Path.of("src", "test", "resources", "fuzz", name);

    /** Fails, or throws, if something does not hold for this input. */
    protected abstract void test(byte[] input) throws Exception;

    /** The classes whose code guides the growing. */
    protected String guides() {
        return "dev.ponticello.**";
    }

    @TestFactory
    final List<DynamicTest> holdsForEverySeed() throws IOException {
        try (Stream<Path> files = Files.list(seeds)) {
            List<DynamicTest> tests = files.sorted()
                    .map(seed -> dynamicTest(seed.getFileName().toString(), () -> test(Files.readAllBytes(seed))))
                    .toList();
            assertThat(tests).isNotEmpty();
            return tests;
        }
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.DAYS) // it has a bound of its own
    final void holdsForWhatGrowsFromTheSeeds() throws Exception {
        if (SECONDS == 0) {
            return;
        }
        Path kept = Path.of("target", "fuzz", name);
        Path grown = Files.createDirectories(kept.resolve("grown"));
        if (AS_EVER) { // not from what grew before
            grown = Files.createTempDirectory(kept, "as-ever-");
        }
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                        "-XX:+UseSerialGC", "-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow", "-Dio.netty.leakDetection.level=disabled"));
        long seconds = AS_EVER ? STARTING_SECONDS : SECONDS;
        if (SECONDS < STARTING_SECONDS) { // over before the better compiler pays
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzTarget.class.getName(), "--target_args=" + getClass().getName(),
                "--instrumentation_includes=" + guides(), "--custom_hook_includes=" + guides(),
                "--disabled_hooks=" + SANITIZERS, "--reproducer_path=" + kept, "-artifact_prefix=" + kept + "/",
                "-max_total_time=" + seconds, "-timeout=10",
                "-seed=" + (AS_EVER ? 1 : 0), "-runs=" + (AS_EVER ? RUNS : -1), "-rss_limit_mb=0", grown.toString(),
                seeds.toString()));
        Path log = kept.resolve("log");
        Process jazzer = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            assertThat(jazzer.waitFor(seconds + STARTING_SECONDS, TimeUnit.SECONDS)).as("ended in time").isTrue();
        } finally {
            jazzer.destroyForcibly();
        }
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertThat(jazzer.exitValue()).as(said.substring(Math.max(0, said.indexOf("\n== ")))).isZero();
        assertThat(said).contains("DONE   cov: ");
    }
}
