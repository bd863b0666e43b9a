package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Method;
import dev.ponticello.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class ResponseParserTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private static ResponseHead accepted(String text) {
        return accepted(text, Method.GET);
    }

    /** The head of this text, which is whole with its last byte, whatever follows and however it is cut. */
    private static ResponseHead accepted(String text, Method requestMethod) {
        String result = Pieces.cutEveryWay(text, () -> new ResponseReader(requestMethod));
        assertThat(result).as(text).startsWith("taken=" + text.length() + " ");
        assertThat(Pieces.cutEveryWay(text + "body\r\n\r\n", () -> new ResponseReader(requestMethod)))
                .isEqualTo(result);
        ResponseReader reader = new ResponseReader(requestMethod);
        reader.read(Unpooled.wrappedBuffer(Pieces.bytes(text)));
        return reader.head;
    }

    /** Each text is refused with its last byte, not before, whatever follows and however it is cut. */
    private static void refused(HeadFault fault, String... texts) {
        for (String text : texts) {
            refusedWithin(4096, 20, fault, text);
        }
    }

    private static void refusedWithin(int headLimit, int fieldLimit, HeadFault fault, String text) {
        assertThat(Pieces.cutEveryWay(text, () -> new ResponseReader(headLimit, fieldLimit, Method.GET))).as(text)
                .isEqualTo("fault " + fault);
        assertThat(Pieces.cutEveryWay(text + "x\r\n\r\n", () -> new ResponseReader(headLimit, fieldLimit, Method.GET)))
                .as(text).isEqualTo("fault " + fault);
        assertThat(Pieces.doneAfter(text, new ResponseReader(headLimit, fieldLimit, Method.GET))).as(text)
                .isEqualTo(text.length());
    }

    @Test
    void readsAnOrdinaryResponse() {
        ResponseHead head = accepted("HTTP/1.1 404 Not Found\r\nServer: x\r\nContent-Length: 12\r\n\r\n");

        assertThat(head.status()).isEqualTo(404);
        assertThat(head.minorVersion()).isEqualTo(1);
        assertThat(head.bodyLength()).isEqualTo(12);
        assertThat(head.keepAlive()).isTrue();
        assertThat(head.headers()).hasToString("Server: x\nContent-Length: 12\n");
        assertThat(head.headers().hash(1)).isEqualTo(HeaderName.CONTENT_LENGTH.hash());
    }

    @Test
    void readsStatusLinesWithAndWithoutReason() {
        for (String reason : new String[]{"", " ", " OK", " a  b\tc ", " \u00e4\u00ff", " : x"}) {
            assertThat(accepted("HTTP/1.1 201" + reason + "\r\n\r\n").status()).isEqualTo(201);
        }
    }

    @Test
    void readsEveryStatusFrom100To599() {
        for (int status = 100; status < 600; status++) {
            assertThat(accepted("HTTP/1.1 " + status + "\r\n\r\n").status()).isEqualTo(status);
        }
    }

    @Test
    void refusesABadStatusLine() {
        refused(HeadFault.STATUS_LINE, "\r", "\n", " ", "h", "HTTP/a", "HTTP/1.a", "HTTP/1.1\t", "HTTP/1.1  ",
                "HTTP/1.1 a",
                "HTTP/1.1 20 ", "HTTP/1.1 2\r", "HTTP/1.1 2000", "HTTP/1.1 200\t", "HTTP/1.1 200 \0",
                "HTTP/1.1 200 O\u007f",
                "HTTP/1.1\r", "HTTP/1.1 200x", "HTTP/1.1 +");
        refused(HeadFault.STATUS_RANGE, "HTTP/1.1 0", "HTTP/1.1 6", "HTTP/1.1 9");
        refused(HeadFault.VERSION, "HTTP/2", "HTTP/0", "HTTP/1.2");
        refused(HeadFault.LF_WITHOUT_CR, "HTTP/1.1 200\n", "HTTP/1.1 200 \n", "HTTP/1.1 200 OK\n");
        refused(HeadFault.CR_WITHOUT_LF, "HTTP/1.1 200\r\r", "HTTP/1.1 200 OK\rx");
    }

    @Test
    void row07_refusesBadFields() {
        refused(HeadFault.FIELD_FOLDED, OK + "a: b\r\n ", OK + "\t");
        refused(HeadFault.FIELD_NAME_SPACE, OK + "Content-Length ");
        refused(HeadFault.FIELD_WITHOUT_COLON, OK + "a\r");
        refused(HeadFault.FIELD_NAME_EMPTY, OK + ":");
        refused(HeadFault.FIELD_NAME_CHARACTER, OK + "\u00e4");
        refused(HeadFault.FIELD_VALUE_CHARACTER, OK + "a: \0");
    }

    @Test
    void row20_refusesHeaderInjection() {
        refused(HeadFault.LF_WITHOUT_CR, OK + "Location: /a\n", OK + "\n");
        refused(HeadFault.CR_WITHOUT_LF, OK + "Location: /a\rS", OK + "\rx");
    }

    @Test
    void row01_refusesContentLengthWithTransferEncoding() {
        refused(HeadFault.LENGTH_AND_ENCODING, OK + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 304 x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    @Test
    void row20_refusesTwoContentLengths() {
        refused(HeadFault.LENGTH_REPEATED, OK + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n");
        refused(HeadFault.LENGTH_INVALID, OK + "Content-Length: 5, 5\r\n\r\n", OK + "Content-Length: +5\r\n\r\n",
                OK + "Content-Length:\r\n\r\n", OK + "Content-Length: 9223372036854775808\r\n\r\n");
    }

    @Test
    void row04_refusesAnyTransferEncodingButOneChunked() {
        refused(HeadFault.ENCODING_INVALID, OK + "Transfer-Encoding: gzip\r\n\r\n",
                OK + "Transfer-Encoding: gzip, chunked\r\n\r\n", OK + "Transfer-Encoding: xchunked\r\n\r\n",
                OK + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n");
        refused(HeadFault.ENCODING_BEFORE_1_1, "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    @Test
    void row20_refusesABodyThatTheStatusForbids() {
        for (String line : new String[]{"HTTP/1.1 204 No Content\r\n", "HTTP/1.1 100\r\n", "HTTP/1.1 101\r\n",
            "HTTP/1.1 103\r\n", "HTTP/1.0 204\r\n"}) {
            refused(HeadFault.BODY_FORBIDDEN, line + "Content-Length: 1\r\n\r\n");
            assertThat(accepted(line + "Content-Length: 0\r\n\r\n").bodyLength()).isZero();
            assertThat(accepted(line + "\r\n").bodyLength()).isZero();
        }
        refused(HeadFault.BODY_FORBIDDEN, "HTTP/1.1 204\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 199\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    @Test
    void tellsTheLengthOfTheBody() {
        assertThat(accepted(OK + "Content-Length: 0\r\n\r\n").bodyLength()).isZero();
        assertThat(accepted(OK + "Content-Length: 9223372036854775807\r\n\r\n").bodyLength()).isEqualTo(Long.MAX_VALUE);
        assertThat(accepted(OK + "Transfer-Encoding: Chunked\r\n\r\n").bodyLength()).isEqualTo(BodyLength.CHUNKED);
        assertThat(accepted("HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n").bodyLength()).isZero();
        assertThat(accepted("HTTP/1.1 304 x\r\n\r\n").keepAlive()).isTrue();
        assertThat(accepted("HTTP/1.1 205 x\r\nContent-Length: 5\r\n\r\n").bodyLength()).isEqualTo(5);
    }

    @Test
    void readsNoBodyAfterHead() {
        for (String fields : new String[]{"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", ""}) {
            ResponseHead head = accepted(OK + fields + "\r\n", Method.HEAD);
            assertThat(head.bodyLength()).isZero();
            assertThat(head.keepAlive()).isTrue();
        }
    }

    @Test
    void endsTheConnectionWithABodyOfUnknownLength() {
        ResponseHead head = accepted(OK + "\r\n");
        assertThat(head.bodyLength()).isEqualTo(BodyLength.UNTIL_CLOSE);
        assertThat(head.keepAlive()).isFalse();
        head = accepted("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n");
        assertThat(head.bodyLength()).isEqualTo(BodyLength.UNTIL_CLOSE);
        assertThat(head.keepAlive()).isFalse();
    }

    @Test
    void tellsWhetherTheConnectionGoesOn() {
        String length = "Content-Length: 0\r\n";
        assertThat(accepted(OK + length + "\r\n").keepAlive()).isTrue();
        assertThat(accepted(OK + length + "Connection: Close\r\n\r\n").keepAlive()).isFalse();
        ResponseHead head = accepted("HTTP/1.0 200 OK\r\n" + length + "\r\n");
        assertThat(head.keepAlive()).isFalse();
        assertThat(head.minorVersion()).isZero();
        assertThat(accepted("HTTP/1.0 200 OK\r\n" + length + "Connection: keep-alive\r\n\r\n").keepAlive()).isTrue();
    }

    @Test
    void row11_readsInformationalHeadsBeforeTheFinalOne() {
        String hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        String last = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
        for (Method method : new Method[]{Method.GET, Method.HEAD}) {
            ByteBuf in = Unpooled.wrappedBuffer(Pieces.bytes(hints + "HTTP/1.1 100 Continue\r\n\r\n" + last + "abc"));
            ResponseReader reader = new ResponseReader(method);
            assertThat(reader.read(in)).isTrue();
            assertThat(reader.head.isInformational()).isTrue();
            assertThat(reader.head.bodyLength()).isZero();
            assertThat(in.readerIndex()).isEqualTo(hints.length());
            reader.reset();
            assertThat(reader.read(in)).isTrue();
            assertThat(reader.head.status()).isEqualTo(100);
            assertThat(reader.head.headers().slots()).isZero();
            reader.reset();
            assertThat(reader.read(in)).isTrue();
            assertThat(reader.head.status()).isEqualTo(200);
            assertThat(reader.head.bodyLength()).isEqualTo(method.equals(Method.HEAD) ? 0 : 3);
            assertThat(in.readableBytes()).isEqualTo(3);
        }
    }

    @Test
    void refusesAHeadOverItsLimits() {
        String head = OK + "a:\r\n\r\n";
        int length = head.length();
        assertThat(Pieces.cutEveryWay(head, () -> new ResponseReader(length, 1, Method.GET)))
                .startsWith("taken=" + length);
        refusedWithin(length - 1, 1, HeadFault.HEAD_TOO_LARGE, head.substring(0, length - 1));
        refusedWithin(100, 1, HeadFault.TOO_MANY_FIELDS, OK + "a:\r\nb");
        refusedWithin(12, 1, HeadFault.HEAD_TOO_LARGE, "HTTP/1.1 200");
        refusedWithin(20, 1, HeadFault.HEAD_TOO_LARGE, "HTTP/1.1 200 reasons");
    }

    @Test
    void tellsWhetherAHeadHasBegun() {
        ResponseReader reader = new ResponseReader(Method.GET);
        ByteBuf in = Unpooled.buffer();
        reader.read(in);
        assertThat(reader.parser.hasBegun()).isFalse();
        for (byte b : Pieces.bytes(OK + "\r\n")) {
            reader.read(in.writeByte(b));
            assertThat(reader.parser.hasBegun()).isTrue();
        }
        reader.reset();
        assertThat(reader.parser.hasBegun()).isFalse();
    }

    @Test
    void forgetsOneHeadBeforeTheNext() {
        ResponseReader reader = new ResponseReader(Method.GET);
        Pieces.cutAt(Pieces.bytes("HTTP/1.0 503 x\r\nContent-Length: 7\r\nX: y\r\n\r\n"), reader);
        reader.reset();
        assertThat(Pieces.cutAt(Pieces.bytes("HTTP/1.1 200 OK\rx"), reader)).isEqualTo("fault CR_WITHOUT_LF");
        reader.reset();
        String plain = "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertThat(Pieces.cutAt(Pieces.bytes(plain), reader))
                .isEqualTo(Pieces.cutAt(Pieces.bytes(plain), new ResponseReader(Method.GET)));
    }
}
