package dev.ponticello.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.config.AccessLogConfig;
import dev.ponticello.exchange.TestExchanges;
import dev.ponticello.outcome.Outcome;
import dev.ponticello.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogPolicyTest {
    private final TestExchanges exchanges = new TestExchanges();

    @TempDir
    Path folder;

    private static AccessLogPolicy open(Path file) {
        return AccessLogPolicy.open(new AccessLogConfig(new AccessLogConfig.File(file)));
    }

    private void conclude(AccessLogPolicy policy, String path) {
        policy.onConclude(exchanges.begin("GET " + path + " HTTP/1.1"), Outcome.answered());
    }

    private static String[] paths(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(line -> String.valueOf(Json.object(line).get("path")))
                .toArray(String[]::new);
    }

    @Test
    void writesALineForEveryExchange() throws IOException {
        Path file = folder.resolve("access.log");
        AccessLogPolicy policy = open(file);
        conclude(policy, "/one");
        conclude(policy, "/two");
        policy.close();
        assertThat(paths(file)).containsExactly("/one", "/two");
    }

    @Test
    void sharesTheFileWithOthersUntilTheLastCloses() throws IOException {
        Path file = folder.resolve("access.log");
        AccessLogPolicy first = open(file);
        AccessLogPolicy second = open(folder.resolve("not/../access.log"));
        conclude(first, "/one");
        conclude(second, "/two");
        first.close();
        first.close();
        conclude(second, "/three");
        second.close();
        conclude(second, "/late");
        assertThat(paths(file)).containsExactly("/one", "/two", "/three");
    }

    @Test
    void opensTheFileAnewWhenAnotherOpensIt() throws IOException {
        Path file = folder.resolve("access.log");
        Path rotated = folder.resolve("access.log.1");
        AccessLogPolicy old = open(file);
        Files.move(file, rotated);
        AccessLogPolicy next = open(file);
        Await.until("the file is there, before anything is written", () -> Files.exists(file));
        conclude(old, "/one");
        old.close();
        conclude(next, "/two");
        next.close();
        assertThat(paths(file)).containsExactly("/one", "/two");
        assertThat(rotated).isEmptyFile();
    }

    @Test
    void opensAgainAfterTheLastHasClosed() throws IOException {
        Path file = folder.resolve("access.log");
        AccessLogPolicy first = open(file);
        conclude(first, "/one");
        first.close();
        AccessLogPolicy next = open(file);
        conclude(next, "/two");
        next.close();
        assertThat(paths(file)).containsExactly("/one", "/two");
    }

    @Test
    void refusesAFileInAFolderThatIsNotThere() {
        Path file = folder.resolve("no/access.log");
        assertThatThrownBy(() -> open(file)).isInstanceOf(IllegalArgumentException.class).hasMessage(
                "to: " + file + " (expected: a file that can be appended to; its folder does not exist)");
    }

    @Test
    void refusesAFolder() {
        assertThatThrownBy(() -> open(folder)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("to: " + folder + " (expected: a file that can be appended to; Is a directory)");
    }
}
