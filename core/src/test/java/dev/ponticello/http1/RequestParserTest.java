package dev.ponticello.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Method;
import dev.ponticello.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestParserTest {
    private static final String LINE = "GET / HTTP/1.1\r\n";
    private static final String HOST = "Host: a\r\n";
    private static final String POST = "POST / HTTP/1.1\r\n" + HOST;

    /** The head of this text, which is whole with its last byte, whatever follows and however it is cut. */
    private static RequestHead accepted(String text) {
        String result = Pieces.cutEveryWay(text, RequestReader::new);
        assertThat(result).as(text).startsWith("taken=" + text.length() + " ");
        assertThat(Pieces.cutEveryWay(text + "GET /next", RequestReader::new)).isEqualTo(result);
        RequestReader reader = new RequestReader();
        reader.read(Unpooled.wrappedBuffer(Pieces.bytes(text)));
        return reader.head;
    }

    /** Each text is refused with its last byte, not before, whatever follows and however it is cut. */
    private static void refused(HeadFault fault, String... texts) {
        for (String text : texts) {
            refusedWithin(new int[]{4096, 20, 200}, fault, text);
        }
    }

    private static void refusedWithin(int[] limits, HeadFault fault, String text) {
        assertThat(Pieces.cutEveryWay(text, () -> new RequestReader(limits[0], limits[1], limits[2]))).as(text)
                .isEqualTo("fault " + fault);
        assertThat(Pieces.cutEveryWay(text + "x\r\n\r\n", () -> new RequestReader(limits[0], limits[1], limits[2])))
                .as(text).isEqualTo("fault " + fault);
        assertThat(Pieces.doneAfter(text, new RequestReader(limits[0], limits[1], limits[2]))).as(text)
                .isEqualTo(text.length());
    }

    @Test
    void readsAnOrdinaryRequest() {
        String line = "GET /users/7?full=1&x=? HTTP/1.1\r\n";
        String blanks = "X-Empty:\r\nX-Blank: \t \r\nUser-Agent: \t a b\t c \t\r\n";
        RequestHead head = accepted(line + "Host: api.example.com:8080\r\nAccept:*/*\r\n" + blanks + "\r\n");

        assertThat(head.method()).isSameAs(Method.GET);
        assertThat(head.minorVersion()).isEqualTo(1);
        assertThat(head.target()).isEqualTo("/users/7?full=1&x=?");
        assertThat(head.query()).isEqualTo("full=1&x=?");
        assertThat(head.host()).isEqualTo("api.example.com:8080");
        assertThat(head.bodyLength()).isZero();
        assertThat(head.keepAlive()).isTrue();
        assertThat(head.expectContinue()).isFalse();
        assertThat(head.hasUnusualNames()).isFalse();
        assertThat(head.headers()).hasToString(
                "Host: api.example.com:8080\nAccept: */*\nX-Empty: \nX-Blank: \nUser-Agent: a b\t c\n");
    }

    @Test
    void keepsTheLinesAsTheyCame() {
        String fields = "hOST:a\r\nX: \t8-bit \u00e4\u00ff \r\nx:\r\n";
        RequestHead head = accepted("GET / HTTP/1.1\r\n" + fields + "\r\n");

        ByteBuf out = Unpooled.buffer();
        HeadWriter.writeFields(out, head.headers());
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(fields);
    }

    @Test
    void indexesNamesByTheHashOfTheirNormalForm() {
        RequestHead head = accepted(LINE + HOST + "CoNTent-TYPE: x\r\nX_Real.IP: y\r\n\r\n");

        assertThat(head.headers().hash(1)).isEqualTo(HeaderName.CONTENT_TYPE.hash());
        assertThat(head.headers().hash(2)).isEqualTo(HeaderName.of("x-real-ip").hash());
        assertThat(head.headers().get(HeaderName.CONTENT_TYPE)).isEqualTo("x");
    }

    @Test
    void tellsNamesThatServersMayFold() {
        assertThat(accepted(LINE + HOST + "X_A: 1\r\n\r\n").hasUnusualNames()).isTrue();
        assertThat(accepted(LINE + HOST + "X.A: 1\r\n\r\n").hasUnusualNames()).isTrue();
        assertThat(accepted(LINE + HOST + "X-A!#$%&'*+^`|~Z09: _.\r\n\r\n").hasUnusualNames()).isFalse();
    }

    @Test
    void readsAnyTokenAsMethod() {
        assertThat(accepted("BREW / HTTP/1.1\r\n" + HOST + "\r\n").method()).isEqualTo(Method.of("BREW"));
        assertThat(accepted("get / HTTP/1.1\r\n" + HOST + "\r\n").method()).isNotEqualTo(Method.GET);
        String longest = "M".repeat(32);
        assertThat(accepted(longest + " / HTTP/1.1\r\n" + HOST + "\r\n").method()).hasToString(longest);
        refused(HeadFault.METHOD_TOO_LONG, longest + "M");
    }

    @Test
    void boundsTheMembersOfConnection() {
        accepted(LINE + HOST + "Connection: a" + ",a".repeat(63) + "\r\n\r\n");
        accepted(LINE + HOST + "Connection: a" + ",  a".repeat(63) + "\r\n\r\n");
        refused(HeadFault.CONNECTION_TOO_LONG, LINE + HOST + "Connection: a" + " \ta".repeat(64) + "\r\n\r\n");
        refused(HeadFault.CONNECTION_TOO_LONG, LINE + HOST + "Connection: a" + ",".repeat(64) + "\r\n\r\n");
        refusedWithin(new int[]{4096, 100, 200}, HeadFault.CONNECTION_TOO_LONG,
                LINE + HOST + "Connection: a\r\n".repeat(65) + "\r\n");
    }

    @Test
    void refusesConnect() {
        refused(HeadFault.METHOD_CONNECT, "CONNECT ");
        assertThat(accepted("CONNECTS / HTTP/1.1\r\n" + HOST + "\r\n").method()).hasToString("CONNECTS");
    }

    @Test
    void readsTheTwoVersions() {
        RequestHead head = accepted("GET / HTTP/1.0\r\n\r\n");
        assertThat(head.minorVersion()).isZero();
        assertThat(head.host()).isNull();
        assertThat(head.hostStart()).isEqualTo(-1);
        refused(HeadFault.VERSION, "GET / HTTP/2", "GET / HTTP/0", "GET / HTTP/9", "GET / HTTP/1.2", "GET / HTTP/1.9");
        refused(HeadFault.REQUEST_LINE, "GET / h", "GET / HTTP ", "GET / HTTP/a", "GET / HTTP/1:", "GET / HTTP/1.x",
                "GET / HTTP/1.11", "GET / HTTP/1.1 ", "GET / \r", "GET / HTTP/\r", "GET / HTTP/1.\r", "GET / 1");
    }

    @Test
    void wantsOneSpaceBetweenTheParts() {
        refused(HeadFault.REQUEST_LINE, "GET  ", "GET\t", "GET /  ", "GET / H\t", "GET\r", "GET\n", "GET/", "GET /\r",
                "GET /\n", "GET \r", "GET \n", "GET / a");
        refused(HeadFault.TARGET_CHARACTER, "GET \t", "GET /\t");
    }

    @Test
    void wantsVisibleAsciiInTheTarget() {
        assertThat(accepted("GET /!\"$%&'()*+,-.;<=>@[\\]^_`{|}~ HTTP/1.1\r\n" + HOST + "\r\n").target())
                .isEqualTo("/!\"$%&'()*+,-.;<=>@[\\]^_`{|}~");
        refused(HeadFault.TARGET_CHARACTER, "GET \0", "GET /a\0", "GET /\u0001", "GET /\u007f", "GET /\u0080",
                "GET /\u00ff", "GET /?\u00e4", "GET http://\u00e4", "GET http\0", "OPTIONS *\u007f");
        refused(HeadFault.TARGET_FRAGMENT, "GET #", "GET /#", "GET /?a#", "GET http://a#", "GET http://a/#");
    }

    @Test
    void refusesOtherFormsOfTarget() {
        refused(HeadFault.TARGET_FORM, "GET a", "GET ?", "GET *", "GET f", "GET h/", "GET ht!", "GET httpx",
                "GET http/",
                "GET http:a", "GET http:/a", "GET httpss", "GET https/", "OPTIONS */", "OPTIONS **");
    }

    @Test
    void readsTheAsteriskOfOptions() {
        RequestHead head = accepted("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(head.target()).isEqualTo("*");
        assertThat(head.query()).isNull();
    }

    @Test
    void readsAnAbsoluteTarget() {
        RequestHead head = accepted("GET http://a.b:80/x/y?q HTTP/1.1\r\nHost: a.b:80\r\n\r\n");
        assertThat(head.target()).isEqualTo("/x/y?q");
        assertThat(head.query()).isEqualTo("q");
        assertThat(head.host()).isEqualTo("a.b:80");
        assertThat(accepted("GET HtTpS://A/ HTTP/1.1\r\nHost: a\r\n\r\n").target()).isEqualTo("/");
    }

    @Test
    void givesAnAbsoluteTargetWithoutPathOne() {
        assertThat(accepted("GET http://a HTTP/1.1\r\n" + HOST + "\r\n").target()).isEqualTo("/");
        RequestHead head = accepted("GET https://a?x=/? HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(head.target()).isEqualTo("/?x=/?");
        assertThat(head.query()).isEqualTo("x=/?");
        head = accepted("GET http://abc:8080? HTTP/1.0\r\n\r\n");
        assertThat(head.target()).isEqualTo("/?");
        assertThat(head.query()).isEmpty();
        assertThat(head.host()).isEqualTo("abc:8080");
    }

    @Test
    void givesOptionsOfAWholeServerTheAsterisk() {
        assertThat(accepted("OPTIONS http://a HTTP/1.1\r\n" + HOST + "\r\n").target()).isEqualTo("*");
        assertThat(accepted("OPTIONS http://a/ HTTP/1.1\r\n" + HOST + "\r\n").target()).isEqualTo("/");
        assertThat(accepted("OPTIONS http://a? HTTP/1.1\r\n" + HOST + "\r\n").target()).isEqualTo("/?");
    }

    @Test
    void refusesAnAbsoluteTargetWithoutAGoodHost() {
        refused(HeadFault.TARGET_USER, "GET http://@", "GET http://u@", "GET http://u:p@");
        refused(HeadFault.TARGET_HOST, "GET http:///", "GET http:// ", "GET http://?", "GET http://a:/",
                "GET http://a:b ",
                "GET http://:80/", "GET http://a:65536/", "GET http://[::1/", "GET http://a,", "GET http://a%",
                "GET http://a\\");
    }

    @Test
    void row06_refusesWhatIsNoTokenBeforeTheRequestLine() {
        refused(HeadFault.REQUEST_LINE, "\0", "\u0001", "\u007f", " ", "\t", "\n", "\u00ff", "\u0016", ":", "(",
                "\r\n\r",
                "\r\n\n", "\r\n ", "\r\n\0");
        refused(HeadFault.CR_WITHOUT_LF, "\rG", "\r\r", "\r ");
    }

    @Test
    void row06_passesOverOneEmptyLine() {
        RequestHead head = accepted("\r\nGET /a?b HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(head.target()).isEqualTo("/a?b");
        assertThat(head.host()).isEqualTo("a");
        accepted("\r\n" + "M".repeat(32) + " / HTTP/1.1\r\n" + HOST + "\r\n");
    }

    @Test
    void row07_refusesBadFieldNames() {
        refused(HeadFault.FIELD_WITHOUT_COLON, LINE + "Host\r");
        refused(HeadFault.FIELD_NAME_EMPTY, LINE + ":", LINE + HOST + ":");
        refused(HeadFault.FIELD_NAME_SPACE, LINE + "Host ", LINE + "Host\t");
        refused(HeadFault.FIELD_NAME_CHARACTER, LINE + "\0", LINE + "a\0", LINE + "a\u007f", LINE + "a\u0080",
                LINE + "\u00e4",
                LINE + "a\u00ff", LINE + "a(", LINE + "a/", LINE + "a\"", LINE + "a;", LINE + "a{");
    }

    @Test
    void row07_refusesFoldedLines() {
        refused(HeadFault.FIELD_FOLDED, LINE + HOST + " ", LINE + HOST + "\t", LINE + " ", LINE + "\t");
    }

    @Test
    void row07_refusesControlsInValues() {
        for (int c = 0; c < 0x20; c++) {
            if (c != '\t' && c != '\r' && c != '\n') {
                refused(HeadFault.FIELD_VALUE_CHARACTER, LINE + "a:" + (char) c, LINE + "a: 123456789" + (char) c);
            }
        }
        refused(HeadFault.FIELD_VALUE_CHARACTER, LINE + "a: b\u007f");
    }

    @Test
    void row07_relaysEightBitValues() {
        StringBuilder value = new StringBuilder();
        for (int c = 0x80; c < 0x100; c++) {
            value.append((char) c);
        }
        assertThat(accepted(LINE + HOST + "x: " + value + "\r\n\r\n").headers().get(HeaderName.of("x")))
                .isEqualTo(value.toString());
    }

    @Test
    void row07_wantsCrLfAtTheEndOfEveryLine() {
        refused(HeadFault.LF_WITHOUT_CR, "GET / HTTP/1.1\n", LINE + "a: b\n", LINE + "a:\n", LINE + "a\n", LINE + "\n",
                LINE + HOST + "\n");
        refused(HeadFault.CR_WITHOUT_LF, "GET / HTTP/1.1\r\r", "GET / HTTP/1.1\rH", LINE + "a: b\r\r", LINE + "a: b\rc",
                LINE + "a:\r ", LINE + "\rx", LINE + HOST + "\r\r");
    }

    @Test
    void row01_refusesContentLengthWithTransferEncoding() {
        refused(HeadFault.LENGTH_AND_ENCODING, POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                POST + "transfer-encoding: chunked\r\ncontent-length: 0\r\n\r\n",
                POST + "Transfer-Encoding: x\r\nContent-Length: x\r\n\r\n");
    }

    @Test
    void row02_refusesContentLengthWithTransferEncodingInHttp10() {
        refused(HeadFault.LENGTH_AND_ENCODING,
                "POST / HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
        refused(HeadFault.ENCODING_BEFORE_1_1, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    @Test
    void row03_refusesTwoContentLengths() {
        refused(HeadFault.LENGTH_REPEATED, POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
                POST + "Content-Length: 5\r\nX: y\r\ncontent-LENGTH: 6\r\n\r\n");
        refused(HeadFault.LENGTH_INVALID, POST + "Content-Length: 5, 5\r\n\r\n", POST + "Content-Length: 5,5\r\n\r\n");
    }

    @Test
    void row03_refusesAContentLengthThatIsNoNumberBelow2To63() {
        for (String value : new String[]{"", "+5", "-5", "-0", "0x5", "5 5", "5.0", "5e1", "a", "9223372036854775808",
            "18446744073709551616", "99999999999999999999", "\u0665", "5;", "\"5\"", "\u00b2"}) {
            refused(HeadFault.LENGTH_INVALID, POST + "Content-Length: " + value + "\r\n\r\n");
        }
    }

    @Test
    void readsTheContentLength() {
        assertThat(accepted(POST + "Content-Length: 0\r\n\r\n").bodyLength()).isZero();
        assertThat(accepted(POST + "Content-Length: 120\r\n\r\n").bodyLength()).isEqualTo(120);
        assertThat(accepted(POST + "Content-Length:\t007 \r\n\r\n").bodyLength()).isEqualTo(7);
        assertThat(accepted(POST + "Content-Length: 9223372036854775807\r\n\r\n").bodyLength())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void row04_refusesAnyTransferEncodingButOneChunked() {
        for (String value : new String[]{"", "xchunked", "chunkedx", "chunked, identity", "identity", "gzip, chunked",
            "chunked, chunked", "chunked,", ",chunked", "chunked;q=1", "\"chunked\"", "chun ked", "\u00a0chunked",
            "chunked\u00a0"}) {
            refused(HeadFault.ENCODING_INVALID, POST + "Transfer-Encoding: " + value + "\r\n\r\n");
        }
        refused(HeadFault.ENCODING_INVALID, POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n",
                POST + "Transfer-Encoding: identity\r\ntransfer-encoding: chunked\r\n\r\n");
        refused(HeadFault.FIELD_NAME_SPACE, POST + "Transfer-Encoding ", POST + "Transfer-Encoding\t");
        refused(HeadFault.FIELD_VALUE_CHARACTER, POST + "Transfer-Encoding: \u000b");
    }

    @Test
    void readsTheTransferEncoding() {
        assertThat(accepted(POST + "Transfer-Encoding: chunked\r\n\r\n").bodyLength()).isEqualTo(BodyLength.CHUNKED);
        assertThat(accepted(POST + "transfer-encoding:\tChunKED \t\r\n\r\n").bodyLength())
                .isEqualTo(BodyLength.CHUNKED);
    }

    @Test
    void row08_leavesThePipelinedRequestAfterAnUpgrade() {
        String upgrade = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        String next = "GET /next HTTP/1.1\r\nHost: b\r\n\r\n";
        ByteBuf in = Unpooled.wrappedBuffer(Pieces.bytes(upgrade + next));
        RequestReader reader = new RequestReader();

        assertThat(reader.read(in)).isTrue();
        assertThat(reader.head.target()).isEqualTo("/chat");
        assertThat(reader.head.keepAlive()).isTrue();
        assertThat(in.readerIndex()).isEqualTo(upgrade.length());
        reader.reset();
        assertThat(reader.read(in)).isTrue();
        assertThat(reader.head.target()).isEqualTo("/next");
        assertThat(reader.head.host()).isEqualTo("b");
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void row17_knowsOneExpectation() {
        RequestHead head = accepted(POST + "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\n");
        assertThat(head.expectContinue()).isTrue();
        assertThat(accepted(POST + "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n").expectContinue())
                .isTrue();
        refused(HeadFault.EXPECTATION, POST + "Expect: x\r\n\r\n", POST + "Expect:\r\n\r\n",
                POST + "Expect: 100-continue, x\r\n\r\n", POST + "Expect: 100-continue\r\nExpect: x\r\n\r\n",
                POST + "Expect: 100-continue\r\nExpect: 100-continue\r\n\r\n", POST + "Expect: 100\r\n\r\n");
    }

    @Test
    void row17_ignoresTheExpectationOfAnOldClientOrWithoutABody() {
        assertThat(accepted("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n").expectContinue())
                .isFalse();
        assertThat(accepted("POST / HTTP/1.0\r\nExpect: x\r\nContent-Length: 1\r\n\r\n").expectContinue()).isFalse();
        // Nor does the endpoint see it, which is asked by HTTP/1.1.
        assertThat(accepted("POST / HTTP/1.0\r\nExpect: x\r\nContent-Length: 1\r\nexpect: y\r\n\r\n").headers())
                .hasToString("Content-Length: 1\n");
        assertThat(accepted(POST + "Expect: 100-continue\r\n\r\n").expectContinue()).isFalse();
        assertThat(accepted(POST + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n").expectContinue()).isFalse();
    }

    @Test
    void row18_refusesAHostThatTheAbsoluteTargetContradicts() {
        refused(HeadFault.HOST_CONTRADICTED, "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n",
                "GET http://a/ HTTP/1.1\r\nHost: a:80\r\n\r\n", "GET http://a:80/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://a HTTP/1.0\r\nHost: ab\r\n\r\n");
        assertThat(accepted("GET http://EXAMPLE.com/ HTTP/1.1\r\nHost: example.COM\r\n\r\n").host())
                .isEqualTo("example.COM");
    }

    @Test
    void row18_wantsOneHost() {
        refused(HeadFault.HOST_MISSING, LINE + "\r\n", LINE + "X: y\r\n\r\n", "GET http://a/ HTTP/1.1\r\n\r\n");
        refused(HeadFault.HOST_REPEATED, LINE + HOST + HOST + "\r\n", LINE + HOST + "hOST: b\r\n\r\n",
                "GET / HTTP/1.0\r\n" + HOST + HOST + "\r\n");
    }

    @Test
    void row18_refusesABadHost() {
        for (String value : new String[]{"", "a:b:c", "a:", ":80", "a:-1", "a:65536", "a:000080", "a:8x", "a b", "a,b",
            "u@a",
            "http://a", "a/b", "a?", "a#", "a\\b", "a%00", "a%61", "\u00e4", "[::1", "::1", "[::1]x", "[::1]:", "[]",
            "[1.2.3.4]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[v1.a]", "[:::1]", "[1:2:3:4:5:6:7:8:9]", "[[::1]]",
            "a[::1]", "a\"", "a;b", "a'b", "*"}) {
            refused(HeadFault.HOST_INVALID, LINE + "Host: " + value + "\r\n\r\n");
            refused(HeadFault.HOST_INVALID, "GET / HTTP/1.0\r\nHost: " + value + "\r\n\r\n");
        }
    }

    @Test
    void row18_acceptsNamesAndAddressesWithPorts() {
        for (String value : new String[]{"a", "a.b-c_d~e.", "127.0.0.1", "127.0.0.1:0", "a:65535", "a:00080", "[::1]",
            "[2001:DB8::1]:443", "[::ffff:1.2.3.4]:1", "xn--bcher-kva.example"}) {
            assertThat(accepted(LINE + "Host: " + value + "\r\n\r\n").host()).isEqualTo(value);
            assertThat(accepted("GET http://" + value + " HTTP/1.0\r\n\r\n").host()).isEqualTo(value);
        }
    }

    @Test
    void tellsWhetherTheConnectionGoesOn() {
        assertThat(accepted(LINE + HOST + "Connection: close\r\n\r\n").keepAlive()).isFalse();
        assertThat(accepted(LINE + HOST + "Connection: x\r\nConnection: y , CLOSE\r\n\r\n").keepAlive()).isFalse();
        assertThat(accepted(LINE + HOST + "Connection: keep-alive, close\r\n\r\n").keepAlive()).isFalse();
        assertThat(accepted(LINE + HOST + "Connection: closed\r\n\r\n").keepAlive()).isTrue();
        assertThat(accepted("GET / HTTP/1.0\r\n\r\n").keepAlive()).isFalse();
        assertThat(accepted("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keepAlive()).isTrue();
        assertThat(accepted("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n").keepAlive()).isFalse();
    }

    @Test
    void refusesATargetOverItsLimitAtOnce() {
        String longest = "/" + "a".repeat(199);
        assertThat(accepted("GET " + longest + " HTTP/1.1\r\n" + HOST + "\r\n").target()).isEqualTo(longest);
        refused(HeadFault.TARGET_TOO_LONG, "GET " + longest + "a", "GET " + longest + "?");
        refusedWithin(new int[]{100, 5, 10}, HeadFault.TARGET_TOO_LONG, "GET http://abcd");
        refusedWithin(new int[]{100, 5, 5}, HeadFault.TARGET_TOO_LONG, "GET http:/");
        refusedWithin(new int[]{100, 5, 1}, HeadFault.TARGET_TOO_LONG, "GET //");
        refusedWithin(new int[]{12, 5, Integer.MAX_VALUE}, HeadFault.HEAD_TOO_LARGE, "GET /aaaaaaa");
    }

    @Test
    void refusesAHeadOverItsLimitAtOnce() {
        String head = LINE + HOST + "\r\n";
        int length = head.length();
        assertThat(Pieces.cutEveryWay(head, () -> new RequestReader(length, 1, 1))).startsWith("taken=" + length);
        refusedWithin(new int[]{length - 1, 1, 1}, HeadFault.HEAD_TOO_LARGE, head.substring(0, length - 1));
        refusedWithin(new int[]{5, 1, 1}, HeadFault.HEAD_TOO_LARGE, "GET /");
        refusedWithin(new int[]{1, 1, 1}, HeadFault.HEAD_TOO_LARGE, "G");
    }

    @Test
    void refusesTooManyFieldsAtOnce() {
        String head = LINE + HOST + "X:\r\n";
        assertThat(Pieces.cutEveryWay(head + "\r\n", () -> new RequestReader(100, 2, 10)))
                .startsWith("taken=" + (head.length() + 2));
        refusedWithin(new int[]{100, 2, 10}, HeadFault.TOO_MANY_FIELDS, head + "y");
    }

    @Test
    void readsALongHeadAndLeavesItsBody() {
        String head = POST + "Content-Length: 20000\r\nX: " + "x".repeat(7000) + "\r\nY: z\r\n\r\n";
        byte[] bytes = Pieces.bytes(head + "b".repeat(20000));
        RequestReader whole = new RequestReader(65536, 128, 8192);
        String result = Pieces.cutAt(bytes, whole);

        assertThat(result).startsWith("taken=" + head.length() + " ");
        assertThat(whole.head.headers().length()).isEqualTo(head.length());
        assertThat(whole.head.headers().get(HeaderName.of("y"))).isEqualTo("z");
        for (int cut = 1; cut < head.length(); cut += 97) {
            assertThat(Pieces.cutAt(bytes, new RequestReader(65536, 128, 8192), cut)).isEqualTo(result);
        }
        assertThat(Pieces.inSingleBytes(bytes, new RequestReader(65536, 128, 8192))).isEqualTo(result);
    }

    @Test
    void row36_tellsWhetherAHeadHasBegun() {
        RequestReader reader = new RequestReader();
        ByteBuf in = Unpooled.buffer();
        assertThat(reader.parser.hasBegun()).isFalse();
        reader.read(in);
        assertThat(reader.parser.hasBegun()).isFalse();
        reader.read(in.writeByte('\r'));
        assertThat(reader.parser.hasBegun()).isFalse();
        reader.read(in.writeByte('\n'));
        assertThat(reader.parser.hasBegun()).isFalse();
        for (byte b : Pieces.bytes("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r")) {
            reader.read(in.writeByte(b));
            assertThat(reader.parser.hasBegun()).isTrue();
        }
        assertThat(reader.read(in.writeByte('\n'))).isTrue();
        reader.reset();
        assertThat(reader.parser.hasBegun()).isFalse();
        reader.read(in.writeByte('G'));
        assertThat(reader.parser.hasBegun()).isTrue();
    }

    @Test
    void forgetsOneHeadBeforeTheNext() {
        RequestReader reader = new RequestReader();
        Pieces.cutAt(Pieces.bytes("OPTIONS http://abc?x HTTP/1.0\r\nA_B: c\r\nConnection: keep-alive\r\n\r\n"), reader);
        reader.reset();
        String fields = "Expect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n";
        Pieces.cutAt(Pieces.bytes("POST /a?b HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n"), reader);
        reader.reset();
        assertThat(Pieces.cutAt(Pieces.bytes("GET  "), reader)).isEqualTo("fault REQUEST_LINE");
        reader.reset();
        String plain = "GET / HTTP/1.0\r\n\r\n";
        assertThat(Pieces.cutAt(Pieces.bytes(plain), reader))
                .isEqualTo(Pieces.cutAt(Pieces.bytes(plain), new RequestReader()));
    }

    @Test
    void readsNothingAfterAFault() {
        RequestReader reader = new RequestReader();
        ByteBuf in = Unpooled.wrappedBuffer(Pieces.bytes("GET  / HTTP/1.1\r\n"));
        reader.read(in);
        ByteBuf more = Unpooled.wrappedBuffer(Pieces.bytes(LINE + HOST + "\r\n"));
        assertThat(reader.parser.parse(more, reader.head)).isFalse();
        assertThat(more.readerIndex()).isZero();
        assertThat(reader.parser.fault()).isEqualTo(HeadFault.REQUEST_LINE);
    }

    @Test
    void refusesLimitsBelowOne() {
        assertThatThrownBy(() -> new RequestParser(0, 1, 1)).hasMessage("head limit: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new RequestParser(1, -1, 1)).hasMessage("field limit: -1 (expected: >= 1)");
        assertThatThrownBy(() -> new RequestParser(1, 1, 0)).hasMessage("target limit: 0 (expected: >= 1)");
    }

    @Test
    void namesTheStatusOfEveryCategory() {
        assertThat(HeadFault.LENGTH_AND_ENCODING.category().status()).isEqualTo(400);
        assertThat(HeadFault.TARGET_TOO_LONG.category().status()).isEqualTo(414);
        assertThat(HeadFault.EXPECTATION.category().status()).isEqualTo(417);
        assertThat(HeadFault.HEAD_TOO_LARGE.category().status()).isEqualTo(431);
        assertThat(HeadFault.TOO_MANY_FIELDS.category().status()).isEqualTo(431);
        assertThat(HeadFault.METHOD_CONNECT.category().status()).isEqualTo(501);
        assertThat(HeadFault.VERSION.category().status()).isEqualTo(505);
    }
}
