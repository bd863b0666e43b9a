package dev.ponticello.testing;

/**
 * The peer has ended the connection where more was due. Fails a test when it happens to its client; in an endpoint's
 * script it only ends the connection, because what the gateway does with its connections is for the test to judge.
 */
public final class PeerEnded extends AssertionError {
    PeerEnded(String message) {
        super(message);
    }
}
