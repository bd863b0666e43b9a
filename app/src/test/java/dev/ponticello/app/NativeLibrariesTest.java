package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that cannot load what brotli and zstd need. */
class NativeLibrariesTest {
    private static final String WITHOUT_BROTLI = "-Dbrotli4j.library.path=/nowhere";
    private static final String WITHOUT_ZSTD = "-DZstdNativePath=/nowhere/libzstd.so";

    @TempDir
    Path directory = Path.of("");

    @Test
    void theUsualCodingsAreThoseThatItHas() throws Exception {
        assertThat(check("compression", WITHOUT_BROTLI, WITHOUT_ZSTD))
                .endsWith(": good, 1 route, 0 upstreams, 1 policy\n");
    }

    @Test
    void aCodingThatIsWrittenIsAProblem() throws Exception {
        assertThat(check("compression: { codings: [gzip, br] }", WITHOUT_BROTLI)).contains(
                "gw.yaml:3:5: compression: codings: br is not to be had on this machine: ",
                "(expected: codings that it has, or none named)\n");
        assertThat(check("compression: { codings: [zstd, br] }", WITHOUT_ZSTD))
                .contains("codings: zstd is not to be had on this machine: ");
    }

    @Test
    void nothingIsLoadedThatNoConfigNeeds() throws Exception {
        String loaded = check("access-log", "-Xlog:library=info");
        assertThat(loaded).doesNotContain("brotli", "zstd", "tcnative").contains("good");
        assertThat(check("compression", "-Xlog:library=info")).contains("brotli", "zstd");
    }

    private String check(String policy, String... flags) throws IOException, InterruptedException {
        Path config = directory.resolve("gw.yaml");
        Files.writeString(config, """
                listeners: [{ address: "127.0.0.1:0" }]
                policies:
                  - %s
                routes: [{ path: /, answer: health }]
                """.formatted(policy));
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.ponticello.app.Main", "check",
                config.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(said.contains("is not to be had") ? 2 : 0);
        return said;
    }
}
