package dev.ponticello.http1;

/**
 * A reason to refuse the head of a message.
 *
 * <p>The head of a request is refused with the status of its {@link #category()}; the same fault in the head of a
 * response means that the endpoint cannot be understood, whatever the category.
 */
public enum HeadFault {
    REQUEST_LINE(Category.MALFORMED,
            "The request line is not a method, a target and HTTP/1.1 or HTTP/1.0 with one space between them"),
    TARGET_CHARACTER(
            Category.MALFORMED,
            "The request target has a character that is not visible ASCII"),
    TARGET_FRAGMENT(Category.MALFORMED,
            "The request target has a fragment (#)"),
    TARGET_FORM(Category.MALFORMED,
            "The request target is neither a path, nor an http or https URL, nor * with the method OPTIONS"),
    TARGET_USER(
            Category.MALFORMED,
            "The URL in the request target has user information before its host"),
    TARGET_HOST(
            Category.MALFORMED,
            "The URL in the request target has no valid host and port"),
    LF_WITHOUT_CR(
            Category.MALFORMED,
            "A line of the head ends with LF alone; it must end with CR LF"),
    CR_WITHOUT_LF(
            Category.MALFORMED,
            "The head has a CR that no LF follows"),
    FIELD_FOLDED(
            Category.MALFORMED,
            "A line of the head begins with white space"),
    FIELD_WITHOUT_COLON(
            Category.MALFORMED,
            "A field line has no colon"),
    FIELD_NAME_EMPTY(
            Category.MALFORMED,
            "A field line has no name before its colon"),
    FIELD_NAME_CHARACTER(
            Category.MALFORMED,
            "A field name has a character that is not allowed"),
    FIELD_NAME_SPACE(
            Category.MALFORMED,
            "A field name has white space in it or before its colon"),
    FIELD_VALUE_CHARACTER(
            Category.MALFORMED,
            "A field value has a control character"),
    CONNECTION_TOO_LONG(
            Category.MALFORMED,
            "Connection has more than 64 members"),
    HOST_MISSING(
            Category.MALFORMED,
            "The request has no Host"),
    HOST_REPEATED(
            Category.MALFORMED,
            "The request has more than one Host"),
    HOST_INVALID(
            Category.MALFORMED,
            "Host is not a valid host and port"),
    HOST_CONTRADICTED(
            Category.MALFORMED,
            "Host and the URL in the request target name different hosts"),
    LENGTH_AND_ENCODING(
            Category.MALFORMED,
            "The message has both Content-Length and Transfer-Encoding"),
    LENGTH_REPEATED(
            Category.MALFORMED,
            "The message has more than one Content-Length"),
    LENGTH_INVALID(
            Category.MALFORMED,
            "Content-Length is not a decimal number below 2^63"),
    ENCODING_BEFORE_1_1(
            Category.MALFORMED,
            "Transfer-Encoding is not allowed in HTTP/1.0"),
    ENCODING_INVALID(
            Category.MALFORMED,
            "Transfer-Encoding is anything but chunked, once"),
    STATUS_LINE(
            Category.MALFORMED,
            "The status line is not HTTP/1.1 or HTTP/1.0, a status and a reason"),
    STATUS_RANGE(
            Category.MALFORMED,
            "The status is not between 100 and 599"),
    BODY_FORBIDDEN(
            Category.MALFORMED,
            "The response announces a body that its status does not allow"),
    UPGRADE_UNASKED(Category.MALFORMED, "The response switches protocols, which nobody asked for"),
    UPGRADE_WRONG(Category.MALFORMED, "The response switches protocols, but not to the WebSocket that was asked for"),
    TARGET_TOO_LONG(
            Category.TARGET_TOO_LONG,
            "The request target is too long"),
    HEAD_TOO_LARGE(
            Category.HEAD_TOO_LARGE,
            "The head of the message is too large"),
    TOO_MANY_FIELDS(
            Category.TOO_MANY_FIELDS,
            "The head of the message has too many fields"),
    VERSION(
            Category.VERSION,
            "The version of HTTP is neither 1.1 nor 1.0"),
    METHOD_TOO_LONG(
            Category.METHOD_UNSUPPORTED,
            "The method is longer than 32 characters"),
    METHOD_CONNECT(
            Category.METHOD_UNSUPPORTED,
            "The method CONNECT is not supported"),
    EXPECTATION(
            Category.EXPECTATION,
            "Expect is anything but 100-continue, once");

    /** The kinds of {@link HeadFault} that are answered differently. */
    public enum Category {
        MALFORMED(400),
        TARGET_TOO_LONG(414),
        HEAD_TOO_LARGE(431),
        TOO_MANY_FIELDS(431),
        VERSION(
                505),
        METHOD_UNSUPPORTED(501),
        EXPECTATION(417);

        private final int status;

        Category(int status) {
            this.status = status;
        }

        /** The status that answers a request with such a head. */
        public int status() {
            return status;
        }
    }

    private final Category category;
    private final String sentence;

    HeadFault(Category category, String sentence) {
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
