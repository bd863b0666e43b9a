package dev.ponticello.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir
    Path folder;

    private static void write(LogFile log, String text, long nowNanos) throws IOException {
        log.channel(nowNanos).write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void appendsToWhatIsThere() throws IOException {
        Path file = Files.writeString(folder.resolve("access.log"), "before\n");
        try (LogFile log = LogFile.open(file, 0)) {
            write(log, "one\n", 0);
            write(log, "two\n", 2 * SECOND);
        }
        assertThat(file).hasContent("before\none\ntwo\n");
    }

    @Test
    void opensTheFileAnewWhenItWasMovedAway() throws IOException {
        Path file = folder.resolve("access.log");
        Path rotated = folder.resolve("access.log.1");
        try (LogFile log = LogFile.open(file, 7)) {
            write(log, "one\n", 7);
            Files.move(file, rotated);
            write(log, "two\n", 6 + SECOND);
            write(log, "three\n", 7 + SECOND);
        }
        assertThat(rotated).hasContent("one\ntwo\n");
        assertThat(file).hasContent("three\n");
    }

    @Test
    void opensTheFileAnewAtOnceWhenAsked() throws IOException {
        Path file = folder.resolve("access.log");
        Path rotated = folder.resolve("access.log.1");
        try (LogFile log = LogFile.open(file, 0)) {
            write(log, "one\n", 0);
            Files.move(file, rotated);
            log.reopen();
            write(log, "two\n", 1);
            log.reopen();
            write(log, "three\n", 2);
        }
        assertThat(rotated).hasContent("one\n");
        assertThat(file).hasContent("two\nthree\n");
    }

    @Test
    void keepsTheFileThatItHasWhenItCannotOpenAnother() throws IOException {
        Path place = Files.createDirectory(folder.resolve("logs"));
        Path moved = folder.resolve("moved");
        try (LogFile log = LogFile.open(place.resolve("access.log"), 0)) {
            Files.move(place, moved);
            log.reopen();
            write(log, "one\n", 1);
        }
        assertThat(moved.resolve("access.log")).hasContent("one\n");
    }

    @Test
    void opensTheFileAnewWhenAnotherTookItsPlace() throws IOException {
        Path file = folder.resolve("access.log");
        Path rotated = folder.resolve("access.log.1");
        try (LogFile log = LogFile.open(file, 0)) {
            write(log, "one\n", 0);
            Files.move(file, rotated);
            Files.writeString(file, "of others\n");
            write(log, "two\n", SECOND);
        }
        assertThat(rotated).hasContent("one\n");
        assertThat(file).hasContent("of others\ntwo\n");
    }

    @Test
    void looksAgainASecondLater() throws IOException {
        Path file = folder.resolve("access.log");
        try (LogFile log = LogFile.open(file, 0)) {
            write(log, "one\n", SECOND);
            Files.delete(file);
            write(log, "lost with its file\n", 2 * SECOND - 1);
            write(log, "two\n", 2 * SECOND);
        }
        assertThat(file).hasContent("two\n");
    }

    @Test
    void goesOnWithTheOldFileWhileThereCannotBeANewOne() throws IOException {
        Path place = Files.createDirectory(folder.resolve("logs"));
        Path file = place.resolve("access.log");
        Path moved = folder.resolve("moved");
        try (LogFile log = LogFile.open(file, 0)) {
            write(log, "one\n", 0);
            Files.move(place, moved);
            write(log, "two\n", SECOND);
            Files.createDirectory(place);
            write(log, "three\n", 2 * SECOND);
        }
        assertThat(moved.resolve("access.log")).hasContent("one\ntwo\n");
        assertThat(file).hasContent("three\n");
    }
}
