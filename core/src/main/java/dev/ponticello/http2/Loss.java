package dev.ponticello.http2;

/** How a stream was lost. */
public enum Loss {
    /** The peer has reset it. */
    RESET,
    /** The peer has said that it did nothing with it (RFC 9113 §8.7): it may be sent again, whatever it is. */
    UNPROCESSED,
    /** It was reset for what the peer has sent on it. */
    FAULT,
    /** Its connection was closed. */
    CONNECTION_CLOSED,
    /** Its connection has broken the rules. */
    CONNECTION_FAULT
}
