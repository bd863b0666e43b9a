package dev.ponticello.http;

/**
 * A message that is coming: its parts go to a {@link MessageReceiver}, no faster than that one asks.
 *
 * <p>On the loop of its exchange only.
 */
public interface MessageSource {
    /** Stops the parts of the body; at most one read that is under way still arrives, and is held. */
    void pause();

    /** Lets the parts come again. Parts that were held may arrive during this call. */
    void resume();
}
