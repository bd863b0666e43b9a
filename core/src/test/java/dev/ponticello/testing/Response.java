package dev.ponticello.testing;

/** A response that a {@link RawClient} has read. */
public final class Response extends ReceivedMessage {
    private final byte[] body;
    private final Fields trailers;

    Response(MessageReader.Head head, byte[] body, Fields trailers) {
        super(head);
        this.body = body;
        this.trailers = trailers;
    }

    public String version() {
        return startParts().get(0);
    }

    public int status() {
        return Integer.parseInt(startParts().get(1));
    }

    public String reason() {
        return startParts().get(2);
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    @Override
    public Fields trailers() {
        return trailers;
    }

    /** The body as compact JSON: without the white space outside its strings. */
    public String json() {
        var compact = new StringBuilder();
        boolean inString = false;
        boolean escaped = false;
        String text = bodyText();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inString || !Character.isWhitespace(c)) {
                compact.append(c);
            }
            if (c == '"' && !escaped) {
                inString = !inString;
            }
            escaped = c == '\\' && !escaped;
        }
        return compact.toString();
    }

    /** The same head with this body. */
    Response with(byte[] body, Fields trailers) {
        return new Response(head, body, trailers);
    }

    @Override
    public String toString() {
        return head() + bodyText() + (trailers.lines().isEmpty() ? "" : "\n" + trailers);
    }
}
