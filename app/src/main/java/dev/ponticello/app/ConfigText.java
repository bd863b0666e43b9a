package dev.ponticello.app;

import dev.ponticello.app.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A config as it is written: its bytes, the name that problems call it, and where its relative paths begin. */
final class ConfigText {

    /** What the user calls standard input. */
    static final String STANDARD_INPUT = "-";

    private final String name;
    private final Path directory;
    private final byte[] bytes;

    private ConfigText(String name, Path directory, byte[] bytes) {
        this.name = name;
        this.directory = directory;
        this.bytes = bytes;
    }

    static ConfigText read(String file, InputStream standardInput) throws IOException {
        if (file.equals(STANDARD_INPUT)) {
            return of("<stdin>", Path.of(""), standardInput);
        }
        if (file.isEmpty()) {
            throw new NoSuchFileException("''"); // the empty path would be the working directory
        }
        Path path = Path.of(file);
        Path parent = path.getParent();
        try (InputStream in = Files.newInputStream(path)) {
            return of(file, parent == null ? Path.of("") : parent, in);
        }
    }

    /** Reads no more than one byte over the limit, which is enough to refuse them. */
    static ConfigText of(String name, Path directory, InputStream in) throws IOException {
        return new ConfigText(name, directory, in.readNBytes(YamlReader.MAX_BYTES + 1));
    }

    String name() {
        return name;
    }

    Path directory() {
        return directory;
    }

    byte[] bytes() {
        return bytes;
    }

    List<String> lines() {
        return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }
}
