package dev.ponticello.http;

/** How long a message's body is said to be (RFC 9112 §6.3): a number of bytes from 0 on, or one of the constants here. */
public final class BodyLength {
    /** The body is chunked: its end is marked. */
    public static final long CHUNKED = -1;
    /** The body ends with the connection; only for an answer of an endpoint. */
    public static final long UNTIL_CLOSE = -2;

    private BodyLength() {}
}
