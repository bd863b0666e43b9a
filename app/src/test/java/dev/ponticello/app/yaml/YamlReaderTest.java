package dev.ponticello.app.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.ponticello.config.Problems;
import dev.ponticello.config.Settings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {

    @Test
    void givesEveryKeyAndValueItsPlace() {
        Settings settings = read("""
                # comment
                "a b":  one
                list:
                  - x
                  - { k: 'v',  🙂: "w" }
                  -   - deep
                text: |
                  two
                  lines
                """);
        assertThat(places(settings)).containsExactly(
                entry("", "2:1"),
                entry("key a b", "2:1"), entry("a b", "2:9 one"),
                entry("key list", "3:1"), entry("list", "4:3"),
                entry("list[0]", "4:5 x"),
                entry("list[1]", "5:5"),
                entry("key list[1].k", "5:7"), entry("list[1].k", "5:10 v"),
                entry("key list[1].🙂", "5:16"), entry("list[1].🙂", "5:19 w"),
                entry("list[2]", "6:7"), entry("list[2][0]", "6:9 deep"),
                entry("key text", "7:1"), entry("text", "7:7 two\nlines\n"));
    }

    @Test
    void takesEveryScalarForAText() {
        Settings settings = read("[yes, 010, 1.10, true, '', \"null\", 0x1F, 2001-01-01]");
        assertThat(((Settings.Sequence) settings).items()).extracting(item -> ((Settings.Scalar) item).text())
                .containsExactly("yes", "010", "1.10", "true", "", "null", "0x1F", "2001-01-01");
    }

    @Test
    void tellsNothingFromAnEmptyText() {
        Settings settings = read("[~, null, Null, NULL, ]");
        assertThat(((Settings.Sequence) settings).items()).hasSize(4).allMatch(Settings.Nothing.class::isInstance);
        assertThat(((Settings.Mapping) read("key:\n")).get("key")).isInstanceOf(Settings.Nothing.class);
    }

    @Test
    void followsAliases() {
        Settings.Mapping settings = (Settings.Mapping) read("a: &x { k: v }\nb: *x\nc: [*x, *x]\n&y d: e\nf: *y\n");
        assertThat(settings.get("b")).isSameAs(settings.get("a"));
        assertThat(((Settings.Sequence) Objects.requireNonNull(settings.get("c"))).items())
                .containsExactly(settings.get("a"), settings.get("a"));
        assertThat(settings.get("f")).isInstanceOfSatisfying(Settings.Scalar.class,
                scalar -> assertThat(scalar.text()).isEqualTo("d"));
    }

    @Test
    void takesAMergeKeyForAKeyLikeAnyOther() {
        Settings.Mapping settings = (Settings.Mapping) read("a: &x { k: v }\nb: { <<: *x }\n");
        assertThat(((Settings.Mapping) Objects.requireNonNull(settings.get("b"))).get("<<"))
                .isSameAs(settings.get("a"));
    }

    @Test
    void skipsAByteOrderMark() {
        assertThat(places(read("\uFEFFa: b"))).containsEntry("key a", "1:1").containsEntry("a", "1:4 b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "``                  | 1:1: empty (expected: a config, with listeners at least)",
        "`# only\\n`         | 1:1: empty (expected: a config, with listeners at least)",
        "`---\\n~\\n`        | 1:1: empty (expected: a config, with listeners at least)",
        "a:\\n\\tb: c        | 2:1: a tab (expected: spaces; YAML does not allow tabs for indentation)",
        "a:\\n  b: c\\n\\td: e | 3:1: a tab (expected: spaces; YAML does not allow tabs for indentation)",
        "a: 1\\n...\\n---\\nb: 2 | 3:1: a second document (expected: one document)",
        "a: b: c             | 1:5: a ':' that does not belong here (expected: one key on a line, and quotes around a "
                + "text with ': ' in it)",
        "a:\\n  b: 1\\n c: 2 | 3:2: a line that fits nothing above it (expected: the indentation of the lines that "
                + "it belongs to; the block begins in line 1)",
        "a: 'x              | 1:4: a quote that is not closed (expected: a second quote)",
        "a: [1, 2\\nb: c     | 2:2: the end of the '[' from line 1 is missing (expected: ',' or ']')",
        "a: {b: c\\n         | 2:1: the end of the '{' from line 1 is missing (expected: ',' or '}')",
        "a: {b: ${NAME}}     | 1:9: '${' without quotes inside [ ] or { } (expected: quotes around it, like "
                + "\"${NAME}\")",
        "a: [*]              | 1:5: '*' at the beginning of a text (expected: quotes around it, like '*')",
        "a: @b               | 1:4: '@' at the beginning of a text (expected: quotes around the text)",
        "a: b\\nkey\\nc: d   | 2:1: a key without ':' (expected: key: value)",
        "- a: {b: c\\n }d: e  | 1:11: behind this stands what does not belong there (expected: a line of "
                + "its own for it)",
        "%                  | 1:2: expected alphabetic or numeric character, but found the end",
        "a: *x               | 1:4: alias '*x' (expected: an anchor '&x' before it)",
        "a: &x [b, *x]       | 1:11: alias '*x' inside what it stands for (expected: an end)",
        "a: \"\\q\"          | 1:6: found unknown escape character q(113)"})
    void stopsAt(String yaml, String problem) {
        assertThat(problems(yaml.replace("\\n", "\n").replace("\\t", "\t"))).isEqualTo("f.yaml:" + problem + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"\\x1b\": 1\\n\"\\x1b\": 2 | 2:1: duplicate key '\\u001b' (expected: each key once; the first is in line 1)",
        "a: 1\\nb: 2\\na: 3  | 3:1: duplicate key 'a' (expected: each key once; the first is in line 1)",
        "a: !!int 5           | 1:4: tag 'tag:yaml.org,2002:int' (expected: no tag)",
        "a: !x {b: c}         | 1:4: tag '!x' (expected: no tag)",
        "? [a]\\n: b          | 1:3: a key that is a map or a list (expected: a text as key)",
        "{~: b}               | 1:2: no key (expected: a text as key)"})
    void goesOnAfter(String yaml, String problem) {
        Problems problems = new Problems();
        assertThat(YamlReader.read("f.yaml", bytes(yaml.replace("\\n", "\n")), problems)).isNotNull();
        assertThat(problems).hasToString("f.yaml:" + problem + "\n");
    }

    @Test
    void refusesWhatIsNotUtf8AtItsPlace() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(bytes("a: b\nü: "));
        text.write(0xE9);
        text.writeBytes(bytes("\n"));
        Problems problems = new Problems();
        assertThat(YamlReader.read("f.yaml", text.toByteArray(), problems)).isNull();
        assertThat(problems).hasToString("f.yaml:2:4: byte 0xE9, which is not UTF-8 (expected: a text in UTF-8)\n");
    }

    @Test
    void refusesATextThatEndsWithinACharacter() {
        Problems problems = new Problems();
        assertThat(YamlReader.read("f.yaml", new byte[]{'a', ':', ' ', (byte) 0xC3}, problems)).isNull();
        assertThat(problems).hasToString("f.yaml:1:4: byte 0xC3, which is not UTF-8 (expected: a text in UTF-8)\n");
    }

    @Test
    void refusesControlCharacters() {
        assertThat(problems("a: b\nc: \u0000\n"))
                .isEqualTo("f.yaml:2:4: control character U+0000 (expected: printable text)\n");
    }

    @Test
    void refusesADirectiveOfAnotherVersion() {
        assertThat(problems("%YAML 9.9\n---\na: 1\n")).isEqualTo(
                "f.yaml:1:1: a %YAML directive of another version (expected: %YAML 1.2, or none)\n");
    }

    @Test
    void refusesAnAliasBomb() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i,
                    String.join(", ", "*a" + (i - 1), "*a" + (i - 1), "*a" + (i - 1),
                            "*a" + (i - 1), "*a" + (i - 1), "*a" + (i - 1), "*a" + (i - 1), "*a" + (i - 1),
                            "*a" + (i - 1))));
        }
        assertThat(problems(bomb.toString()))
                .isEqualTo("f.yaml:6:10: more than 100000 values, aliases followed (expected: fewer)\n");
    }

    @Test
    void refusesWhatIsTooDeep() {
        assertThat(problems("[".repeat(100_000)))
                .isEqualTo(
                        "f.yaml:1:65: maps and lists 65 deep in each other, aliases followed (expected: at most 64)\n");
        StringBuilder steps = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 70; i++) {
            steps.append("a%d: &a%d [*a%d]\n".formatted(i, i, i - 1));
        }
        assertThat(problems(steps.toString())).isEqualTo(
                "f.yaml:64:12: maps and lists 65 deep in each other, aliases followed (expected: at most 64)\n");
    }

    @Test
    void refusesWhatIsTooLarge() {
        byte[] large = new byte[YamlReader.MAX_BYTES + 1];
        Arrays.fill(large, (byte) '#');
        Problems problems = new Problems();
        assertThat(YamlReader.read("f.yaml", large, problems)).isNull();
        assertThat(problems).hasToString("f.yaml:1:1: more than 1MiB (expected: at most 1MiB)\n");
        large = Arrays.copyOf(large, YamlReader.MAX_BYTES);
        assertThat(YamlReader.read("f.yaml", large, new Problems())).isNull();
    }

    @Test
    void neverThrowsWhateverItReads() {
        String[] parts = {"a", ":", " ", "\n", "  ", "- ", "[", "]", "{", "}", ",", "&x ", "*x", "!t ", "'", "\"",
            "|\n", ">\n",
            "#", "\t", "%", "? ", "---\n", "...\n", "\\", "${A}", "é", "🙂", "\u0085", "\r", "<<", "~", "@", "`"};
        long seed = 20261123;
        Random random = new Random(seed);
        for (int run = 0; run < 2_000; run++) {
            StringBuilder yaml = new StringBuilder();
            for (int i = random.nextInt(24); i >= 0; i--) {
                yaml.append(parts[random.nextInt(parts.length)]);
            }
            Problems problems = new Problems();
            try {
                Settings settings = YamlReader.read("f.yaml", bytes(yaml.toString()), problems);
                assertThat(settings == null && problems.isEmpty()).as("neither settings nor a problem").isFalse();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", run " + run + ": " + yaml, e);
            }
        }
    }

    private static Settings read(String yaml) {
        Problems problems = new Problems();
        Settings settings = YamlReader.read("f.yaml", bytes(yaml), problems);
        assertThat(problems).hasToString("");
        return Objects.requireNonNull(settings);
    }

    private static String problems(String yaml) {
        Problems problems = new Problems();
        assertThat(YamlReader.read("f.yaml", bytes(yaml), problems)).isNull();
        return problems.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> places(Settings settings) {
        Map<String, String> places = new LinkedHashMap<>();
        collect("", settings, places);
        return places;
    }

    private static void collect(String path, Settings settings, Map<String, String> places) {
        String place = settings.place().line() + ":" + settings.place().column();
        places.put(path, settings instanceof Settings.Scalar scalar ? place + " " + scalar.text() : place);
        switch (settings) {
            case Settings.Mapping mapping -> {
                for (Settings.Entry entry : mapping.entries()) {
                    String child = path.isEmpty() ? entry.key() : path + "." + entry.key();
                    places.put("key " + child, entry.keyPlace().line() + ":" + entry.keyPlace().column());
                    collect(child, entry.value(), places);
                }
            }
            case Settings.Sequence sequence -> {
                List<Settings> items = sequence.items();
                for (int i = 0; i < items.size(); i++) {
                    collect(path + "[" + i + "]", items.get(i), places);
                }
            }
            case Settings.Scalar _,Settings.Nothing _ -> {
            }
        }
    }
}
