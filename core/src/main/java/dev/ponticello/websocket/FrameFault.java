package dev.ponticello.websocket;

/** A reason to refuse the header of a frame (RFC 6455 §5). */
public enum FrameFault {
    UNMASKED("A frame of the client is not masked"),
    MASKED("A frame of the service is masked"),
    CONTROL_FRAGMENTED("A control frame is a fragment"),
    CONTROL_TOO_LONG("A control frame has more than 125 bytes"),
    LENGTH_TOO_LARGE("The length of a frame is 2^63 or more"),
    LENGTH_NOT_SHORTEST("The length of a frame is written longer than need be");

    private final String sentence;

    FrameFault(String sentence) {
        this.sentence = sentence;
    }

    /** What is wrong, for a person. */
    public String sentence() {
        return sentence;
    }
}
