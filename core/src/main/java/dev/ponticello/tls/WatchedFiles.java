package dev.ponticello.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files that were read, and whether they have changed since. Each is read once. By one thread at a time. */
final class WatchedFiles {
    private static final long LARGEST = 1 << 20;

    private record Seen(@Nullable Object key, long modified, long size, boolean regular) {
        private static final Seen NOTHING = new Seen(null, 0, 0, false);
    }

    private final Map<Path, Seen> seen = new LinkedHashMap<>();
    private final Map<Path, byte[]> read = new HashMap<>();

    byte[] read(Path path) throws InvalidFile {
        byte[] known = read.get(path);
        if (known != null) {
            return known;
        }
        // Looked at before it is read: what is written between the two is seen the next time.
        Seen now = look(path);
        seen.put(path, now);
        if (!now.regular && !now.equals(Seen.NOTHING)) {
            // A pipe would be waited for, and a device may have no end.
            throw new InvalidFile("'" + path + "' is not a regular file", "a file");
        }
        if (now.size > LARGEST) {
            throw new InvalidFile("'" + path + "' has " + now.size + " bytes", "at most 1MiB");
        }
        try {
            byte[] bytes = Files.readAllBytes(path);
            read.put(path, bytes);
            return bytes;
        } catch (NoSuchFileException e) {
            throw new InvalidFile("'" + path + "' does not exist", "a file");
        } catch (IOException e) {
            throw new InvalidFile("'" + path + "' cannot be read: " + e.getMessage(), "a file that can be read");
        }
    }

    /** Lets go of what the files hold; which they were is kept. */
    void forgetContents() {
        read.clear();
    }

    boolean haveChanged() {
        for (Map.Entry<Path, Seen> entry : seen.entrySet()) {
            if (!look(entry.getKey()).equals(entry.getValue())) {
                return true;
            }
        }
        return false;
    }

    private static Seen look(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Seen(attributes.fileKey(), attributes.lastModifiedTime().toMillis(), attributes.size(),
                    attributes.isRegularFile());
        } catch (IOException e) {
            return Seen.NOTHING;
        }
    }
}
