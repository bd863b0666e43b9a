package dev.ponticello.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KeyHashTest {
    private static final KeyHash HASH = new KeyHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    /** The first results of the reference implementation, for 0, 1, 2… bytes 00 01 02…. */
    private static final long[] REFERENCE = {0x726fdb47dd0e0e31L, 0x74f839c593dc67fdL, 0x0d6c8009d9a94f5aL,
        0x85676696d7fb7e2dL, 0xcf2794e0277187b7L, 0x18765564cd99a68dL, 0xcbc9466e58fee3ceL, 0xab0200f58b01d137L,
        0x93f5f5799a932462L, 0x9e0082df0ba9e4b0L, 0x7a5dbbc594ddb9f3L, 0xf4b32f46226bada7L, 0x751e8fbc860ee5fbL,
        0x14ea5627c0843d90L, 0xf723ca908e7af2eeL, 0xa129ca6149be45e5L, 0x3f2acc7f57c29bdbL};

    @Test
    void isSipHash24() {
        byte[] bytes = new byte[REFERENCE.length];
        for (int length = 0; length < REFERENCE.length; length++) {
            bytes[length] = (byte) length;
            assertThat(HASH.hash(bytes, 0, length)).as("%d bytes", length).isEqualTo(REFERENCE[length]);
        }
    }

    @Test
    void hashesOneWordAsItsEightBytes() {
        assertThat(HASH.hash(0x0706050403020100L)).isEqualTo(REFERENCE[8]);
    }

    @Test
    void hashesTwoWordsAsTheirSixteenBytes() {
        assertThat(HASH.hash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L)).isEqualTo(REFERENCE[16]);
    }

    @Test
    void hashesATextAsTheTwoBytesOfItsCharacters() {
        StringBuilder text = new StringBuilder();
        for (int length = 0; length < REFERENCE.length; length += 2) {
            assertThat(HASH.hash(text.toString())).as("%d bytes", length).isEqualTo(REFERENCE[length]);
            text.append((char) (length | (length + 1) << 8));
        }
    }

    @Test
    void looksOnlyAtTheRange() {
        byte[] bytes = new byte[64];
        Arrays.fill(bytes, (byte) 0xff);
        for (int i = 0; i < 15; i++) {
            bytes[7 + i] = (byte) i;
        }
        assertThat(HASH.hash(bytes, 7, 22)).isEqualTo(REFERENCE[15]);
    }

    @Test
    void hashesTheSameBytesDifferentlyUnderEachSecret() {
        byte[] bytes = {1, 2, 3};
        assertThat(new KeyHash(1, 2).hash(bytes, 0, 3)).isNotEqualTo(new KeyHash(1, 3).hash(bytes, 0, 3))
                .isNotEqualTo(new KeyHash(0, 2).hash(bytes, 0, 3));
    }

    @Test
    void refusesARangeThatTheArrayHasNot() {
        assertThatThrownBy(() -> HASH.hash(new byte[4], 1, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> HASH.hash(new byte[4], 3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
