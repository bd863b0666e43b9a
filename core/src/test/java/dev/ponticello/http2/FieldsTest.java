package dev.ponticello.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.testing.Http2Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;

/** Field sections, decoded and encoded. */
class FieldsTest {
    private final FieldDecoder decoder = new FieldDecoder(1000, 5);
    private final FieldEncoder encoder = new FieldEncoder(new FieldCache());
    private final Headers headers = new Headers();

    private boolean decode(FieldDecoder.Section section, String... lines) {
        headers.clear();
        return decoder.decode(Unpooled.wrappedBuffer(Http2Peer.section(lines)), section, headers);
    }

    private int encodedBytes() {
        ByteBuf out = Unpooled.buffer();
        encoder.begin();
        encoder.add(headers);
        int most = encoder.maxWritten();
        encoder.writeTo(out);
        assertThat(out.readableBytes()).isLessThanOrEqualTo(most);
        Headers back = new Headers();
        assertThat(decoder.decode(out, FieldDecoder.Section.TRAILERS, back)).isTrue();
        assertThat(decoder.fault()).isNull();
        assertThat(back.toString()).isEqualToIgnoringCase(headers.toString());
        return out.writerIndex();
    }

    @Test
    void decodesIntoTheFlatForm() {
        assertThat(decode(FieldDecoder.Section.REQUEST, ":method: GET", ":path: /x", "a: 1", "b:", "cookie: c=1",
                "cookie: d=2")).isTrue();
        assertThat(decoder.fault()).isNull();
        assertThat(String.valueOf(decoder.method())).isEqualTo("GET");
        assertThat(String.valueOf(decoder.path())).isEqualTo("/x");
        assertThat(decoder.authority() == null).isTrue();
        assertThat(headers.toString()).isEqualTo("a: 1\nb: \nCookie: c=1; d=2\n");
        assertThat(headers.get(HeaderName.of("A"))).isEqualTo("1");
        assertThat(decoder.hasUnusualNames()).isFalse();
    }

    @Test
    void seesUnusualNames() {
        decode(FieldDecoder.Section.REQUEST, "x_y: 1");
        assertThat(decoder.hasUnusualNames()).isTrue();
        assertThat(headers.contains(HeaderName.of("X_Y"))).isTrue();
    }

    @Test
    void countsBytesAndFieldsOverAllOfASection() {
        decode(FieldDecoder.Section.REQUEST, "a: 1", "b: 1", "c: 1", "d: 1", "e: 1");
        assertThat(decoder.fault()).isNull();
        decode(FieldDecoder.Section.REQUEST, "a: 1", "b: 1", "cookie: 1", "cookie: 1", "cookie: 1", "cookie: 1");
        assertThat(decoder.fault()).isEqualTo(FieldFault.TOO_MANY_FIELDS);
        decode(FieldDecoder.Section.REQUEST, "a: " + "x".repeat(995));
        assertThat(decoder.fault()).isNull();
        decode(FieldDecoder.Section.REQUEST, "a: " + "x".repeat(996));
        assertThat(decoder.fault()).isEqualTo(FieldFault.HEAD_TOO_LARGE);
        // What is malformed and too large is too large: it is not known what else is in it.
        decode(FieldDecoder.Section.REQUEST, "A: 1", "a: " + "x".repeat(996));
        assertThat(decoder.fault()).isEqualTo(FieldFault.HEAD_TOO_LARGE);
    }

    @Test
    void aSectionThatNobodyWantsChangesTheTableAllTheSame() {
        byte[] indexed = Http2Peer.section("x-a: 1");
        indexed[0] = 0x40;
        assertThat(decoder.decode(Unpooled.wrappedBuffer(indexed), FieldDecoder.Section.IGNORED, new Headers(0, 0)))
                .isTrue();
        assertThat(decoder.decode(Unpooled.wrappedBuffer(new byte[]{(byte) 0xbe}), FieldDecoder.Section.REQUEST,
                headers)).isTrue();
        assertThat(headers.toString()).isEqualTo("x-a: 1\n");
    }

    @Test
    void aFieldThatComesAgainIsIndexedAndOneThatDoesNotIsNot() {
        headers.add(HeaderName.of("Server"), "always the same");
        int first = encodedBytes();
        encodedBytes();
        assertThat(encodedBytes()).isEqualTo(1);
        assertThat(first).isGreaterThan(15);
        for (int i = 0; i < 200; i++) {
            headers.clear();
            headers.add(HeaderName.of("ETag"), "id-" + i * 7919);
            encodedBytes();
        }
        headers.clear();
        headers.add(HeaderName.of("Server"), "always the same");
        assertThat(encodedBytes()).as("still in the table").isEqualTo(1);
    }

    @Test
    void whatMayBeASecretIsNeverIndexed() {
        for (int i = 0; i < 3; i++) {
            headers.clear();
            headers.add(HeaderName.AUTHORIZATION, "Bearer x");
            headers.add(HeaderName.SET_COOKIE, "a=b");
            headers.add(HeaderName.of("X-Api-Key"), "secret");
            assertThat(encodedBytes()).isGreaterThan(30);
        }
    }

    @Test
    void whatMayBeASecretIsMarkedSo() {
        for (int i = 0; i < 3; i++) {
            ByteBuf out = Unpooled.buffer();
            encoder.begin();
            byte[] path = {'/', '?', 'k'};
            encoder.addSecret(AsciiString.cached(":path"), path, 0, path.length);
            encoder.writeTo(out);
            // RFC 7541 §6.2.3: a literal that is never indexed, its name the fourth of the static table.
            assertThat(out.getByte(0)).isEqualTo((byte) 0x14);
        }
    }

    @Test
    void whatConcernsTheConnectionIsNotWritten() {
        Headers all = new Headers();
        all.add(HeaderName.CONNECTION, "close");
        all.add(HeaderName.TRANSFER_ENCODING, "chunked");
        all.add(HeaderName.of("X-A"), "1");
        all.remove(HeaderName.of("X-B"));
        encoder.begin();
        encoder.add(AsciiString.of("first"), AsciiString.of("1"));
        encoder.add(all);
        ByteBuf out = Unpooled.buffer();
        encoder.writeTo(out);
        assertThat(decoder.decode(out, FieldDecoder.Section.TRAILERS, headers)).isTrue();
        assertThat(headers.toString()).isEqualTo("first: 1\nx-a: 1\n");
    }

    @Test
    void onlyTheSmallestAndTheLastSizeOfTheTableAreTold() {
        headers.add(HeaderName.of("Server"), "always the same");
        for (int i = 0; i < 3; i++) {
            encodedBytes();
        }
        assertThat(encodedBytes()).isEqualTo(1);
        for (int i = 0; i < 1000; i++) {
            encoder.setTableSize(i % 2 == 0 ? 0 : 4096);
        }
        assertThat(encodedBytes()).as("the table was emptied, so the field is written anew").isBetween(20, 40);
        encodedBytes();
        assertThat(encodedBytes()).isEqualTo(1);
    }

    @Test
    void aTableThatThePeerDoesNotWantIsNotUsed() {
        encoder.setTableSize(0);
        headers.add(HeaderName.of("Server"), "always the same");
        encodedBytes();
        encodedBytes();
        assertThat(encodedBytes()).isGreaterThan(15);
    }
}
