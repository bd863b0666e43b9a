package dev.ponticello.http1;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Method;
import dev.ponticello.http.ResponseHead;
import io.netty.buffer.ByteBuf;

/**
 * The parser of response heads (RFC 9112 §4, §5, §6): strict, incremental, and without allocation for ordinary heads.
 *
 * <p>One object serves a connection, one head after the other, those of informational responses (1xx) included. 101
 * (Switching Protocols) is a head like any other here: whether it was asked for, and what follows it, the caller knows.
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><td>headLimit</td><td>bytes of status line and field lines, with their line breaks</td></tr>
 * <tr><td>fieldLimit</td><td>field lines</td></tr>
 * </table>
 */
public final class ResponseParser extends HeadParser {
    private static final int STATUS = VERSION.length + 2;
    private static final int STATUS_END = STATUS + 3;

    /** Whether the CR of the status line was read. */
    private boolean lineEnds;
    private int minorVersion;
    private int status;

    /**
     * A parser with its limits, which the class comment lists.
     *
     * @throws IllegalArgumentException if a limit is below 1
     */
    public ResponseParser(int headLimit, int fieldLimit) {
        super(headLimit, fieldLimit);
    }

    @Override
    public void reset() {
        super.reset();
        lineEnds = false;
    }

    /** Whether a byte of a head has arrived. */
    public boolean hasBegun() {
        return !isFresh();
    }

    /**
     * Reads on in a head. The head is cleared at its first byte, and must be the same one until it is whole.
     *
     * @param in the bytes that arrived: those of the head are taken, those that follow it are left
     * @param requestMethod the method of the request that this answers; never CONNECT
     * @return whether the head is whole; if not, it was refused with {@link #fault()} or goes on with the next bytes
     */
    public boolean parse(ByteBuf in, ResponseHead head, Method requestMethod) {
        if (isFresh()) {
            head.clear();
        }
        return readHead(in, head.headers()) && finish(head, requestMethod);
    }

    @Override
    boolean readFirstLine(byte[] bytes, int end) {
        int at = position;
        while (at < end && at < STATUS_END) {
            if (!isExpected(bytes[at], at)) {
                return refuse(lineFault(bytes[at], at));
            }
            at++;
        }
        if (at >= STATUS_END && !lineEnds) {
            if (at == STATUS_END && at < end) {
                minorVersion = bytes[VERSION.length] - '0';
                status = (bytes[STATUS] - '0') * 100 + (bytes[STATUS + 1] - '0') * 10 + bytes[STATUS + 2] - '0';
                // Some servers leave out the reason together with the space before it.
                if (bytes[at] != ' ' && bytes[at] != '\r') {
                    return refuse(lineFault(bytes[at], at));
                }
            }
            at = FieldLines.skipText(bytes, at, end);
            if (at < end) {
                if (bytes[at] != '\r') {
                    return refuse(lineFault(bytes[at], at));
                }
                at++;
                lineEnds = true;
            }
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

    private static boolean isExpected(byte b, int at) {
        return switch (at - VERSION.length) {
            case 0 -> b == '0' || b == '1';
            case 1 -> b == ' ';
            case 2 -> b >= '1' && b <= '5';
            case 3, 4 -> b >= '0' && b <= '9';
            default -> b == VERSION[at];
        };
    }

    private static HeadFault lineFault(byte b, int at) {
        if (b == '\n' && at >= STATUS_END) {
            return HeadFault.LF_WITHOUT_CR;
        }
        if (at == STATUS && b >= '0' && b <= '9') {
            return HeadFault.STATUS_RANGE;
        }
        return versionFault(b, at, HeadFault.STATUS_LINE);
    }

    private boolean finish(ResponseHead head, Method requestMethod) {
        if (!readFraming(head.headers(), minorVersion)) {
            return false;
        }
        boolean neverHasBody = status < 200 || status == 204;
        if (neverHasBody && bodyLength != 0 && bodyLength != BodyLength.UNTIL_CLOSE) {
            return refuse(HeadFault.BODY_FORBIDDEN);
        }
        if (neverHasBody && bodyLength == 0) {
            head.headers().remove(HeaderName.CONTENT_LENGTH); // RFC 9110 §8.6
        }
        head.setStatus(status);
        if (neverHasBody || status == 304 || requestMethod.equals(Method.HEAD)) {
            head.setFraming(minorVersion, 0, keepAlive);
        } else {
            head.setFraming(minorVersion, bodyLength, keepAlive && bodyLength != BodyLength.UNTIL_CLOSE);
        }
        return true;
    }
}
