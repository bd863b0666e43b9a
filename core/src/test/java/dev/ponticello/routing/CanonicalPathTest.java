package dev.ponticello.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalPathTest {

    private static final PathOptions PARAMETERS = new PathOptions(true, false);
    private static final PathOptions SLASHES = new PathOptions(false, true);
    private static final PathOptions BOTH = new PathOptions(true, true);

    private static final Pattern DOTS_OR_TWO_SLASHES = Pattern.compile("//|/\\.\\.?(?:/|$)");

    private final CanonicalPath path = new CanonicalPath();

    @ParameterizedTest
    @ValueSource(strings = {"/", "/users", "/users/1", "/users/", "/a-b._~/c", "/.well-known/x", "/..a", "/...", "/a..",
        "/a.b/c.", "/!$&'()*+,=:@", "/caf%C3%A9", "/100%25", "/%2541", "/a%20b", "/%3Bx", "/a%3Bb", "/%3A%40",
        "/%E0%A0%80%ED%9F%BF%F0%90%80%80%F4%8F%BF%BF", "/a%22%3C%3E%5B%5D%5E%60%7B%7C%7D", "/%2520", "/%25252541",
        "/%25", "/%25%25", "/%23%3F", "/%252E", "/x%252E%252E", "/%25C3%25A9", "/%C2%A0"})
    void leavesACanonicalPathWhereItIs(String canonical) {
        byte[] head = ("GET " + canonical + "?q=//../ HTTP/1.1").getBytes(StandardCharsets.US_ASCII);

        assertThat(path.read(head, 4, 4 + canonical.length(), PathOptions.STRICT)).isNull();

        assertThat(path.isRewritten()).isFalse();
        assertThat(path.bytes()).isSameAs(head);
        assertThat(path.from()).isEqualTo(4);
        assertThat(path.to()).isEqualTo(4 + canonical.length());
    }

    static Stream<Arguments> rewritten() {
        return Stream.of(
                // unreserved escapes
                arguments("/%61%5a%30%2d%2e%5F%7e", "/aZ0-._~"), arguments("/%75sers/%31", "/users/1"),
                arguments("/a%2eb", "/a.b"),
                // digits of escapes
                arguments("/caf%c3%a9", "/caf%C3%A9"), arguments("/%3a/x", "/%3A/x"), arguments("/%3b", "/%3B"),
                // segments that say nothing
                arguments("//", "/"), arguments("///", "/"), arguments("//admin", "/admin"), arguments("/a//b", "/a/b"),
                arguments("/a//", "/a/"), arguments("/.", "/"), arguments("/./", "/"), arguments("/a/.", "/a/"),
                arguments("/a/./b", "/a/b"), arguments("/a/././/./b", "/a/b"), arguments("/%2e", "/"),
                arguments("/%2E/a", "/a"), arguments("/a/%2e", "/a/"), arguments("/./.well-known", "/.well-known"),
                // characters that may not stand in a path
                arguments("/a\"<>[]^`{|}b", "/a%22%3C%3E%5B%5D%5E%60%7B%7C%7Db"), arguments("/{id}", "/%7Bid%7D"),
                // what looks like an escape is data once its percent sign is
                arguments("/%25%34%31", "/%2541"), arguments("/x/../".replace("..", "%2e"), "/x/"));
    }

    @ParameterizedTest
    @MethodSource("rewritten")
    void writesAnyOtherPathInItsOneForm(String arrived, String canonical) {
        assertThat(read(arrived, PathOptions.STRICT)).isNull();

        assertThat(path).hasToString(canonical);
        assertThat(path.isRewritten()).isTrue();
    }

    static Stream<Arguments> refused() {
        return Stream.of(arguments("", PathRefusal.NOT_ABSOLUTE), arguments("*", PathRefusal.NOT_ABSOLUTE),
                arguments("users", PathRefusal.NOT_ABSOLUTE), arguments("%2Fusers", PathRefusal.NOT_ABSOLUTE),
                // hostile row 38
                arguments("/admin%2F", PathRefusal.ENCODED_SLASH),
                arguments("/x/..%2fadmin", PathRefusal.ENCODED_SLASH),
                arguments("/%2e%2e/", PathRefusal.PARENT_SEGMENT), arguments("/admin;x", PathRefusal.PARAMETER),
                arguments("/admin%00", PathRefusal.CONTROL_CHARACTER), arguments("/a\\b", PathRefusal.BACKSLASH),
                arguments("/a%5cb", PathRefusal.BACKSLASH), arguments("/..\\admin", PathRefusal.BACKSLASH),
                arguments("/%252e%252e/admin", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/%c0%ae%c0%ae/admin", PathRefusal.BAD_UTF8),
                // a parent in every spelling
                arguments("/..", PathRefusal.PARENT_SEGMENT), arguments("/../", PathRefusal.PARENT_SEGMENT),
                arguments("/a/..", PathRefusal.PARENT_SEGMENT), arguments("/a/../b", PathRefusal.PARENT_SEGMENT),
                arguments("/a/.%2e", PathRefusal.PARENT_SEGMENT), arguments("/a/%2e./b", PathRefusal.PARENT_SEGMENT),
                arguments("/a/%2E%2e/b", PathRefusal.PARENT_SEGMENT), arguments("//..", PathRefusal.PARENT_SEGMENT),
                arguments("/./..", PathRefusal.PARENT_SEGMENT), arguments("/a/..;/b", PathRefusal.PARAMETER),
                arguments("/a/..%3B/b", PathRefusal.PARENT_SEGMENT),
                arguments("/a/..%3bx=1/b", PathRefusal.PARENT_SEGMENT),
                arguments("/a/.%3Bx/b", PathRefusal.AMBIGUOUS_SEGMENT),
                // encoded twice and more
                arguments("/a/.%252e/b", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/%25%32%65%25%32%65/b", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/a%252Fb", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/a%255cb", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/a%2500", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/a%250d%250aX:1", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/a%257F", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/a%25252fb", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/a%2525252fb", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/a%25%32%35%32fb", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/%2525252e%2525252e", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/%2525252e%252e", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/%252e%252e%253bx", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/a%25c0%25afb", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/%25e0%2580%25ae.", PathRefusal.HIDDEN_BY_ENCODING),
                arguments("/%25f0%2580%2580%25ae", PathRefusal.HIDDEN_BY_ENCODING),
                // control characters and what ends a path
                arguments("/a\0", PathRefusal.CONTROL_CHARACTER), arguments("/a\tb", PathRefusal.CONTROL_CHARACTER),
                arguments("/a\r\nb", PathRefusal.CONTROL_CHARACTER),
                arguments("/a\u007f", PathRefusal.CONTROL_CHARACTER),
                arguments("/a%0a", PathRefusal.CONTROL_CHARACTER), arguments("/a%1F", PathRefusal.CONTROL_CHARACTER),
                arguments("/a%7f", PathRefusal.CONTROL_CHARACTER), arguments("/a%C2%85", PathRefusal.CONTROL_CHARACTER),
                arguments("/a b", PathRefusal.SPACE), arguments("/a#b", PathRefusal.DELIMITER),
                arguments("/a?b", PathRefusal.DELIMITER), arguments("/caf\u00e9", PathRefusal.NOT_ASCII),
                // escapes that are none
                arguments("/%", PathRefusal.BAD_ESCAPE), arguments("/%4", PathRefusal.BAD_ESCAPE),
                arguments("/%4/1", PathRefusal.BAD_ESCAPE), arguments("/%zz", PathRefusal.BAD_ESCAPE),
                arguments("/%-1", PathRefusal.BAD_ESCAPE), arguments("/%u002e", PathRefusal.BAD_ESCAPE),
                arguments("/100%", PathRefusal.BAD_ESCAPE), arguments("/%%34%31", PathRefusal.BAD_ESCAPE),
                // escapes that are no UTF-8
                arguments("/%80", PathRefusal.BAD_UTF8), arguments("/%bf", PathRefusal.BAD_UTF8),
                arguments("/%c3", PathRefusal.BAD_UTF8), arguments("/%c3a9", PathRefusal.BAD_UTF8),
                arguments("/%c3/%a9", PathRefusal.BAD_UTF8), arguments("/%c0%af", PathRefusal.BAD_UTF8),
                arguments("/%c1%bf", PathRefusal.BAD_UTF8), arguments("/%e0%9f%bf", PathRefusal.BAD_UTF8),
                arguments("/%f0%8f%bf%bf", PathRefusal.BAD_UTF8), arguments("/%ed%a0%80", PathRefusal.BAD_UTF8),
                arguments("/%f4%90%80%80", PathRefusal.BAD_UTF8), arguments("/%f5%80%80%80", PathRefusal.BAD_UTF8),
                arguments("/%ff", PathRefusal.BAD_UTF8), arguments("/%e2%82", PathRefusal.BAD_UTF8),
                arguments("/%e2%82%c0", PathRefusal.BAD_UTF8));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatOthersReadInAnotherWay(String arrived, PathRefusal refusal) {
        assertThat(read(arrived, PathOptions.STRICT)).isEqualTo(refusal);

        assertThat(path).hasToString("");
        assertThat(path.isRewritten()).isFalse();
    }

    static Stream<Arguments> allowed() {
        return Stream.of(arguments(PARAMETERS, "/admin;x", "/admin;x"), arguments(PARAMETERS, "/;id=1", "/;id=1"),
                arguments(PARAMETERS, "/a;x=%2E/b;y", "/a;x=./b;y"), arguments(PARAMETERS, "/a;..", "/a;.."),
                arguments(PARAMETERS, "/...;x", "/...;x"), arguments(PARAMETERS, "/a;x/./b", "/a;x/b"),
                arguments(SLASHES, "/a%2fb", "/a%2Fb"), arguments(SLASHES, "/%2F", "/%2F"),
                arguments(SLASHES, "/group%2Fproject/x", "/group%2Fproject/x"),
                arguments(SLASHES, "/a%2F...", "/a%2F..."), arguments(SLASHES, "/a%2F%2Fb", "/a%2F%2Fb"),
                arguments(BOTH, "/a;x%2fb", "/a;x%2Fb"));
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void letsThroughWhatTheListenerAllows(PathOptions options, String arrived, String canonical) {
        assertThat(read(arrived, options)).isNull();

        assertThat(path).hasToString(canonical);
    }

    static Stream<Arguments> refusedAllTheSame() {
        return Stream.of(arguments(PARAMETERS, "/a/..;/b", PathRefusal.PARENT_SEGMENT),
                arguments(PARAMETERS, "/a/..;x=1", PathRefusal.PARENT_SEGMENT),
                arguments(PARAMETERS, "/a/%2e.;x", PathRefusal.PARENT_SEGMENT),
                arguments(PARAMETERS, "/a/.;x/b", PathRefusal.AMBIGUOUS_SEGMENT),
                arguments(PARAMETERS, "/a/%252e%252e;x", PathRefusal.HIDDEN_BY_ENCODING),
                arguments(PARAMETERS, "/a%2Fb", PathRefusal.ENCODED_SLASH),
                arguments(SLASHES, "/a/..%2Fb", PathRefusal.PARENT_SEGMENT),
                arguments(SLASHES, "/a%2F..", PathRefusal.PARENT_SEGMENT),
                arguments(SLASHES, "/a%2f%2e%2e%2fb", PathRefusal.PARENT_SEGMENT),
                arguments(SLASHES, "/a%2F.%2Fb", PathRefusal.AMBIGUOUS_SEGMENT),
                arguments(SLASHES, "/.%2Fb", PathRefusal.AMBIGUOUS_SEGMENT),
                arguments(SLASHES, "/a%2F%252e%252e", PathRefusal.HIDDEN_BY_ENCODING),
                arguments(SLASHES, "/a%252Fb", PathRefusal.HIDDEN_BY_ENCODING),
                arguments(SLASHES, "/a;b", PathRefusal.PARAMETER), arguments(SLASHES, "/a%5Cb", PathRefusal.BACKSLASH),
                arguments(BOTH, "/a%2F..;x%2Fb", PathRefusal.PARENT_SEGMENT));
    }

    @ParameterizedTest
    @MethodSource("refusedAllTheSame")
    void refusesAParentWhateverTheListenerAllows(PathOptions options, String arrived, PathRefusal refusal) {
        assertThat(read(arrived, options)).isEqualTo(refusal);
    }

    @Test
    void decodesAPercentSignAgainThreeTimesAndNoMore() {
        assertThat(read("/%2525252f", PathOptions.STRICT)).isEqualTo(PathRefusal.HIDDEN_BY_ENCODING);
        assertThat(read("/%252525252f", PathOptions.STRICT)).isNull();
        assertThat(path).hasToString("/%252525252f");
    }

    @Test
    void readsALongerPathAfterAShorterOne() {
        assertThat(read("/%61", PathOptions.STRICT)).isNull();
        assertThat(path).hasToString("/a");
        assertThat(read("/" + "{".repeat(8000), PathOptions.STRICT)).isNull();
        assertThat(path).hasToString("/" + "%7B".repeat(8000));
        assertThat(read("/%62", PathOptions.STRICT)).isNull();
        assertThat(path).hasToString("/b");
    }

    @Test
    void forgetsTheLastPathWhenItRefuses() {
        assertThat(read("/%61", PathOptions.STRICT)).isNull();
        assertThat(read("/..", PathOptions.STRICT)).isEqualTo(PathRefusal.PARENT_SEGMENT);

        assertThat(path).hasToString("");
    }

    @Test
    void saysTheReasonInASentence() {
        assertThat(PathRefusal.PARENT_SEGMENT.sentence()).isEqualTo("The path contains a '..' segment");
        assertThat(PathRefusal.values()).allSatisfy(refusal -> assertThat(refusal.sentence())
                .matches("The path [ -~]*[^.]").doesNotContain("\"", "\\"));
    }

    @Test
    void agreesWithTheRulesSpelledOutOnText() {
        List<String> pieces = List.of("/", "/", "/", ".", ".", "..", "%2e", "%2E", "%2f", "%2F", "%5c", "\\", "%25",
                "%25",
                "25", "2e", "2f", "5C", "%3B", ";", "3b", "a", "B", "~", "%61", "%7e", "%C3%A9", "%c3", "%a9", "%c0%af",
                "%e2%82%ac", "%C2%80", "%00", "00", "%7F", "%", "%4", "{", "|", " ", "#", "\u00e9", "c0", "ae", "%20",
                ":",
                "%3a");
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            for (int round = 0; round < 100; round++) {
                StringBuilder text = new StringBuilder("/");
                // Few kinds of pieces in one path, so that they meet.
                int kinds = 1 + random.nextInt(6);
                int[] chosen = random.ints(kinds, 0, pieces.size()).toArray();
                for (int i = random.nextInt(12); i > 0; i--) {
                    text.append(pieces.get(chosen[random.nextInt(kinds)]));
                }
                PathOptions options = new PathOptions(random.nextBoolean(), random.nextBoolean());
                check(text.toString(), options, seed);
            }
        }
    }

    private void check(String arrived, PathOptions options, long seed) {
        String expected = PathRules.canonical(arrived, options);
        String actual = read(arrived, options) == null ? path.toString() : null;
        boolean agrees = Objects.equals(actual, expected);
        if (agrees && actual != null) {
            agrees = path.isRewritten() != actual.equals(arrived) && !DOTS_OR_TWO_SLASHES.matcher(actual).find()
                    && read(actual, options) == null && !path.isRewritten();
        }
        if (!agrees) {
            fail("seed " + seed + ": " + arrived + " with " + options + " became " + actual + " (expected: " + expected
                    + ", and the same when read again)");
        }
    }

    private @Nullable PathRefusal read(String text, PathOptions options) {
        byte[] bytes = ("GET " + text + " HTTP/1.1").getBytes(StandardCharsets.ISO_8859_1);
        return path.read(bytes, 4, 4 + text.length(), options);
    }
}
