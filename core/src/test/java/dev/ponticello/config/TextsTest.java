package dev.ponticello.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextsTest {
    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {"0B, 0", "512B, 512", "4KiB, 4096", "1MiB, 1048576", "2GiB, 2147483648",
        "8589934591GiB, 9223372035781033984", "8589934592GiB, none", "17179869185GiB, none",
        "999999999999B, 999999999999",
        "1000000000000B, none", "1kib, none", "-1KiB, none", "1, none", "KiB, none", "1 KiB, none"})
    void readsSizesThatALongHolds(String text, @Nullable Long bytes) {
        assertThat(Texts.parseSize(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"a b, 'a b'", "`\u001b[31m\r\n`, `'\\u001b[31m\\u000d\\u000a'`",
        "`a\u202eb`, 'a\\u202eb'",
        "`\u0000`, '\\u0000'", "\u00e9\ud83d\ude42, '\u00e9\ud83d\ude42'"})
    void showsWhatCannotBeSeen(String text, String quoted) {
        assertThat(Texts.quoted(text)).isEqualTo(quoted);
    }
}
