package dev.ponticello.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a path becomes on the way there, and which prefix on the way back. */
class PathRewriteTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            /files/**,              /{**},             /files/a/b,      /a/b,           /files,   ''
            /files/**,              /{**},             /files/,         /,              /files,   ''
            /files/**,              /{**},             /files,          /,              /files,   ''
            /files/**,              /v2/{**},          /files/a,        /v2/a,          /files,   /v2
            /files/**,              /v2/{**},          /files,          /v2/,           /files,   /v2
            /**,                    /v2/{**},          /a,              /v2/a,          '',       /v2
            /**,                    /{**},             /,               /,              '',       ''
            /api/v1/users/{id},     /users/{id},       /api/v1/users/7, /users/7,       /api/v1,  ''
            /users/{id},            /people/{id},      /users/7,        /people/7,      /users,   /people
            /users,                 /v2/users,         /users,          /v2/users,      '',       /v2
            /a/,                    /b/,               /a/,             /b/,            /a,       /b
            /t/{tenant}/f/**,       /{tenant}/x/{**},  /t/acme/f/g,     /acme/x/g,      /t/acme/f, /acme/x
            /t/{tenant}/f/**,       /x,                /t/acme/f/g,     /x,             '',       -
            /{a}/{b},               /{b}/{a},          /1/2,            /2/1,           '',       -
            /old,                   /new,              /old,            /new,           '',       -
            """)
    void makesAnotherPath(String pattern, String template, String path, String forwarded, String removed,
            @Nullable String prefix) {
        check(PathRewrite.toPath(template, PathPattern.parse(pattern)), pattern, path, forwarded, removed, prefix);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            /users/**,        /v2,        /users/7,     /v2/7,      /users,   /v2
            /users/**,        /v2,        /users/,      /v2/,       /users,   /v2
            /users/**,        /v2,        /users,       /v2,        /users,   /v2
            /users/**,        /,          /users/7,     /7,         /users,   ''
            /users/**,        /,          /users,       /,          /users,   ''
            /users/**,        /,          /users/,      /,          /users,   ''
            /**,              /v2,        /7,           /v2/7,      '',       /v2
            /**,              /v2,        /,            /v2/,       '',       /v2
            /{t}/users/**,    /x/{t},     /acme/users/7, /x/acme/7, /acme/users, /x/acme
            """)
    void putsAPrefixInPlaceOfTheMatchedOne(String pattern, String prefix, String path, String forwarded, String removed,
            String newPrefix) {
        check(PathRewrite.toPrefix(prefix, PathPattern.parse(pattern)), pattern, path, forwarded, removed, newPrefix);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            v2            | 'v2' at offset 0 (expected: a path that begins with '/')
            /{other}      | '/{other}' at offset 2 (expected: a capture of /f/{id}/**: {id}, {**})
            /{**}/x       | '/{**}/x' at offset 1 (expected: {**} only as the last segment)
            /a{**}        | '/a{**}' at offset 2 (expected: {**} only as the last segment)
            /**           | '/**' at offset 1 (expected: {**} for what ** matched)
            /x-{id}       | '/x-{id}' at offset 3 (expected: {name} as a whole segment)
            `/a b`        | '/a b' at offset 2 (expected: /a%20b, its canonical form)
            /a//b         | '/a//b' at offset 3 (expected: /a/b, its canonical form)
            /a/../b       | '/a/../b' at offset 3 (expected: a path that a request may have; this one contains a '..' segment)
            /a?b=c        | '/a?b=c' at offset 1 (expected: a path that a request may have; this one contains a '#' or '?')
            """)
    void refusesATemplateThatMakesNoGoodPath(String template, String message) {
        assertThatThrownBy(() -> PathRewrite.toPath(template, PathPattern.parse("/f/{id}/**")))
                .isInstanceOf(PatternException.class).hasMessage(message);
    }

    @Test
    void refusesAPrefixThatReplacesNone() {
        assertThatThrownBy(() -> PathRewrite.toPrefix("/v2", PathPattern.parse("/users/{id}")))
                .hasMessage("'/v2' at offset 0 (expected: a route whose path ends with /**, not /users/{id})");
        assertThatThrownBy(() -> PathRewrite.toPrefix("/v2/{**}", PathPattern.parse("/users/**")))
                .hasMessage("'/v2/{**}' at offset 4 (expected: a prefix without {**}, which follows it anyway)");
        assertThatThrownBy(() -> PathRewrite.toPrefix("/v2/", PathPattern.parse("/users/**")))
                .hasMessage("'/v2/' at offset 3 (expected: /v2)");
        assertThatThrownBy(() -> PathTemplate.of("/{id}", PathPattern.parse("/users")))
                .hasMessage("'/{id}' at offset 2 (expected: no capture: /users has none)");
    }

    @Test
    void row39_row16_makesACanonicalPathOfWhateverArrives() {
        PathRewrite[] rewrites = {PathRewrite.toPath("/{**}", PathPattern.parse("/f/**")),
            PathRewrite.toPath("/v2/{**}", PathPattern.parse("/f/**")),
            PathRewrite.toPrefix("/", PathPattern.parse("/f/**")),
            PathRewrite.toPrefix("/v2", PathPattern.parse("/f/**"))};
        String[] parts = {"/", "//", "a", ".", "..", "%2e", "%2E%2e", "%2f", "%2F", "%5c", "\\", ";", "%3B", "%25",
            "%252e", "%0d%0a", "%00", "%20", "?", "%C3%A9", "%c0%ae", "~", "%7e", "|", "@"};
        CanonicalPath path = new CanonicalPath();
        CanonicalPath again = new CanonicalPath();
        for (long seed = 1; seed <= 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder arrived = new StringBuilder("/f/");
            for (int i = random.nextInt(6); i >= 0; i--) {
                arrived.append(parts[random.nextInt(parts.length)]);
            }
            PathOptions options = new PathOptions(random.nextBoolean(), random.nextBoolean());
            byte[] bytes = arrived.toString().getBytes(StandardCharsets.ISO_8859_1);
            if (path.read(bytes, 0, bytes.length, options) != null) {
                continue;
            }
            Match<String> match = match("/f/**", path.toString());
            if (match.kind() != Match.Kind.FOUND) {
                continue;
            }
            for (PathRewrite rewrite : rewrites) {
                byte[] forwarded = rewrite.forward(match);
                PathRefusal refusal = again.read(forwarded, 0, forwarded.length, options);
                assertThat(refusal).as("seed %d: %s", seed, arrived).isNull();
                assertThat(again.isRewritten()).as("seed %d: %s", seed, arrived).isFalse();
            }
        }
    }

    private static void check(PathRewrite rewrite, String pattern, String path, String forwarded, String removed,
            @Nullable String prefix) {
        Match<String> match = match(pattern, path);
        assertThat(text(rewrite.forward(match))).isEqualTo(forwarded);
        assertThat(text(rewrite.removedPrefix(match))).isEqualTo(removed);
        byte[] made = rewrite.newPrefix(match);
        assertThat(made == null ? null : text(made)).isEqualTo(prefix);
    }

    /** The path stands in the middle of a head, as paths do. */
    private static Match<String> match(String pattern, String path) {
        RouteTable<String> table = RouteTable.<String>builder().add(null, PathPattern.parse(pattern), null, "x")
                .build();
        byte[] head = ("GET " + path + " HTTP/1.1").getBytes(StandardCharsets.US_ASCII);
        Match<String> match = new Match<>();
        table.match(head, 0, 0, head, 4, 4 + path.length(), "GET", match);
        return match;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
