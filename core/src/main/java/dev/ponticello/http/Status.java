package dev.ponticello.http;

/** The names of status codes (RFC 9110 §15, RFC 6585), for the status line and for {@code application/problem+json}. */
public final class Status {
    private static final String[] NAMES = new String[600];

    static {
        name(100, "Continue", "Switching Protocols", "Processing", "Early Hints");
        name(200, "OK", "Created", "Accepted", "Non-Authoritative Information", "No Content", "Reset Content",
                "Partial Content", "Multi-Status", "Already Reported");
        name(300, "Multiple Choices", "Moved Permanently", "Found", "See Other", "Not Modified", "Use Proxy");
        name(307, "Temporary Redirect", "Permanent Redirect");
        name(400, "Bad Request", "Unauthorized", "Payment Required", "Forbidden", "Not Found", "Method Not Allowed",
                "Not Acceptable", "Proxy Authentication Required", "Request Timeout",
                "Conflict", "Gone", "Length Required", "Precondition Failed", "Content Too Large", "URI Too Long",
                "Unsupported Media Type", "Range Not Satisfiable", "Expectation Failed");
        name(421, "Misdirected Request", "Unprocessable Content", "Locked", "Failed Dependency", "Too Early",
                "Upgrade Required");
        name(428, "Precondition Required", "Too Many Requests");
        name(431, "Request Header Fields Too Large");
        name(451, "Unavailable For Legal Reasons");
        name(500, "Internal Server Error", "Not Implemented", "Bad Gateway", "Service Unavailable", "Gateway Timeout",
                "HTTP Version Not Supported");
    }

    private Status() {}

    private static void name(int first, String... names) {
        System.arraycopy(names, 0, NAMES, first, names.length);
    }

    /** The name of a status code, or an empty string for one without a name here. */
    public static String name(int status) {
        String name = status >= 0 && status < NAMES.length ? NAMES[status] : null;
        return name == null ? "" : name;
    }
}
