package dev.ponticello.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * What a config may refer to outside its own text.
 *
 * @param variables the value of an environment variable, or null
 * @param files the bytes of a file
 * @param directory of the config file; relative paths begin there
 */
public record Environment(Function<String, @Nullable String> variables, FileAccess files, Path directory) {

    /** Reads a whole file. */
    @FunctionalInterface
    public interface FileAccess {

        byte[] read(Path file) throws IOException;
    }
}
