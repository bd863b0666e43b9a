package dev.ponticello.http2;

import dev.ponticello.http.BodyLength;
import dev.ponticello.http.FieldText;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageReceiver;
import dev.ponticello.http.Method;
import dev.ponticello.http.RequestHead;
import dev.ponticello.http.ResponseHead;
import dev.ponticello.http.TrailerFields;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** A request to an endpoint and its response: a stream that we have opened. */
public final class Http2ClientStream extends Http2Stream {
    /** What happens on the stream, told to its owner, on its loop. */
    public interface Events extends MessageReceiver {
        /** An interim head (1xx). */
        void onInformational(ResponseHead head);

        /** The final head; valid until the stream is opened again. */
        void onHead(ResponseHead head);

        /** What came is no response; the stream was reset. */
        void onHeadRefused(FieldFault fault);

        /** The body is not as long as it was said to be, or its trailers are malformed; the stream was reset. */
        void onBodyRefused(FieldFault fault);

        /** The request may go on: see {@link #isWritable()}. */
        void onWritable();

        /** The stream is gone before its response was whole. */
        void onLost(Loss loss);
    }

    private static final AsciiString METHOD = AsciiString.cached(":method");
    private static final AsciiString SCHEME = AsciiString.cached(":scheme");
    private static final AsciiString AUTHORITY = AsciiString.cached(":authority");
    private static final AsciiString PATH = AsciiString.cached(":path");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");

    private final Events events;
    private final ResponseHead response = new ResponseHead();
    private Method method = Method.GET;
    private boolean headSeen;
    private boolean answerBegun;

    public Http2ClientStream(Events events) {
        this.events = events;
    }

    // ---- the request

    /** Opens the stream with the head of a request; what follows is the body of {@link RequestHead#bodyLength()}, through {@link #data} and {@link #end}. */
    void request(Http2ClientConnection to, int streamId, RequestHead head, byte[] basePath, byte[] authority,
            int authorityStart, int authorityEnd) {
        attach(to, streamId);
        response.clear();
        headSeen = false;
        answerBegun = false;
        method = head.method();
        FieldEncoder encoder = to.encoder;
        encoder.begin();
        byte[] name = method.bytes();
        encoder.add(METHOD, name, 0, name.length);
        encoder.add(SCHEME, to.isSecure() ? HTTPS : HTTP);
        encoder.add(AUTHORITY, authority, authorityStart, authorityEnd);
        byte[] path = to.path(basePath, head);
        if (head.queryStart() < 0) {
            encoder.add(PATH, path, 0, to.pathLength());
        } else {
            encoder.addSecret(PATH, path, 0, to.pathLength());
        }
        encoder.add(head.headers());
        if (head.acceptsTrailers()) {
            encoder.add(TE, TRAILERS);
        }
        boolean bodyless = head.bodyLength() == 0;
        to.writeHeaders(this, bodyless);
        if (bodyless) {
            ended();
        }
    }

    /** Whether any part of the answer has come. */
    public boolean isAnswerBegun() {
        return answerBegun;
    }

    /** Gives the stream up, or lets go of it when its response is whole. */
    public void close() {
        reset(ErrorCode.CANCEL);
    }

    @Override
    void onWritable() {
        events.onWritable();
    }

    @Override
    void onBacklog() {}

    @Override
    void onLocalEnd() {}

    // ---- the response

    void headers(ByteBuf block, boolean endStream) {
        answerBegun = true;
        Headers into = headSeen ? new Headers(256, 4) : response.headers();
        Http2Connection in = connection();
        if (!in.decode(block, headSeen ? FieldDecoder.Section.TRAILERS : FieldDecoder.Section.RESPONSE, into)) {
            return;
        }
        in.touch(this);
        FieldFault fault = in.decoder.fault();
        if (headSeen) {
            trailers(into, fault, endStream);
            return;
        }
        if (fault == null) {
            fault = finishHead(in.decoder.status(), endStream);
        }
        if (fault != null) {
            reset(ErrorCode.PROTOCOL_ERROR);
            events.onHeadRefused(fault);
        } else if (response.isInformational()) {
            events.onInformational(response);
            response.clear();
        } else {
            headSeen = true;
            int served = id;
            events.onHead(response);
            if (endStream && id == served && !gone) {
                receiveEnd(null);
            }
        }
    }

    private @Nullable FieldFault finishHead(@Nullable AsciiString text, boolean endStream) {
        int status = text == null || text.length() != 3 ? -1
                : (int) FieldText.decimal(text.array(), text.arrayOffset(), text.arrayOffset() + 3);
        if (status < 100 || status > 599 || status == 101) {
            return FieldFault.STATUS;
        }
        if (status < 200 && endStream) {
            return FieldFault.STATUS;
        }
        Headers headers = response.headers();
        int slot = headers.find(HeaderName.CONTENT_LENGTH, 0);
        long length = BodyLength.CHUNKED;
        if (slot >= 0) {
            if (headers.find(HeaderName.CONTENT_LENGTH, slot + 1) >= 0) {
                return FieldFault.LENGTH_REPEATED;
            }
            length = FieldText.decimal(headers.bytes(), headers.valueStart(slot), headers.valueEnd(slot));
            if (length < 0) {
                return FieldFault.LENGTH_INVALID;
            }
        }
        boolean never = status < 200 || status == 204;
        if (never && slot >= 0) {
            if (length > 0) {
                return FieldFault.LENGTH_WRONG;
            }
            headers.removeSlot(slot); // RFC 9110 §8.6
        }
        response.setStatus(status);
        response.setMajorVersion(2);
        if (never || status == 304 || method.equals(Method.HEAD)) {
            response.setFraming(1, 0, true);
            expect(status < 200 ? -1 : 0);
            return null;
        }
        if (endStream && length > 0) {
            return FieldFault.LENGTH_WRONG;
        }
        if (endStream && slot < 0) {
            headers.add(HeaderName.CONTENT_LENGTH, 0); // HTTP/1.1 has no other word for it
        }
        expect(length);
        response.setFraming(1, endStream ? 0 : length, true);
        return null;
    }

    private void trailers(Headers trailers, @Nullable FieldFault fault, boolean endStream) {
        if (fault != null || !endStream) {
            onBodyFault(fault == null ? FieldFault.TRAILERS_NOT_LAST : fault);
        } else {
            receiveEnd(TrailerFields.withoutForbidden(trailers));
        }
    }

    @Override
    void onData(ByteBuf data) {
        events.onData(data);
    }

    @Override
    void onEnd(@Nullable Headers trailers) {
        events.onEnd(trailers);
    }

    @Override
    void onReadComplete() {
        events.onReadComplete();
    }

    @Override
    void onBodyFault(FieldFault fault) {
        reset(ErrorCode.PROTOCOL_ERROR);
        if (headSeen) {
            events.onBodyRefused(fault);
        } else {
            events.onHeadRefused(fault);
        }
    }

    @Override
    void onLost(Loss loss) {
        events.onLost(loss);
    }

    @Override
    boolean takesData() {
        return headSeen;
    }

    /** Whether the head of the response has come. */
    public boolean isHeadSeen() {
        return headSeen;
    }
}
