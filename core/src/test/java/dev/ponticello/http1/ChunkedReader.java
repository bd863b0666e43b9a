package dev.ponticello.http1;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** A decoder of chunked bodies under test, with the data that it gave. */
final class ChunkedReader implements Pieces.Reader {
    final ChunkedDecoder decoder;
    private final StringBuilder data = new StringBuilder();
    private int taken;

    ChunkedReader() {
        this(4096, 20);
    }

    ChunkedReader(int trailerLimit, int fieldLimit) {
        decoder = new ChunkedDecoder(trailerLimit, fieldLimit);
    }

    @Override
    public boolean read(ByteBuf in) {
        for (ByteBuf part = decoder.next(in); part != null; part = decoder.next(in)) {
            if (!part.isReadable()) {
                throw new AssertionError("empty data");
            }
            data.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        taken = in.readerIndex();
        return decoder.isEnded() || decoder.fault() != null;
    }

    String data() {
        return data.toString();
    }

    void reset() {
        decoder.reset();
        data.setLength(0);
    }

    @Override
    public String result() {
        String soFar = "data=" + data;
        if (decoder.isEnded()) {
            return soFar + " taken=" + taken + " trailers=" + decoder.trailers();
        }
        return soFar + " fault=" + decoder.fault();
    }
}
