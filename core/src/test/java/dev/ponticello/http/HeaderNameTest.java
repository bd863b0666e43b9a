package dev.ponticello.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderNameTest {
    private static boolean matches(HeaderName name, String text) {
        byte[] bytes = ("x" + text + "x").getBytes(StandardCharsets.ISO_8859_1);
        return name.matches(bytes, 1, bytes.length - 1);
    }

    private static boolean resembles(HeaderName name, String text) {
        byte[] bytes = ("x" + text + "x").getBytes(StandardCharsets.ISO_8859_1);
        return name.resembles(bytes, 1, bytes.length - 1);
    }

    @Test
    void matchesInAnyCaseOfItsLetters() {
        HeaderName name = HeaderName.of("X-User_Id.1");
        assertThat(matches(name, "X-User_Id.1")).isTrue();
        assertThat(matches(name, "x-uSER_iD.1")).isTrue();
        assertThat(matches(name, "X-User-Id.1")).isFalse();
        assertThat(matches(name, "X-User_Id.2")).isFalse();
        assertThat(matches(name, "X-User_Id.")).isFalse();
        assertThat(matches(name, "X-User_Id.11")).isFalse();
    }

    @Test
    void foldsLettersOnly() {
        // '@' and '`', '[' and '{', '^' and '~' differ in the bit that tells cases apart, and are no letters.
        assertThat(matches(HeaderName.of("a`b"), "a@b")).isFalse();
        assertThat(matches(HeaderName.of("a^b"), "a~b")).isFalse();
        assertThat(matches(HeaderName.of("a-b"), "a\rb")).isFalse();
        assertThat(resembles(HeaderName.of("a^b"), "a~b")).isFalse();
    }

    @Test
    void resemblesWhatAServerBehindMayTakeForIt() {
        HeaderName name = HeaderName.of("X-User-Id");
        assertThat(resembles(name, "x-user-id")).isTrue();
        assertThat(resembles(name, "X_USER_ID")).isTrue();
        assertThat(resembles(name, "x.User_Id")).isTrue();
        assertThat(resembles(name, "XUserId")).isFalse();
        assertThat(resembles(name, "x~user~id")).isFalse();
        assertThat(resembles(HeaderName.of("x_user.id"), "X-User-Id")).isTrue();
    }

    @Test
    void isEqualInAnyCaseOfItsLetters() {
        assertThat(HeaderName.of("VIA")).isEqualTo(HeaderName.VIA).hasSameHashCodeAs(HeaderName.VIA);
        assertThat(HeaderName.of("x_a")).isNotEqualTo(HeaderName.of("x-a"));
        assertThat(HeaderName.of("VIA").toString()).isEqualTo("VIA");
    }

    @Test
    void hasTheHashOfItsNormalForm() {
        int hash = FieldText.HASH_SEED;
        for (byte b : "x-user-id".getBytes(StandardCharsets.US_ASCII)) {
            hash = FieldText.hash(hash, b);
        }
        assertThat(HeaderName.of("X_User.ID").hash()).isEqualTo(hash);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "é"})
    void refusesWhatIsNoToken(String text) {
        assertThatThrownBy(() -> HeaderName.of(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("field name: '" + text + "' (expected: letters, digits or !#$%&'*+-.^_`|~)");
    }

    @Test
    void setsFindWhatResemblesOneOfTheirs() {
        String letters = "abAB-_.~1";
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<HeaderName> names = new ArrayList<>();
            for (int i = random.nextInt(70); i > 0; i--) {
                names.add(HeaderName.of(token(random, letters)));
            }
            HeaderNameSet set = HeaderNameSet.of(names);
            for (int i = 0; i < 300; i++) {
                byte[] asked = ("<" + token(random, letters) + ">").getBytes(StandardCharsets.US_ASCII);
                int end = asked.length - 1;
                int hash = HeaderName.of(new String(asked, 1, end - 1, StandardCharsets.US_ASCII)).hash();
                boolean expected = names.stream().anyMatch(name -> name.resembles(asked, 1, end));
                assertThat(set.resembles(hash, asked, 1, end)).as("seed %d", seed).isEqualTo(expected);
            }
        }
    }

    private static String token(Random random, String letters) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }
}
