package dev.ponticello.http2;

import dev.ponticello.http.Authority;
import dev.ponticello.http.BodyLength;
import dev.ponticello.http.FieldText;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageReceiver;
import dev.ponticello.http.Method;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.http.ResponseSink;
import dev.ponticello.http.TrailerFields;
import dev.ponticello.loop.Chance;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A request of a client and its response: a stream that the client has opened. */
public final class Http2ServerStream extends Http2Stream implements ResponseSink {
    /** What happens on the stream, told to its owner, on its loop. Body parts as in {@link MessageReceiver}. */
    public interface Events extends MessageReceiver {
        /** A request has come; {@code head} is valid until {@link Http2ServerStream#finish}. */
        void onHead(RequestHead head);

        /** What came is no request; {@code head} has what its answer depends on. */
        void onHeadRefused(FieldFault fault, RequestHead head);

        /** The client does not wait any more to be told to send the body (RFC 9110 §10.1.1). */
        void onContinued();

        /** The body is not as long as it was said to be, or its trailers are malformed; nothing more of it is given on. */
        void onBodyRefused(FieldFault fault);

        /** The response may go on: see {@link #isWritable()}. */
        void onWritable();

        /** Bytes of the response wait because the client does not take them. */
        void onBacklog();

        /** The client has given up, or its connection has ended. */
        void onGone();

        /** The stream has ended, and so has its exchange: both may serve again. */
        void onReleased();
    }

    static final AsciiString STATUS = AsciiString.cached(":status");
    private static final AsciiString[] STATUSES = new AsciiString[600];
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final byte[] CONTINUE = "100-continue".getBytes(StandardCharsets.US_ASCII);
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");
    private static final int METHOD_LIMIT = 32;

    static {
        for (int status = 100; status < 600; status++) {
            STATUSES[status] = AsciiString.cached(Integer.toString(status));
        }
    }

    private final Events events;
    private final RequestHead request = new RequestHead();
    private boolean over = true;
    private boolean continueOwed;
    private ErrorCode finishCode = ErrorCode.NO_ERROR;

    public Http2ServerStream(Events events) {
        this.events = events;
    }

    // ---- the request

    RequestHead request() {
        return request;
    }

    @Override
    void attach(Http2Connection to, int streamId) {
        super.attach(to, streamId);
        request.clear();
        over = true;
        continueOwed = false;
        finishCode = ErrorCode.NO_ERROR;
    }

    /** The head has been decoded. */
    void begin(FieldDecoder fields, boolean endStream) {
        over = false;
        remoteEnded = endStream;
        request.setMajorVersion(2);
        FieldFault found = fields.fault();
        if (found == null) {
            found = finishHead(fields, endStream);
        }
        connection().touch(this);
        if (found == null) {
            events.onHead(request);
            return;
        }
        drop();
        boolean malformed = found.category() == FieldFault.Category.MALFORMED;
        if (malformed) {
            finishCode = ErrorCode.PROTOCOL_ERROR;
        }
        Http2Connection in = connection();
        AsciiString method = fields.method();
        request.keepForRefusal(method != null && method.contentEquals("HEAD") ? Method.HEAD : Method.GET);
        events.onHeadRefused(found, request);
        if (malformed) {
            in.countReset();
        }
    }

    private @Nullable FieldFault finishHead(FieldDecoder fields, boolean endStream) {
        AsciiString method = fields.method();
        AsciiString scheme = fields.scheme();
        AsciiString path = fields.path();
        if (method == null) {
            return FieldFault.PSEUDO_MISSING;
        }
        if (method.length() > METHOD_LIMIT) {
            return FieldFault.METHOD_TOO_LONG;
        }
        if (!isToken(method)) {
            return FieldFault.METHOD;
        }
        Method wanted = Method.of(method.array(), method.arrayOffset(), method.arrayOffset() + method.length());
        AsciiString protocol = fields.protocol();
        boolean webSocket = false;
        if (wanted.equals(Method.CONNECT)) {
            if (protocol == null || !protocol.contentEqualsIgnoreCase(WEBSOCKET)) {
                return FieldFault.METHOD_CONNECT;
            }
            // To routes, policies and endpoints it is what asks for the same over HTTP/1.1.
            webSocket = true;
            wanted = Method.GET;
        } else if (protocol != null) {
            return FieldFault.PROTOCOL_WITHOUT_CONNECT;
        }
        if (scheme == null || path == null) {
            return FieldFault.PSEUDO_MISSING;
        }
        if (!scheme.contentEqualsIgnoreCase(HTTP) && !scheme.contentEqualsIgnoreCase(HTTPS)) {
            return FieldFault.SCHEME;
        }
        if (path.length() > connection().limits.target()) {
            return FieldFault.TARGET_TOO_LONG;
        }
        request.setUnusualNames(fields.hasUnusualNames());
        FieldFault fault = finishPath(wanted, path);
        if (fault == null) {
            fault = finishAuthority(fields.authority());
        }
        if (fault != null) {
            return fault;
        }
        return webSocket ? finishWebSocket(endStream) : finishBody(endStream);
    }

    /** RFC 8441 §5. The key is the gateway's own: over HTTP/2 there is none. What comes on the stream waits for the answer. */
    private @Nullable FieldFault finishWebSocket(boolean endStream) {
        Headers headers = request.headers();
        if (endStream || headers.contains(HeaderName.CONTENT_LENGTH)) {
            return FieldFault.WEBSOCKET_ENDED;
        }
        headers.remove(HeaderName.EXPECT); // there is no body to wait with
        Chance chance = connection().loop.chance();
        headers.set(HeaderName.SEC_WEBSOCKET_KEY, Base64.getEncoder().encodeToString(
                ByteBuffer.allocate(16).putLong(chance.nextLong()).putLong(chance.nextLong()).array()));
        if (!headers.contains(HeaderName.SEC_WEBSOCKET_VERSION)) {
            headers.set(HeaderName.SEC_WEBSOCKET_VERSION, "13");
        }
        request.setFraming(0, true, false);
        request.setAsksForWebSocket(true);
        pause();
        return null;
    }

    private static boolean isToken(AsciiString text) {
        for (int i = 0; i < text.length(); i++) {
            if (FieldText.NORMAL_NAME[text.byteAt(i) & 0xFF] == 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private @Nullable FieldFault finishPath(Method method, AsciiString path) {
        Headers headers = request.headers();
        int start = FieldDecoder.append(headers, path);
        int end = start + path.length();
        byte[] bytes = headers.bytes();
        boolean asterisk = path.length() == 1 && bytes[start] == '*' && method.equals(Method.OPTIONS);
        if (path.isEmpty() || (bytes[start] != '/' && !asterisk)) {
            return FieldFault.PATH;
        }
        int query = -1;
        for (int at = start; at < end; at++) {
            byte b = bytes[at];
            if (b <= ' ' || b == 0x7F) {
                return FieldFault.PATH_CHARACTER;
            }
            if (b == '#') {
                return FieldFault.PATH_FRAGMENT;
            }
            if (b == '?' && query < 0) {
                query = at + 1;
            }
        }
        request.setRequestLine(method, 1, start, end, query);
        return null;
    }

    private @Nullable FieldFault finishAuthority(@Nullable AsciiString authority) {
        Headers headers = request.headers();
        int slot = headers.find(HeaderName.HOST, 0);
        if (slot >= 0 && headers.find(HeaderName.HOST, slot + 1) >= 0) {
            return FieldFault.HOST_REPEATED;
        }
        int start;
        int end;
        if (authority != null) {
            start = FieldDecoder.append(headers, authority);
            end = start + authority.length();
        } else if (slot >= 0) {
            start = headers.valueStart(slot);
            end = headers.valueEnd(slot);
        } else {
            return FieldFault.AUTHORITY_MISSING;
        }
        if (!Authority.isValid(headers.bytes(), start, end)) {
            return FieldFault.AUTHORITY;
        }
        if (authority != null && slot >= 0 && !authority.contentEqualsIgnoreCase(headers.value(slot))) {
            return FieldFault.AUTHORITY_CONTRADICTED;
        }
        request.setHost(start, end);
        return null;
    }

    private @Nullable FieldFault finishBody(boolean endStream) {
        Headers headers = request.headers();
        long length = endStream ? 0 : BodyLength.CHUNKED;
        int slot = headers.find(HeaderName.CONTENT_LENGTH, 0);
        if (slot >= 0) {
            if (headers.find(HeaderName.CONTENT_LENGTH, slot + 1) >= 0) {
                return FieldFault.LENGTH_REPEATED;
            }
            long said = FieldText.decimal(headers.bytes(), headers.valueStart(slot), headers.valueEnd(slot));
            if (said < 0) {
                return FieldFault.LENGTH_INVALID;
            }
            if (endStream && said > 0) {
                return FieldFault.LENGTH_WRONG;
            }
            if (!endStream) {
                expect(said);
                if (said > 0) {
                    length = said;
                } else {
                    headers.removeSlot(slot); // its end is still to come, alone or with trailers
                }
            }
        }
        int expect = headers.find(HeaderName.EXPECT, 0);
        if (expect >= 0 && (!isContinue(headers, expect) || headers.find(HeaderName.EXPECT, expect + 1) >= 0)) {
            return FieldFault.EXPECTATION;
        }
        continueOwed = expect >= 0 && length != 0;
        request.setFraming(length, true, continueOwed);
        return null;
    }

    private static boolean isContinue(Headers headers, int slot) {
        int start = headers.valueStart(slot);
        if (headers.valueEnd(slot) - start != CONTINUE.length) {
            return false;
        }
        for (int i = 0; i < CONTINUE.length; i++) {
            byte b = headers.bytes()[start + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != CONTINUE[i]) {
                return false;
            }
        }
        return true;
    }

    /** A second field section has come: trailers. */
    void trailers(Headers trailers, @Nullable FieldFault fault, boolean endStream) {
        if (fault != null || !endStream) {
            connection().resetForBody(this, fault == null ? FieldFault.TRAILERS_NOT_LAST : fault);
        } else {
            receiveEnd(TrailerFields.withoutForbidden(trailers));
        }
    }

    @Override
    void onData(ByteBuf data) {
        continued();
        events.onData(data);
    }

    @Override
    void onEnd(@Nullable Headers trailers) {
        continued();
        events.onEnd(trailers);
    }

    private void continued() {
        if (continueOwed) {
            continueOwed = false;
            events.onContinued();
        }
    }

    @Override
    void onReadComplete() {
        events.onReadComplete();
    }

    @Override
    void onBodyFault(FieldFault fault) {
        finishCode = ErrorCode.PROTOCOL_ERROR;
        if (over) {
            reset(finishCode);
        } else {
            events.onBodyRefused(fault);
        }
    }

    @Override
    boolean takesData() {
        return true; // its head has opened it
    }

    /** Whether the request's body has ended; that of a request for a WebSocket has, whatever its frames. */
    public boolean isRequestEnded() {
        return remoteEnded || request.asksForWebSocket();
    }

    /** Whether the client waits to be told to send the body. */
    public boolean isContinueOwed() {
        return continueOwed;
    }

    // ---- the response

    @Override
    public void informational(ResponseHead head) {
        if (gone || localEnded) {
            return;
        }
        if (head.status() == 100) {
            if (!continueOwed) {
                return; // nobody waits for it
            }
            continued();
        }
        encode(head);
        connection().writeHeaders(this, false);
        flush();
    }

    private void encode(ResponseHead head) {
        FieldEncoder encoder = connection().encoder;
        encoder.begin();
        encoder.add(STATUS, STATUSES[head.status() == 101 ? 200 : head.status()]);
        encoder.add(head.headers());
    }

    @Override
    public void head(ResponseHead head, RequestHead to) {
        if (gone || localEnded) {
            return;
        }
        boolean webSocket = head.status() == 101;
        if (webSocket) {
            head.headers().remove(HeaderName.SEC_WEBSOCKET_ACCEPT); // to the gateway's own key
        }
        encode(head);
        boolean bodyless = head.bodyLength() == 0 && !webSocket;
        connection().writeHeaders(this, bodyless);
        if (bodyless) {
            ended();
        }
    }

    @Override
    public void dropRequest() {
        drop();
    }

    @Override
    public void cut() {
        cutBehind(finishCode == ErrorCode.NO_ERROR ? ErrorCode.INTERNAL_ERROR : finishCode);
    }

    @Override
    void onWritable() {
        events.onWritable();
    }

    @Override
    void onBacklog() {
        events.onBacklog();
    }

    // ---- the end

    /** The exchange is over: what is left of the response is still written, what is left of the request is not wanted (RFC 9113 §8.1). */
    public void finish() {
        over = true;
        if (gone) {
            events.onReleased();
            return;
        }
        drop();
        if (localEnded) {
            reset(finishCode);
        }
    }

    /** Ends the stream now: the client takes nothing of its response. */
    public void abort() {
        reset(ErrorCode.CANCEL);
    }

    @Override
    void onLocalEnd() {
        if (finishCode != ErrorCode.NO_ERROR) {
            connection().writeReset(this, finishCode);
            connection().remove(this);
        } else if (over) {
            reset(finishCode);
        }
    }

    @Override
    void onLost(Loss loss) {
        if (!over) {
            events.onGone();
        }
    }

    @Override
    void release() {
        super.release();
        if (over) {
            events.onReleased();
        }
    }
}
