package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FieldLinesTest {
    @Test
    void stopsAtEveryByteThatMayNotStandInAValueWhereverItIs() {
        for (int c = 0; c < 256; c++) {
            boolean text = c == '\t' || (c >= ' ' && c != 0x7F);
            for (int length = 1; length < 26; length++) {
                for (int place = 0; place < length; place++) {
                    byte[] bytes = new byte[length + 2];
                    Arrays.fill(bytes, (byte) (c % 2 == 0 ? 'a' : 0xE4));
                    bytes[0] = 0;
                    bytes[length + 1] = 0;
                    bytes[1 + place] = (byte) c;
                    assertThat(FieldLines.skipText(bytes, 1, 1 + length))
                            .as("byte %d at %d of %d", c, place, length).isEqualTo(text ? 1 + length : 1 + place);
                }
            }
        }
    }

    @Test
    void stopsAtTheFirstOfTwoBytes() {
        int[] stops = {0, '\n', '\r', 0x1F, 0x7F};
        int[] texts = {'\t', ' ', '!', '~', 0x80, 0xFF};
        for (int stop : stops) {
            for (int text : texts) {
                for (int after : stops) {
                    byte[] bytes = new byte[24];
                    Arrays.fill(bytes, (byte) text);
                    bytes[10] = (byte) stop;
                    bytes[11] = (byte) after;
                    bytes[12] = (byte) 0x80;
                    assertThat(FieldLines.skipText(bytes, 0, 24)).as("%d before %d in %d", stop, after, text)
                            .isEqualTo(10);
                }
            }
        }
    }
}
