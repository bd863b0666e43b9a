package dev.ponticello.exchange;

/** An answer that the gateway gives on the loop, without an endpoint: health, index, a fixed text. */
public interface BuiltInAnswer {
    /** How many bytes of a request body it reads; a longer one is refused with 413. 0 for none: then a body is ignored. */
    default int bodyLimit() {
        return 0;
    }

    /**
     * Answers. Must not block.
     *
     * @param body the whole request body, empty where {@link #bodyLimit()} is 0
     */
    Decision answer(Exchange exchange, byte[] body);
}
