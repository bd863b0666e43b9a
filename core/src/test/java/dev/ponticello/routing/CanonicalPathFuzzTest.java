package dev.ponticello.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.testing.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Any bytes as a path; the lowest bits of the first say what the listener allows. */
class CanonicalPathFuzzTest extends FuzzTest {
    private static final Pattern DOTS_OR_TWO_SLASHES = Pattern.compile("//|/\\.\\.?(?:/|$)");

    private final CanonicalPath path = new CanonicalPath();
    private final CanonicalPath again = new CanonicalPath();

    @Override
    protected void test(byte[] input) {
        if (input.length == 0) {
            return;
        }
        PathOptions options = new PathOptions((input[0] & 1) != 0, (input[0] & 2) != 0);
        String arrived = new String(input, 1, input.length - 1, StandardCharsets.ISO_8859_1);
        String expected = PathRules.canonical(arrived, options);
        PathRefusal refusal = path.read(input, 1, input.length, options);
        assertThat(refusal == null ? path.toString() : null).isEqualTo(expected);
        if (expected == null) {
            assertThat(path.to() - path.from()).isZero();
            return;
        }
        assertThat(path.isRewritten()).isEqualTo(!expected.equals(arrived));
        byte[] canonical = expected.getBytes(StandardCharsets.US_ASCII);
        assertThat(again.read(canonical, 0, canonical.length, options)).isNull();
        assertThat(again.isRewritten()).isFalse();
        assertThat(canonical.length).isLessThanOrEqualTo(3 * arrived.length());
        assertNoServerBehindLeavesTheRoot(expected);
    }

    /** Decoded as often as servers in a row may do it, with every separator that they may see. */
    private static void assertNoServerBehindLeavesTheRoot(String canonical) {
        String text = canonical;
        for (int times = 0; times <= 4 && text != null; times++) {
            String seen = text;
            assertThat(text.split("[/\\\\]", -1)).as("%s decoded %d times: %s", canonical, times, seen)
                    .noneMatch(segment -> segment.split(";", -1)[0].equals(".."));
            text = decodedOnce(text);
        }
        assertThat(DOTS_OR_TWO_SLASHES.matcher(canonical).find()).as(canonical).isFalse();
    }

    /** Every escape decoded, one char for each byte; null if there is none. */
    private static @Nullable String decodedOnce(String text) {
        StringBuilder decoded = new StringBuilder();
        boolean some = false;
        for (int i = 0; i < text.length(); i++) {
            int high = text.charAt(i) == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                decoded.append((char) (high << 4 | low));
                i += 2;
                some = true;
            } else {
                decoded.append(text.charAt(i));
            }
        }
        return some ? decoded.toString() : null;
    }
}
