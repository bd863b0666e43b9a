package dev.ponticello.http1;

import dev.ponticello.http.Authority;
import dev.ponticello.http.BodyLength;
import dev.ponticello.http.FieldText;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.Method;
import dev.ponticello.http.RequestHead;
import io.netty.buffer.ByteBuf;

/**
 * The parser of request heads (RFC 9112 §3, §5, §6): strict, incremental, and without allocation for ordinary heads.
 *
 * <p>One object serves a connection, one head after the other. What a head is refused for is in {@link HeadFault}. A
 * byte that can stand in no good head is refused when it arrives; what needs the whole head (Host, the framing of the
 * body, Expect) is judged at its end.
 *
 * <pre>
 *   EMPTY_LINE ──LF──▶ METHOD ──SP──▶ TARGET ──h──▶ SCHEME ──//──▶ AUTHORITY
 *                                        ├──/──▶ PATH ◀── / ? or SP ──┘
 *                                        │        └─────SP──────▶ VERSION ──CR──▶ LINE_FEED ──LF──▶ the fields
 *                                        └──*──▶ ASTERISK ──SP──────▲
 * </pre>
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><td>headLimit</td><td>bytes of request line and field lines, with their line breaks</td><td>431</td></tr>
 * <tr><td>fieldLimit</td><td>field lines</td><td>431</td></tr>
 * <tr><td>targetLimit</td><td>bytes of the target as it arrives</td><td>414</td></tr>
 * <tr><td>32</td><td>bytes of the method</td><td>501</td></tr>
 * </table>
 *
 * The end of a line is CR LF and nothing else. One empty line before a request line is passed over (RFC 9112 §2.2).
 */
public final class RequestParser extends HeadParser {
    private enum State {
        EMPTY_LINE,
        METHOD,
        TARGET,
        SCHEME,
        AUTHORITY,
        PATH,
        ASTERISK,
        VERSION,
        LINE_FEED
    }

    private static final int METHOD_LIMIT = 32;
    private static final byte[] HTTP = ascii("http://");
    private static final byte[] HTTPS = ascii("https://");
    private static final byte[] CONTINUE = ascii("100-continue");
    /** What goes on in a target: visible ASCII except the question mark, which is looked at, and #. */
    private static final boolean[] TARGET = new boolean[256];

    static {
        for (int c = '!'; c <= '~'; c++) {
            TARGET[c] = c != '?' && c != '#';
        }
    }

    private final int targetLimit;
    private State state = State.METHOD;
    private Method method = Method.GET;
    private int minorVersion;
    /** Where the part of the line begins that is being read. */
    private int partStart;
    private int targetStart;
    private int authorityStart;
    private int authorityEnd;
    private int pathStart;
    private int queryStart;
    private int targetEnd;

    /**
     * A parser with its limits, which the class comment lists.
     *
     * @throws IllegalArgumentException if a limit is below 1
     */
    public RequestParser(int headLimit, int fieldLimit, int targetLimit) {
        super(headLimit, fieldLimit);
        this.targetLimit = atLeastOne("target limit", targetLimit);
    }

    @Override
    public void reset() {
        super.reset();
        state = State.METHOD;
        partStart = 0;
    }

    /** Whether a byte of a request line has arrived; the empty line that is passed over before it does not count. */
    public boolean hasBegun() {
        return isInFields() || (state == State.METHOD ? position > partStart : state != State.EMPTY_LINE);
    }

    /** The method of the head that is being read; GET as long as it is not known. */
    Method method() {
        return state.compareTo(State.METHOD) > 0 ? method : Method.GET;
    }

    /**
     * Reads on in a head. The head is cleared at its first byte, and must be the same one until it is whole.
     *
     * @param in the bytes that arrived: those of the head are taken, those that follow it are left
     * @return whether the head is whole; if not, it was refused with {@link #fault()} or goes on with the next bytes
     */
    public boolean parse(ByteBuf in, RequestHead head) {
        if (isFresh()) {
            head.clear();
        }
        return readHead(in, head.headers()) && finish(head);
    }

    @Override
    boolean readFirstLine(byte[] bytes, int end) {
        int at = position;
        if (at == 0 && bytes[0] == '\r') {
            at = 1;
            state = State.EMPTY_LINE;
        }
        if (state == State.EMPTY_LINE) {
            if (at == end) {
                return suspend(at);
            }
            if (bytes[at] != '\n') {
                return refuse(HeadFault.CR_WITHOUT_LF);
            }
            at++;
            partStart = at;
            state = State.METHOD;
        }
        if (state == State.METHOD) {
            int limit = Math.min(end, partStart + METHOD_LIMIT + 1);
            while (at < limit && FieldText.NORMAL_NAME[bytes[at] & 0xFF] != 0) {
                at++;
            }
            if (at - partStart > METHOD_LIMIT) {
                return refuse(HeadFault.METHOD_TOO_LONG);
            }
            if (at == end) {
                return suspend(at);
            }
            if (bytes[at] != ' ' || at == partStart) {
                return refuse(HeadFault.REQUEST_LINE);
            }
            method = Method.of(bytes, partStart, at);
            if (method.equals(Method.CONNECT)) {
                return refuse(HeadFault.METHOD_CONNECT);
            }
            at++;
            targetStart = at;
            authorityStart = -1;
            pathStart = at;
            queryStart = -1;
            state = State.TARGET;
        }
        if (state.compareTo(State.ASTERISK) <= 0) {
            // Not targetStart + targetLimit first: the sum could overflow.
            int limit = end - targetStart > targetLimit ? targetStart + targetLimit + 1 : end;
            at = readTarget(bytes, at, limit);
            if (at < 0) {
                return false;
            }
            if (state != State.VERSION) {
                return at - targetStart > targetLimit ? refuse(HeadFault.TARGET_TOO_LONG) : suspend(at);
            }
        }
        if (state == State.VERSION) {
            while (at < end && at - partStart < VERSION.length) {
                if (bytes[at] != VERSION[at - partStart]) {
                    return refuse(versionFault(bytes[at], at - partStart, HeadFault.REQUEST_LINE));
                }
                at++;
            }
            if (at < end && at - partStart == VERSION.length) {
                minorVersion = bytes[at] - '0';
                if (minorVersion != 0 && minorVersion != 1) {
                    return refuse(versionFault(bytes[at], VERSION.length, HeadFault.REQUEST_LINE));
                }
                at++;
            }
            if (at == end) {
                return suspend(at);
            }
            if (bytes[at] != '\r') {
                return refuse(bytes[at] == '\n' ? HeadFault.LF_WITHOUT_CR : HeadFault.REQUEST_LINE);
            }
            at++;
            state = State.LINE_FEED;
        }
        if (at == end) {
            return suspend(at);
        }
        if (bytes[at] != '\n') {
            return refuse(HeadFault.CR_WITHOUT_LF);
        }
        position = at + 1;
        return true;
    }

    /**
     * Reads on in the target up to {@code limit}: the end of the bytes, or one byte over the longest target. Returns the
     * new position, or -1 if the target is refused. The state is {@link State#VERSION} when target and space are whole.
     */
    private int readTarget(byte[] bytes, int from, int limit) {
        int at = from;
        if (state == State.TARGET) {
            if (at == limit) {
                return at;
            }
            byte first = bytes[at];
            if (first == '/') {
                state = State.PATH;
            } else if (first == '*' && method.equals(Method.OPTIONS)) {
                at++;
                state = State.ASTERISK;
            } else if (lower(first) == 'h') {
                state = State.SCHEME;
            } else {
                return refuseTarget(first, HeadFault.TARGET_FORM);
            }
        }
        if (state == State.SCHEME) {
            at = readScheme(bytes, at, limit);
        }
        if (state == State.AUTHORITY) {
            at = readAuthority(bytes, at, limit);
        }
        if (at < 0 || at == limit) {
            return at;
        }
        if (state == State.PATH) {
            while (at < limit && (TARGET[bytes[at] & 0xFF] || bytes[at] == '?')) {
                if (bytes[at] == '?' && queryStart < 0) {
                    queryStart = at + 1;
                }
                at++;
            }
            if (at == limit) {
                return at;
            }
        }
        if (bytes[at] != ' ') {
            return refuseTarget(bytes[at], HeadFault.TARGET_FORM);
        }
        targetEnd = at;
        if (authorityStart >= 0) {
            makeOriginForm(bytes);
        }
        partStart = at + 1;
        state = State.VERSION;
        return at + 1;
    }

    private int readScheme(byte[] bytes, int from, int limit) {
        for (int at = from; at < limit; at++) {
            int i = at - targetStart;
            byte b = lower(bytes[at]);
            byte[] scheme = i >= 4 && lower(bytes[targetStart + 4]) == 's' ? HTTPS : HTTP;
            if (b != scheme[i]) {
                return refuseTarget(b, HeadFault.TARGET_FORM);
            }
            if (i == scheme.length - 1) {
                authorityStart = at + 1;
                state = State.AUTHORITY;
                return at + 1;
            }
        }
        return limit;
    }

    private int readAuthority(byte[] bytes, int from, int limit) {
        int at = from;
        while (at < limit && Authority.isPart(bytes[at])) {
            at++;
        }
        if (at == limit) {
            return at;
        }
        if (bytes[at] != '/' && bytes[at] != '?' && bytes[at] != ' ') {
            return refuseTarget(bytes[at], bytes[at] == '@' ? HeadFault.TARGET_USER : HeadFault.TARGET_HOST);
        }
        if (!Authority.isValid(bytes, authorityStart, at)) {
            refuse(HeadFault.TARGET_HOST);
            return -1;
        }
        authorityEnd = at;
        pathStart = at;
        state = State.PATH;
        return at;
    }

    private int refuseTarget(byte b, HeadFault otherwise) {
        refuse(switch (b) {
            case ' ', '\r', '\n' -> HeadFault.REQUEST_LINE;
            case '#' -> HeadFault.TARGET_FRAGMENT;
            default -> b > ' ' && b < 0x7F ? otherwise : HeadFault.TARGET_CHARACTER;
        });
        return -1;
    }

    /**
     * Gives an absolute target without a path one: {@code /}, or {@code *} for OPTIONS without a query (RFC 9112
     * §3.2.4). Room for it is made by moving the authority over the last slash before it; nothing reads the scheme again.
     */
    private void makeOriginForm(byte[] bytes) {
        if (pathStart < targetEnd && bytes[pathStart] == '/') {
            return;
        }
        System.arraycopy(bytes, authorityStart, bytes, authorityStart - 1, authorityEnd - authorityStart);
        authorityStart--;
        authorityEnd--;
        pathStart--;
        bytes[pathStart] = (byte) (method.equals(Method.OPTIONS) && queryStart < 0 ? '*' : '/');
    }

    private boolean finish(RequestHead head) {
        Headers headers = head.headers();
        head.setRequestLine(method, minorVersion, pathStart, targetEnd, queryStart);
        head.setUnusualNames(hasUnusualNames());
        if (!finishHost(head, headers) || !readFraming(headers, minorVersion)) {
            return false;
        }
        if (minorVersion == 0) {
            // To be ignored (RFC 9110 §10.1.1), also by the endpoint, which gets the request as one of HTTP/1.1.
            headers.remove(HeaderName.EXPECT);
        }
        int expect = headers.find(HeaderName.EXPECT, 0);
        if (expect >= 0
                && (!isValue(headers, expect, CONTINUE) || headers.find(HeaderName.EXPECT, expect + 1) >= 0)) {
            return refuse(HeadFault.EXPECTATION);
        }
        long length = bodyLength == BodyLength.UNTIL_CLOSE ? 0 : bodyLength;
        // Without a body there is nothing that the client would wait with.
        head.setFraming(length, keepAlive, expect >= 0 && length != 0);
        head.setAsksForWebSocket(minorVersion == 1 && bodyLength == BodyLength.UNTIL_CLOSE && method.equals(Method.GET)
                && WebSocketUpgrade.isAsked(headers));
        return true;
    }

    private boolean finishHost(RequestHead head, Headers headers) {
        boolean absolute = authorityStart >= 0;
        int slot = headers.find(HeaderName.HOST, 0);
        if (slot < 0) {
            if (minorVersion == 1) {
                return refuse(HeadFault.HOST_MISSING);
            }
            if (absolute) {
                head.setHost(authorityStart, authorityEnd);
            }
            return true;
        }
        if (headers.find(HeaderName.HOST, slot + 1) >= 0) {
            return refuse(HeadFault.HOST_REPEATED);
        }
        byte[] bytes = headers.bytes();
        int start = headers.valueStart(slot);
        int end = headers.valueEnd(slot);
        if (!Authority.isValid(bytes, start, end)) {
            return refuse(HeadFault.HOST_INVALID);
        }
        if (absolute && !equalIgnoringCase(bytes, start, end, bytes, authorityStart, authorityEnd)) {
            return refuse(HeadFault.HOST_CONTRADICTED);
        }
        head.setHost(start, end);
        return true;
    }
}
