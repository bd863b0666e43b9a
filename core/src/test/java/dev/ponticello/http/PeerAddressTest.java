package dev.ponticello.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {
    private static PeerAddress parse(String text) {
        return Objects.requireNonNull(PeerAddress.parse(text), text);
    }

    /** RFC 5952 §4 and §5. */
    @ParameterizedTest
    @CsvSource({"0.0.0.0,0.0.0.0", "255.255.255.255,255.255.255.255", "203.0.113.7,203.0.113.7", "::,::", "::1,::1",
        "1::,1::", "0:0:0:0:0:0:0:1,::1", "2001:0DB8:0000:0000:0000:0000:0000:0001,2001:db8::1",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1", "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "2001:0:0:1:0:0:0:1,2001:0:0:1::1", "1:2:3:4:5:6:7::,1:2:3:4:5:6:7:0", "::2:3:4:5:6:7:8,0:2:3:4:5:6:7:8",
        "1:0:0:4:5:6:0:0,1::4:5:6:0:0", "1:2:3:4:5:6:0:0,1:2:3:4:5:6::", "ABCD:EF01::,abcd:ef01::",
        "::ffff:192.0.2.1,192.0.2.1", "::FFFF:c000:201,192.0.2.1", "0:0:0:0:0:ffff:192.0.2.1,192.0.2.1",
        "::192.0.2.1,::c000:201", "64:ff9b::192.0.2.1,64:ff9b::c000:201", "1:2:3:4:5:6:1.2.3.4,1:2:3:4:5:6:102:304"})
    void isWrittenInItsCanonicalForm(String text, String canonical) {
        PeerAddress address = parse(text);
        assertThat(address.toString()).isEqualTo(canonical);
        assertThat(address.textBytes()).asString().isEqualTo(canonical);
        byte[] bytes = ("8." + text + ".8").getBytes(StandardCharsets.US_ASCII);
        assertThat(PeerAddress.parse(bytes, 2, bytes.length - 2)).isEqualTo(address);
        assertThat(parse(canonical)).isEqualTo(address).hasSameHashCodeAs(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4 ", " 1.2.3.4", "1..2.3", "1.2.3.",
        ".1.2.3", "+1.2.3.4", "-1.2.3.4", "0x1.2.3.4", "01.2.3.4", "1.2.3.04", "00.0.0.0", "1.2.3.1000",
        "\u0661.2.3.4", "1.2.3.4:80", "localhost", "unknown", "_hidden", ":", ":::", "1:", ":1", "::1::2", ":1::2",
        "1:::2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "12345::",
        "00001::", "g::", "::-1", "::+1", "\u0661::", "::1.2.3", "::1.2.3.256", "::01.2.3.4", "1.2.3.4::",
        "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0", "[::1]", "::1/128", "::1 "})
    void isNothingElse(String text) {
        assertThat(PeerAddress.parse(text)).isNull();
        byte[] bytes = ("8." + text + ".8").getBytes(StandardCharsets.UTF_8);
        assertThat(PeerAddress.parse(bytes, 2, bytes.length - 2)).isNull();
    }

    @Test
    void isOneClientOnEitherKindOfSocket() throws Exception {
        byte[] v4 = {(byte) 192, 0, 2, 1};
        PeerAddress mapped = PeerAddress.ofBits(0, 0x0000_FFFF_C000_0201L);
        assertThat(PeerAddress.of(InetAddress.getByAddress(v4))).isEqualTo(mapped);
        assertThat(mapped.isV4()).isTrue();
        assertThat(PeerAddress.of(v4)).isEqualTo(mapped);
        assertThat(mapped.toString()).isEqualTo("192.0.2.1");
    }

    @Test
    void tellsAddressesApart() {
        assertThat(parse("192.0.2.1")).isNotEqualTo(parse("192.0.2.2")).isNotEqualTo(parse("::192.0.2.1"));
        assertThat(parse("2001:db8::1")).isNotEqualTo(parse("2001:db9::1"));
        assertThat(parse("::1").isV4()).isFalse();
        assertThat(parse("::1").high()).isZero();
        assertThat(parse("2001:db8::1").high()).isEqualTo(0x2001_0db8_0000_0000L);
        assertThat(parse("2001:db8::1").low()).isEqualTo(1);
    }

    @Test
    void isWhatTheJdkReadsInItsText() throws Exception {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(4) == 0 ? 4 : 16];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 0);
            }
            InetAddress jdk = InetAddress.getByAddress(bytes);
            PeerAddress address = PeerAddress.of(jdk);
            assertThat(InetAddress.ofLiteral(address.toString())).as("seed %d", seed).isEqualTo(jdk);
            assertThat(parse(address.toString())).as("seed %d", seed).isEqualTo(address);
            assertThat(parse(jdk.getHostAddress())).as("seed %d", seed).isEqualTo(address);
            assertThat(PeerAddress.of(jdk.getAddress())).as("seed %d", seed).isEqualTo(address);
            ByteBuffer bits = ByteBuffer.allocate(16);
            if (address.isV4()) {
                bits.putLong(0).putInt(0xFFFF);
            }
            bits.put(jdk.getAddress()).flip();
            assertThat(PeerAddress.ofBits(bits.getLong(), bits.getLong())).as("seed %d", seed).isEqualTo(address);
        }
    }

    /** What the JDK takes beyond RFC 4291: fewer octets, leading zeros and more than four hex digits. */
    private static boolean isLoose(String text) {
        return text.matches("[^:.]*(\\.[^:.]*){0,2}") || text.matches("(.*[:.])?0[0-9]+\\..*|.*\\.0[0-9]+")
                || text.matches("(.*:)?[0-9a-f]{5,}(:.*)?");
    }

    @Test
    void readsAndRefusesWhatTheJdkDoes() {
        String[] parts = {"0", "1", "10", "255", "256", "ff", "ffff", "10000", "::", "::", ":", ":", ":", ".", ".",
            "."};
        for (long seed = 0; seed < 100_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(18); i >= 0; i--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            String literal = text.toString();
            if (!isLoose(literal)) {
                assertThat(PeerAddress.parse(literal)).as("seed %d: %s", seed, literal).isEqualTo(jdk(literal));
            }
        }
    }

    private static @Nullable PeerAddress jdk(String literal) {
        try {
            return PeerAddress.of(InetAddress.ofLiteral(literal));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
