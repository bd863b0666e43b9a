package dev.ponticello.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {

    @Test
    void tellsTheNamesOfWhatItCaptures() {
        assertThat(PathPattern.parse("/").names()).isEmpty();
        assertThat(PathPattern.parse("/users/{id}/orders/{order-id_2}").names()).containsExactly("id", "order-id_2");
        assertThat(PathPattern.parse("/{a}/files/**").names()).containsExactly("a", "**");
    }

    @Test
    void isWrittenAsItWasRead() {
        assertThat(PathPattern.parse("/users/{id}/")).hasToString("/users/{id}/")
                .isEqualTo(PathPattern.parse("/users/{id}/")).isNotEqualTo(PathPattern.parse("/users/{name}/"));
    }

    @Test
    void takesLiteralsThatOnlySomeListenersLetThrough() {
        assertThat(PathPattern.parse("/a%2Fb/c;d/caf%C3%A9/%7Bx%7D").names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``           | 0 | a path that begins with '/'
            users        | 0 | a path that begins with '/'
            {id}         | 0 | a path that begins with '/'
            /a/**/b      | 3 | ** only as the last segment; {name} is one segment
            /**/         | 1 | ** only as the last segment; {name} is one segment
            /a/*         | 3 | {name} for one segment, or /** at the end
            /a/*.js      | 3 | {name} for one segment, or /** at the end
            /a**         | 2 | {name} for one segment, or /** at the end
            /x{id}       | 2 | {name} as a whole segment
            /{id}.json   | 5 | {name} as a whole segment
            /a/{id       | 6 | {name} as a whole segment
            /a/id}       | 5 | {name} as a whole segment
            /{a}{b}      | 4 | {name} as a whole segment
            /a/{}        | 4 | a name between the braces
            /{1a}        | 2 | a name: a letter or _, then letters, digits, _ and -
            /{id:[0-9]}  | 4 | a name: a letter or _, then letters, digits, _ and -
            /{a/b}       | 3 | {name} as a whole segment
            /{id}/x/{id} | 9 | each name once; 'id' is written twice
            /a//b        | 3 | /a/b, its canonical form
            /a/./b       | 3 | /a/b, its canonical form
            /a/.         | 3 | /a/, its canonical form
            /a/%2e       | 3 | /a/, its canonical form
            /%61/{x}     | 1 | /a/{x}, its canonical form
            /a%3a        | 4 | /a%3A, its canonical form
            /{x}/café    | 8 | /{x}/caf%C3%A9, its canonical form
            /a b         | 2 | /a%20b, its canonical form
            /a/../b      | 3 | a path that a request may have; this one contains a '..' segment
            /a/%zz       | 3 | a path that a request may have; this one contains a '%' without two hexadecimal digits
            /a?x=1       | 1 | a path that a request may have; this one contains a '#' or '?'
            /a/%2541/..; | 9 | a path that a request may have; this one contains a '..' segment
            """)
    void saysWhereAPatternGoesWrongAndWhatWasExpected(String text, int offset, String expected) {
        PatternException wrong = catchThrowableOfType(PatternException.class, () -> PathPattern.parse(text));

        assertThat(wrong.offset()).isEqualTo(offset);
        assertThat(wrong.expected()).isEqualTo(expected);
        assertThat(wrong.pattern()).isEqualTo(text);
        assertThat(wrong).hasMessage("'" + text + "' at offset " + offset + " (expected: " + expected + ")");
    }

    @Test
    void refusesTooManySegments() {
        assertThat(PathPattern.parse("/a".repeat(256)).names()).isEmpty();
        PatternException wrong = catchThrowableOfType(PatternException.class,
                () -> PathPattern.parse("/a".repeat(257)));
        assertThat(wrong.expected()).isEqualTo("at most 256 segments, not 257");
    }

    @Test
    void keepsControlCharactersOutOfItsMessage() {
        PatternException wrong = catchThrowableOfType(PatternException.class, () -> PathPattern.parse("/a\n"));
        assertThat(wrong).hasMessage("'/a\\u000a' at offset 1 (expected: a path that a request may have; "
                + "this one contains a control character)");
    }

    @Test
    void coversWhatIsBelowIt() {
        assertThat(PathPattern.parse("/").below()).hasToString("/**");
        assertThat(PathPattern.parse("/api/{tenant}").below()).hasToString("/api/{tenant}/**");
    }

    @Test
    void refusesToCoverWhatIsBelowARestOrATrailingSlash() {
        PatternException rest = catchThrowableOfType(PatternException.class,
                () -> PathPattern.parse("/api/**").below());
        assertThat(rest).hasMessage("'/api/**' at offset 5 (expected: a path without **)");
        PatternException slash = catchThrowableOfType(PatternException.class, () -> PathPattern.parse("/api/").below());
        assertThat(slash).hasMessage("'/api/' at offset 4 (expected: /api)");
    }
}
