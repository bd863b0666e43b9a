package dev.ponticello.config;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the files that a config refers to, beside it unless their paths are absolute. */
final class ConfigFiles {

    private static final int LARGEST = 1 << 20;

    private ConfigFiles() {}

    /**
     * The whole file.
     *
     * @param called what it is called when it cannot be read
     */
    static byte[] read(Environment environment, String written, String called) {
        Path path;
        try {
            path = environment.directory().resolve(written);
        } catch (InvalidPathException e) {
            throw new InvalidValue("", called + ": " + e.getReason(), "the path of a file");
        }
        byte[] bytes;
        try {
            bytes = environment.files().read(path);
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new InvalidValue("", called + " does not exist", "a file at " + path);
        } catch (IOException e) {
            throw new InvalidValue("", called + " cannot be read: " + e.getMessage(), "a file at " + path);
        }
        if (bytes.length > LARGEST) {
            throw new InvalidValue("", called + " has " + bytes.length + " bytes", "at most " + Texts.size(LARGEST));
        }
        return bytes;
    }
}
