package dev.ponticello.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPatternTest {

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "api.example.com", "*.example.com", "*.com", "10.0.0.1", "[::1]",
        "[::ffff:10.0.0.1]", "my_host-1", "xn--caf-dma.example"})
    void readsNamesWildcardsAndAddresses(String text) {
        assertThat(HostPattern.parse(text)).hasToString(text);
    }

    @Test
    void makesNoDifferenceOfCase() {
        assertThat(HostPattern.parse("*.API.Example.com")).hasToString("*.api.example.com")
                .isEqualTo(HostPattern.parse("*.api.example.com")).isNotEqualTo(HostPattern.parse("api.example.com"));
        assertThat(HostPattern.parse("[2001:DB8::1]")).hasToString("[2001:db8::1]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                | 0  | a host name such as example.com
            .example.com      | 0  | a host name such as example.com
            a..b              | 2  | a host name such as example.com
            *.                | 2  | a host name such as example.com
            example.com.      | 12 | a host without a dot at its end
            example.com:8080  | 11 | a host without a port; an IPv6 address in brackets
            ::1               | 0  | a host without a port; an IPv6 address in brackets
            [::1]:80          | 5  | a host without a port
            [::1              | 4  | an IPv6 address in brackets
            [example.com]     | 2  | an IPv6 address in brackets
            [10]              | 1  | an IPv6 address in brackets
            *                 | 0  | * only as the first label, as in *.example.com
            *example.com      | 0  | * only as the first label, as in *.example.com
            api.*.com         | 4  | * only as the first label, as in *.example.com
            *.*.com           | 2  | * only as the first label, as in *.example.com
            café.example      | 3  | the ASCII form of the name (xn--…)
            a b               | 1  | letters, digits, '-', '_' and '.'
            http://a          | 4  | a host without a port; an IPv6 address in brackets
            a/b               | 1  | letters, digits, '-', '_' and '.'
            """)
    void saysWhereAPatternGoesWrongAndWhatWasExpected(String text, int offset, String expected) {
        PatternException wrong = catchThrowableOfType(PatternException.class, () -> HostPattern.parse(text));

        assertThat(wrong).hasMessage("'" + text + "' at offset " + offset + " (expected: " + expected + ")");
    }

    @Test
    void refusesNamesThatDnsCannotHold() {
        assertThat(HostPattern.parse("a".repeat(63) + ".com").name()).hasSize(67);
        PatternException label = catchThrowableOfType(PatternException.class,
                () -> HostPattern.parse("x." + "a".repeat(64)));
        assertThat(label.offset()).isEqualTo(65);
        assertThat(label.expected()).isEqualTo("at most 63 characters between dots");
        PatternException name = catchThrowableOfType(PatternException.class, () -> HostPattern.parse("a.".repeat(127)));
        assertThat(name.expected()).isEqualTo("at most 253 characters");
    }
}
