package dev.ponticello.http1;

import dev.ponticello.http.Method;
import dev.ponticello.http.ResponseHead;
import io.netty.buffer.ByteBuf;

/** A response parser under test, with the head that it reads. */
final class ResponseReader implements Pieces.Reader {
    final ResponseParser parser;
    final ResponseHead head = new ResponseHead();
    private final Method requestMethod;
    private boolean whole;
    private int taken;

    ResponseReader(Method requestMethod) {
        this(4096, 20, requestMethod);
    }

    ResponseReader(int headLimit, int fieldLimit, Method requestMethod) {
        parser = new ResponseParser(headLimit, fieldLimit);
        this.requestMethod = requestMethod;
    }

    @Override
    public boolean read(ByteBuf in) {
        whole = parser.parse(in, head, requestMethod);
        taken = in.readerIndex();
        return whole || parser.fault() != null;
    }

    boolean isWhole() {
        return whole;
    }

    /** How many bytes were taken from the buffer. */
    int taken() {
        return taken;
    }

    void reset() {
        parser.reset();
        whole = false;
    }

    @Override
    public String result() {
        if (!whole) {
            return "fault " + parser.fault();
        }
        return "taken=" + taken + " status=" + head.status() + " minor=" + head.minorVersion() + " length="
                + head.bodyLength() + " keepAlive=" + head.keepAlive() + "\n" + RequestReader.fields(head.headers());
    }
}
