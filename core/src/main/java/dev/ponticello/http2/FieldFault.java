package dev.ponticello.http2;

/**
 * A reason to refuse a field section: the head of a request or of a response, or trailers (RFC 9113 §8).
 *
 * <p>A request is answered with the status of the {@link #category()}; one that is malformed has its stream reset behind that. The same fault in a response means that the endpoint cannot be understood.
 */
public enum FieldFault {
    NAME_EMPTY(Category.MALFORMED, "A field has no name"),
    NAME_CHARACTER(Category.MALFORMED, "A field name has a character that is not allowed"),
    NAME_UPPER_CASE(Category.MALFORMED, "A field name has a capital letter"),
    VALUE_CHARACTER(Category.MALFORMED, "A field value has a control character"),
    VALUE_BLANKS(Category.MALFORMED, "A field value begins or ends with white space"),
    CONNECTION_SPECIFIC(Category.MALFORMED, "A field concerns the connection, which HTTP/2 does not allow"),
    TE_OTHER(Category.MALFORMED, "TE is anything but trailers"),
    PSEUDO_UNKNOWN(Category.MALFORMED, "A pseudo-header is not known here"),
    PSEUDO_REPEATED(Category.MALFORMED, "A pseudo-header stands twice"),
    PSEUDO_LATE(Category.MALFORMED, "A pseudo-header stands behind a field"),
    PSEUDO_IN_TRAILERS(Category.MALFORMED, "A pseudo-header stands in trailers"),
    PSEUDO_MISSING(Category.MALFORMED, "The request has not each of :method, :scheme and :path"),
    PROTOCOL_WITHOUT_CONNECT(Category.MALFORMED, ":protocol stands with another method than CONNECT"),
    WEBSOCKET_ENDED(Category.MALFORMED, "The request for a WebSocket ends its stream or has a Content-Length"),
    METHOD(Category.MALFORMED, ":method is no token"),
    SCHEME(Category.MALFORMED, ":scheme is neither http nor https"),
    PATH(Category.MALFORMED, ":path is neither a path nor * with the method OPTIONS"),
    PATH_CHARACTER(Category.MALFORMED, ":path has a character that is not visible ASCII"),
    PATH_FRAGMENT(Category.MALFORMED, ":path has a fragment (#)"),
    AUTHORITY(Category.MALFORMED, ":authority or Host is not a valid host and port"),
    AUTHORITY_MISSING(Category.MALFORMED, "The request has neither :authority nor Host"),
    AUTHORITY_CONTRADICTED(Category.MALFORMED, "Host and :authority name different hosts"),
    HOST_REPEATED(Category.MALFORMED, "The request has more than one Host"),
    LENGTH_REPEATED(Category.MALFORMED, "The message has more than one Content-Length"),
    LENGTH_INVALID(Category.MALFORMED, "Content-Length is not a decimal number below 2^63"),
    LENGTH_WRONG(Category.MALFORMED, "The body is not as long as Content-Length says"),
    TRAILERS_NOT_LAST(Category.MALFORMED, "A second head does not end the stream"),
    DATA_EARLY(Category.MALFORMED, "Data of the response stands before its head"),
    STATUS(Category.MALFORMED, ":status is not between 100 and 599, or 101"),
    TARGET_TOO_LONG(Category.TARGET_TOO_LONG, "The request target is too long"),
    HEAD_TOO_LARGE(Category.HEAD_TOO_LARGE, "The head of the message is too large"),
    TOO_MANY_FIELDS(Category.HEAD_TOO_LARGE, "The head of the message has too many fields"),
    METHOD_TOO_LONG(Category.METHOD_UNSUPPORTED, "The method is longer than 32 characters"),
    METHOD_CONNECT(Category.METHOD_UNSUPPORTED, "The method CONNECT is not supported"),
    EXPECTATION(Category.EXPECTATION, "Expect is anything but 100-continue, once");

    /** The kinds of {@link FieldFault} that are answered differently. */
    public enum Category {
        MALFORMED,
        TARGET_TOO_LONG,
        HEAD_TOO_LARGE,
        METHOD_UNSUPPORTED,
        EXPECTATION
    }

    private final Category category;
    private final String sentence;

    FieldFault(Category category, String sentence) {
        this.category = category;
        this.sentence = sentence;
    }

    public Category category() {
        return category;
    }

    /** What is wrong, for the body of the error and for logs; without a full stop. */
    public String sentence() {
        return sentence;
    }
}
