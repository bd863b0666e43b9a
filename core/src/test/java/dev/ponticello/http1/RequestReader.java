package dev.ponticello.http1;

import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import io.netty.buffer.ByteBuf;

/** A request parser under test, with the head that it reads. */
final class RequestReader implements Pieces.Reader {
    final RequestParser parser;
    final RequestHead head = new RequestHead();
    private boolean whole;
    private int taken;

    RequestReader() {
        this(4096, 20, 200);
    }

    RequestReader(int headLimit, int fieldLimit, int targetLimit) {
        parser = new RequestParser(headLimit, fieldLimit, targetLimit);
    }

    @Override
    public boolean read(ByteBuf in) {
        whole = parser.parse(in, head);
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
        return "taken=" + taken + " method=" + head.method() + " minor=" + head.minorVersion() + " target="
                + head.target()
                + "@" + head.targetStart() + " query=" + head.query() + "@" + head.queryStart() + " host=" + head.host()
                + "@" + head.hostStart() + " length=" + head.bodyLength() + " keepAlive=" + head.keepAlive()
                + " expect=" + head.expectContinue() + " unusual=" + head.hasUnusualNames() + "\n"
                + fields(head.headers());
    }

    /** Every field with its ranges and hash. */
    static String fields(Headers headers) {
        StringBuilder text = new StringBuilder();
        for (int slot = 0; slot < headers.slots(); slot++) {
            text.append('[').append(headers.name(slot)).append("]@").append(headers.nameStart(slot)).append(" [")
                    .append(headers.value(slot)).append("]@").append(headers.valueStart(slot)).append(" #")
                    .append(headers.hash(slot)).append('\n');
        }
        return text.append("length ").append(headers.length()).toString();
    }
}
