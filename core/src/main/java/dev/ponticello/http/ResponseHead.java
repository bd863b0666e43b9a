package dev.ponticello.http;

/** The head of a response in one flat form: status and fields, and how its body is framed. */
public final class ResponseHead {
    private final Headers headers = new Headers();
    private int status;
    private int majorVersion = 1;
    private int minorVersion = 1;
    private long bodyLength;
    private boolean keepAlive = true;

    /** An empty head, for whoever decodes one. */
    public ResponseHead() {}

    /** Makes the head empty for the next response. */
    public void clear() {
        headers.clear();
        status = 0;
        majorVersion = 1;
        minorVersion = 1;
        bodyLength = 0;
        keepAlive = true;
    }

    public Headers headers() {
        return headers;
    }

    public int status() {
        return status;
    }

    public void setStatus(int status) {
        this.status = status;
    }

    public boolean isInformational() {
        return status < 200;
    }

    /** 1 for HTTP/1.1 and HTTP/1.0, 2 for HTTP/2. */
    public int majorVersion() {
        return majorVersion;
    }

    public void setMajorVersion(int majorVersion) {
        this.majorVersion = majorVersion;
    }

    /** 0 for HTTP/1.0, else 1. */
    public int minorVersion() {
        return minorVersion;
    }

    /** How long the body is that follows on this connection: a count from 0 on, or a constant of {@link BodyLength}. */
    public long bodyLength() {
        return bodyLength;
    }

    public void setBodyLength(long bodyLength) {
        this.bodyLength = bodyLength;
    }

    /** Whether the endpoint means to go on using its connection. */
    public boolean keepAlive() {
        return keepAlive;
    }

    public void setFraming(int minorVersion, long bodyLength, boolean keepAlive) {
        this.minorVersion = minorVersion;
        this.bodyLength = bodyLength;
        this.keepAlive = keepAlive;
    }

    @Override
    public String toString() {
        return (majorVersion > 1 ? "HTTP/" + majorVersion : "HTTP/1." + minorVersion) + " " + status + "\n" + headers;
    }
}
