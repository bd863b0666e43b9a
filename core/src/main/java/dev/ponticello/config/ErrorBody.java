package dev.ponticello.config;

import java.util.Arrays;

/** What stands in the body of one of the gateway's own errors. Immutable; equal by type and bytes. */
public final class ErrorBody {

    /** What a body is where its config says nothing else. */
    public static final String DEFAULT_TYPE = "text/html";

    private final String type;
    private final byte[] bytes;

    private ErrorBody(String type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /**
     * A body.
     *
     * @param type  its media type, for {@code Content-Type}
     * @param bytes its bytes, which are copied
     * @throws IllegalArgumentException if the type is no media type
     */
    public static ErrorBody of(String type, byte[] bytes) {
        return new ErrorBody(Checks.mediaType("type", type), bytes.clone());
    }

    public String type() {
        return type;
    }

    /** The bytes; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ErrorBody body && body.type.equals(type) && Arrays.equals(body.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return type + ", " + Texts.size(bytes.length);
    }
}
