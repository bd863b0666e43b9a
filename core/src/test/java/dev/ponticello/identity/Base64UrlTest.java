package dev.ponticello.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Base64UrlTest {

    @Test
    void readsBackWhatTheJdkWrites() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            byte[] text = ("." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + ".")
                    .getBytes(StandardCharsets.US_ASCII);

            assertThat(Base64Url.decode(text, 1, text.length - 1)).as("seed %d", seed).isEqualTo(bytes);
        }
    }

    /** A text is strict exactly if it is what the bytes that it stands for are written as. */
    @Test
    void takesOneTextForEachSequenceOfBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String some = "ABCwxyz0189-_+/= \n.~";
        int taken = 0;
        for (int round = 0; round < 100_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(7); n > 0; n--) {
                text.append(random.nextInt(20) == 0 ? some.charAt(random.nextInt(some.length()))
                        : some.charAt(random.nextInt(13)));
            }
            byte[] ascii = text.toString().getBytes(StandardCharsets.US_ASCII);
            byte[] decoded = Base64Url.decode(ascii, 0, ascii.length);
            String canonical;
            try {
                canonical = Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Base64.getUrlDecoder().decode(ascii));
            } catch (IllegalArgumentException e) {
                canonical = null;
            }
            if (decoded != null != (canonical != null && canonical.contentEquals(text))) {
                fail("seed %d: '%s' is decoded to %s, and is the canonical form %s"
                        .formatted(seed, text, Arrays.toString(decoded), canonical));
            }
            taken += decoded != null ? 1 : 0;
        }
        assertThat(taken).as("seed %d", seed).isBetween(10_000, 90_000);
    }
}
