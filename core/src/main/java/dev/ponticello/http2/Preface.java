package dev.ponticello.http2;

import io.netty.buffer.ByteBuf;

/** What a connection of HTTP/2 begins with (RFC 9113 §3.4). */
public final class Preface {
    /** So many bytes tell it from every request of HTTP/1.1: {@code PRI * HTTP/2.0}. */
    public static final int ENOUGH = 14;

    private Preface() {}

    /** Whether the bytes are its beginning, as far as they go. */
    public static boolean isBegun(ByteBuf in) {
        int count = Math.min(in.readableBytes(), FrameReader.PREFACE.length);
        for (int i = 0; i < count; i++) {
            if (in.getByte(in.readerIndex() + i) != FrameReader.PREFACE[i]) {
                return false;
            }
        }
        return true;
    }
}
