package dev.ponticello.identity;

import dev.ponticello.config.Problems;
import dev.ponticello.config.TokenKeys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the keys of a file: a JWK set (RFC 7517 §5), or PEM (RFC 7468) with public keys and certificates.
 *
 * <table>
 * <caption>What becomes of a key</caption>
 * <tr><td>a private key; one that is broken or too weak; a {@code kid} written twice; an {@code alg} that the key cannot
 * be used with; over 100 keys</td><td>a problem</td></tr>
 * <tr><td>of a JWK set: not for verifying, by its {@code use} or {@code key_ops}</td><td>passed over</td></tr>
 * <tr><td>of a kind or for an {@code alg} that the gateway does not know, or that no listed algorithm uses</td><td>passed
 * over with a warning</td></tr>
 * <tr><td>all others</td><td>taken; the one algorithm for it is its {@code alg} if it has one</td></tr>
 * </table>
 *
 * <p>What a certificate says beside its key, such as its names and its end, is not looked at.
 */
public final class KeyReader {
    /** A token without a {@code kid} is tried with every key of its algorithm. */
    private static final int MAX_KEYS = 100;
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    private final Collection<JwsAlgorithm> algorithms;
    private final String path;
    private final Problems problems;
    private final List<KeySet.Entry> entries = new ArrayList<>();
    private final Map<String, String> namesById = new HashMap<>();
    private int keys;
    private boolean failed;

    private KeyReader(Collection<JwsAlgorithm> algorithms, String path, Problems problems) {
        this.algorithms = algorithms;
        this.path = path;
        this.problems = problems;
    }

    /**
     * The keys, at least one for each algorithm; null if there are problems.
     *
     * @param path where the file is named; every problem is told there
     */
    public static @Nullable KeySet read(TokenKeys file, Collection<JwsAlgorithm> algorithms, String path,
            Problems problems) {
        KeyReader reader = new KeyReader(algorithms, path, problems);
        reader.read(file.text());
        return reader.failed ? null : new KeySet(reader.entries);
    }

    private void read(String text) {
        if (text.stripLeading().startsWith("{")) {
            readJwkSet(text);
        } else if (text.contains(BEGIN)) {
            readPem(text);
        } else {
            error("neither JSON nor PEM", "a JWK set, or PEM with public keys");
        }
        if (keys > MAX_KEYS) {
            error(keys + " keys", "at most " + MAX_KEYS);
        }
        if (failed) {
            return;
        }
        for (JwsAlgorithm algorithm : algorithms) {
            if (entries.stream().noneMatch(entry -> entry.isFor(algorithm))) {
                error("no key for " + algorithm, algorithm.key());
            }
        }
    }

    // ---- JWK set

    private void readJwkSet(String text) {
        try (JsonParser json = StrictJson.parser(text)) {
            json.nextToken();
            boolean found = false;
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                boolean list = json.nextToken() == JsonToken.START_ARRAY;
                if (list && name.equals("keys")) {
                    found = true;
                    readJwks(json);
                } else {
                    json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                error("more than one JSON object", "a JWK set");
            } else if (!found) {
                error("JSON without a list 'keys'", "a JWK set: {\"keys\": [...]}");
            }
        } catch (JacksonException e) {
            // Its words could hold a piece of a secret.
            error("bad JSON at line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr(),
                    "strict JSON, each name once in its object");
        }
    }

    private void readJwks(JsonParser json) {
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            keys++;
            String name = "key " + keys;
            if (token == JsonToken.START_OBJECT) {
                try {
                    addJwk(name, new Jwk(StrictJson.object(json)));
                } catch (InvalidKey e) {
                    error(name + ": " + e.found(), e.expected());
                }
            } else {
                error(name + ": no object", "a JWK");
                json.skipChildren();
            }
        }
    }

    private void addJwk(String name, Jwk jwk) throws InvalidKey {
        jwk.refusePrivate();
        if (!jwk.mayVerify()) {
            return;
        }
        String algorithm = jwk.text("alg");
        JwsAlgorithm only = algorithm == null ? null : JwsAlgorithm.named(algorithm);
        if (algorithm != null && only == null) {
            problems.warning(path, name + " has an alg that the gateway does not know, and is passed over");
            return;
        }
        VerificationKey key = jwk.key();
        if (key == null) {
            problems.warning(path, name + " is of a kind that the gateway does not know, and is passed over");
            return;
        }
        if (only != null && !key.fits(only)) {
            throw new InvalidKey(only + " with " + key, only.key());
        }
        String id = jwk.text("kid");
        String first = id == null ? null : namesById.putIfAbsent(id, name);
        if (first != null) {
            throw new InvalidKey("the kid of " + first, "a kid for each");
        }
        add(name, new KeySet.Entry(id, key, only));
    }

    // ---- PEM

    private void readPem(String text) {
        String label = null;
        String name = "";
        StringBuilder base64 = new StringBuilder();
        int number = 0;
        for (String line : text.lines().map(String::strip).toList()) {
            number++;
            if (label == null && line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                label = line.substring(BEGIN.length(), Math.max(BEGIN.length(), line.length() - DASHES.length()));
                name = "the key at line " + number;
                base64.setLength(0);
                keys++;
            } else if (label != null && line.equals("-----END " + label + DASHES)) {
                addPem(name, label, base64.toString());
                label = null;
            } else if (label != null) {
                base64.append(line);
            }
        }
        if (label != null) {
            error(name + ": no end", "a line -----END with the words of its -----BEGIN");
        }
    }

    private void addPem(String name, String label, String base64) {
        try {
            add(name, new KeySet.Entry(null, PemBlock.key(label, base64), null));
        } catch (InvalidKey e) {
            error(name + ": " + e.found(), e.expected());
        }
    }

    // ---- both

    private void add(String name, KeySet.Entry entry) {
        if (algorithms.stream().anyMatch(entry::isFor)) {
            entries.add(entry);
        } else {
            problems.warning(path, name + " (" + entry.key() + ") is for none of the algorithms, and is passed over");
        }
    }

    private void error(String found, String expected) {
        failed = true;
        problems.error(path, found, expected);
    }
}
