package dev.ponticello.http1;

/** A reason to refuse a chunked body: a request with it is answered with 400, a response with it is cut. */
public enum BodyFault {
    CHUNK_SIZE("A chunk does not begin with its size in hexadecimal digits"),
    CHUNK_SIZE_TOO_LARGE(
            "The size of a chunk is over 2^63 - 1 or has more than 16 digits"),
    CHUNK_EXTENSION(
            "A chunk extension is malformed"),
    CHUNK_EXTENSION_TOO_LONG(
            "The extensions of a chunk are longer than 256 bytes"),
    CHUNK_OVERHEAD(
            "The body has much more framing than data"),
    CHUNK_LINE_END(
            "The line with the size of a chunk does not end with CR LF"),
    CHUNK_DATA_END(
            "The data of a chunk is not followed by CR LF"),
    TRAILER_MALFORMED(
            "The trailer section is malformed"),
    TRAILER_TOO_LARGE(
            "The trailer section is too large"),
    TRAILER_TOO_MANY_FIELDS(
            "The trailer section has too many fields");

    private final String sentence;

    BodyFault(String sentence) {
        this.sentence = sentence;
    }

    /** What is wrong, for the body of the error and for logs; without a full stop. */
    public String sentence() {
        return sentence;
    }
}
