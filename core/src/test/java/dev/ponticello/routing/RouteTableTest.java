package dev.ponticello.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.ponticello.http.RequestHead;
import dev.ponticello.http1.RequestParser;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteTableTest {

    private static final Set<String> GET = Set.of("GET");
    private static final Set<String> POST = Set.of("POST");

    private final RouteTable.Builder<String> builder = RouteTable.builder();
    private final Match<String> match = new Match<>();

    @Test
    void findsALiteralPathOnly() {
        add("/api/users", GET, "users");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "/api/users")).isEqualTo("users");
        for (String other : List.of("/", "/api", "/api/", "/api/users/", "/api/users/1", "/api/user", "/api/userss",
                "/API/users", "/x/api/users", "/api/%75sers")) {
            assertThat(found(table, "GET", other)).as(other).isNull();
            assertThat(match.kind()).as(other).isEqualTo(Match.Kind.NOT_FOUND);
        }
    }

    @Test
    void takesTheRootForAPathOfItsOwn() {
        add("/", GET, "root");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "/")).isEqualTo("root");
        assertThat(found(table, "GET", "/a")).isNull();
    }

    @Test
    void takesATrailingSlashForAnotherPath() {
        add("/a/", GET, "with");
        add("/a", GET, "without");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "/a/")).isEqualTo("with");
        assertThat(found(table, "GET", "/a")).isEqualTo("without");
    }

    @Test
    void matchesAParameterWithOneSegmentThatIsNotEmpty() {
        add("/users/{id}/orders", GET, "orders");
        add("/users/{id}", GET, "user");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "/users/4%20x/orders")).isEqualTo("orders");
        assertThat(match.captures()).isEqualTo(1);
        assertThat(match.capture("id")).isEqualTo("4%20x");
        assertThat(match.captureFrom(0)).isEqualTo("GET /users/".length());
        assertThat(match.captureTo(0)).isEqualTo("GET /users/4%20x".length());
        assertThat(match.pattern()).isEqualTo(PathPattern.parse("/users/{id}/orders"));
        assertThat(match.capture("other")).isNull();
        assertThat(found(table, "GET", "/users/")).isNull();
        assertThat(found(table, "GET", "/users")).isNull();
        assertThat(found(table, "GET", "/users/1/")).isNull();
        assertThat(found(table, "GET", "/users/1/2")).isNull();
    }

    @Test
    void matchesARestWithThePathItselfAndAllBelow() {
        add("/files/{owner}/**", GET, "files");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "/files/ann")).isEqualTo("files");
        assertThat(match.capture("**")).isEmpty();
        assertThat(found(table, "GET", "/files/ann/")).isEqualTo("files");
        assertThat(match.capture("**")).isEmpty();
        assertThat(found(table, "GET", "/files/ann/a/b/")).isEqualTo("files");
        assertThat(match.captures()).isEqualTo(2);
        assertThat(match.capture(0)).isEqualTo("ann");
        assertThat(match.capture(1)).isEqualTo("a/b/");
        assertThat(found(table, "GET", "/files/")).isNull();
        assertThat(found(table, "GET", "/files")).isNull();
        assertThat(found(table, "GET", "/filesx/ann")).isNull();
    }

    @Test
    void matchesEverythingWithARestAlone() {
        add("/**", GET, "all");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "/")).isEqualTo("all");
        assertThat(match.capture("**")).isEmpty();
        assertThat(found(table, "GET", "/a/b")).isEqualTo("all");
        assertThat(match.capture("**")).isEqualTo("a/b");
    }

    @Test
    void knowsNoPathThatDoesNotBeginWithASlash() {
        add("/**", null, "all");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "OPTIONS", "*")).isNull();
        assertThat(found(table, "GET", "")).isNull();
    }

    @Test
    void prefersLiteralThenParameterThenRestFromTheLeft() {
        add("/**", GET, "**");
        add("/{a}/b", GET, "{a}/b");
        add("/a/**", GET, "a/**");
        add("/a/{b}", GET, "a/{b}");
        add("/a/b", GET, "a/b");
        add("/a", GET, "a");
        add("/a/", GET, "a/");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "/a/b")).isEqualTo("a/b");
        assertThat(found(table, "GET", "/a/c")).isEqualTo("a/{b}");
        assertThat(found(table, "GET", "/a/c/d")).isEqualTo("a/**");
        assertThat(found(table, "GET", "/a")).isEqualTo("a");
        assertThat(found(table, "GET", "/a/")).isEqualTo("a/");
        assertThat(found(table, "GET", "/c/b")).isEqualTo("{a}/b");
        assertThat(found(table, "GET", "/c/c")).isEqualTo("**");
        assertThat(table.conflicts()).isEmpty();
    }

    @Test
    void comesBackFromALiteralThatLeadsNowhere() {
        add("/a/b/c", GET, "literal");
        add("/{x}/b/d", GET, "first");
        add("/{x}/{y}/{z}/e", GET, "deep");
        add("/a/**", GET, "rest");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "/a/b/d")).isEqualTo("rest");
        assertThat(found(table, "GET", "/z/b/d")).isEqualTo("first");
        assertThat(match.capture("x")).isEqualTo("z");
        assertThat(found(table, "GET", "/z/b/d/e")).isEqualTo("deep");
        assertThat(match.capture("x") + match.capture("y") + match.capture("z")).isEqualTo("zbd");
    }

    @Test
    void doesNotLetAMoreSpecificPathHideAMethod() {
        add("/users/me", GET, "me");
        add("/users/{id}", Set.of("GET", "DELETE"), "user");
        add("/**", POST, "rest");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "/users/me")).isEqualTo("me");
        assertThat(found(table, "DELETE", "/users/me")).isEqualTo("user");
        assertThat(match.capture("id")).isEqualTo("me");
        assertThat(found(table, "POST", "/users/me")).isEqualTo("rest");
        assertThat(match.capture("**")).isEqualTo("users/me");
    }

    @Test
    void namesTheMostSpecificEntryWhenNoMethodFits() {
        add("/**", POST, "rest");
        add("/users/{id}", Set.of("DELETE"), "user");
        add("/users/me", GET, "me");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "PUT", "/users/me")).isNull();
        assertThat(match.kind()).isEqualTo(Match.Kind.METHOD_NOT_ALLOWED);
        assertThat(match.value()).isEqualTo("me");
        assertThat(match.pattern()).hasToString("/users/me");
        assertThat(match.allow()).isEqualTo("GET, HEAD, POST, DELETE, OPTIONS");
        assertThat(match.captures()).isZero();

        assertThat(found(table, "get", "/users/1")).isNull();
        assertThat(match.value()).isEqualTo("user");
        assertThat(match.allow()).isEqualTo("POST, DELETE, OPTIONS");

        assertThat(found(table, "OPTIONS", "/")).isNull();
        assertThat(match.kind()).isEqualTo(Match.Kind.METHOD_NOT_ALLOWED);
        assertThat(match.allow()).isEqualTo("POST, OPTIONS");
    }

    @Test
    void listsAllowedMethodsInAFixedOrder() {
        add("/a", Set.of("PURGE", "DELETE", "LINK", "PATCH", "PUT"), "a");
        add("/{x}", null, "any");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "TRACE", "/a")).isNull();
        assertThat(match.value()).isEqualTo("a");
        assertThat(match.allow()).isEqualTo("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, LINK, PURGE");
    }

    @Test
    void servesHeadByGetUnlessHeadIsNamed() {
        add("/a", GET, "a by GET");
        add("/b", GET, "b by GET");
        add("/b", Set.of("HEAD"), "b by HEAD");
        add("/c", GET, "c by GET");
        add("/c", null, "c by the rest");
        add("/d/{x}", Set.of("HEAD"), "less specific");
        add("/d/x", GET, "more specific");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "HEAD", "/a")).isEqualTo("a by GET");
        assertThat(found(table, "HEAD", "/b")).isEqualTo("b by HEAD");
        assertThat(found(table, "GET", "/b")).isEqualTo("b by GET");
        assertThat(found(table, "HEAD", "/c")).isEqualTo("c by GET");
        assertThat(found(table, "HEAD", "/d/x")).isEqualTo("more specific");
        assertThat(table.conflicts()).isEmpty();
    }

    @Test
    void servesAllButConnectAndTraceByDefault() {
        add("/a", null, "any");
        add("/a", GET, "get");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "/a")).isEqualTo("get");
        assertThat(found(table, "POST", "/a")).isEqualTo("any");
        assertThat(found(table, "get", "/a")).isEqualTo("any");
        assertThat(found(table, "PROPFIND", "/a")).isEqualTo("any");
        assertThat(found(table, "CONNECT", "/a")).isNull();
        assertThat(found(table, "TRACE", "/a")).isNull();
        assertThat(match.kind()).isEqualTo(Match.Kind.METHOD_NOT_ALLOWED);
        assertThat(table.conflicts()).isEmpty();
    }

    @Test
    void prefersAnExactHostThenTheLongestWildcardThenNone() {
        add(null, "/**", GET, "none");
        add("*.example.com", "/**", GET, "wildcard");
        add("*.eu.example.com", "/**", GET, "longer wildcard");
        add("api.eu.example.com", "/**", GET, "exact");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "api.eu.example.com", "/")).isEqualTo("exact");
        assertThat(found(table, "GET", "API.EU.Example.COM", "/")).isEqualTo("exact");
        assertThat(found(table, "GET", "www.eu.example.com", "/")).isEqualTo("longer wildcard");
        assertThat(found(table, "GET", "a.b.c.eu.example.com", "/")).isEqualTo("longer wildcard");
        assertThat(found(table, "GET", "api.eu.example.com.eu.example.com", "/")).isEqualTo("longer wildcard");
        assertThat(found(table, "GET", "eu.example.com", "/")).isEqualTo("wildcard");
        assertThat(found(table, "GET", "a.us.Example.com", "/")).isEqualTo("wildcard");
        for (String other : List.of("example.com", ".example.com", "evil-example.com", "example.com.evil", "", "a",
                "..",
                ".", "x".repeat(300) + ".example.com")) {
            assertThat(found(table, "GET", other, "/")).as(other).isEqualTo("none");
        }
    }

    @Test
    void looksNeitherAtAPortNorAtADotAtTheEndOfTheHost() {
        add("api.example.com", "/", GET, "name");
        add("*.example.com", "/", GET, "wildcard");
        add("[::1]", "/", GET, "address");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "api.example.com:8080", "/")).isEqualTo("name");
        assertThat(found(table, "GET", "api.example.com.", "/")).isEqualTo("name");
        assertThat(found(table, "GET", "api.example.com.:80", "/")).isEqualTo("name");
        assertThat(found(table, "GET", "www.example.com.:80", "/")).isEqualTo("wildcard");
        assertThat(found(table, "GET", "[::1]", "/")).isEqualTo("address");
        assertThat(found(table, "GET", "[::1]:8080", "/")).isEqualTo("address");
        assertThat(found(table, "GET", "api.example.com..", "/")).isNull();
        assertThat(found(table, "GET", ":80", "/")).isNull();
        assertThat(found(table, "GET", "[::1", "/")).isNull();
    }

    @Test
    void goesOnToALessSpecificHostForThePathOrTheMethod() {
        add(null, "/a", GET, "none");
        add("*.example.com", "/b", GET, "wildcard");
        add("api.example.com", "/b", POST, "exact");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "api.example.com", "/a")).isEqualTo("none");
        assertThat(found(table, "GET", "api.example.com", "/b")).isEqualTo("wildcard");
        assertThat(found(table, "POST", "api.example.com", "/b")).isEqualTo("exact");
        assertThat(found(table, "PUT", "api.example.com", "/b")).isNull();
        assertThat(match.value()).isEqualTo("exact");
        assertThat(match.allow()).isEqualTo("GET, HEAD, POST, OPTIONS");
        assertThat(found(table, "GET", "other.com", "/b")).isNull();
        assertThat(match.kind()).isEqualTo(Match.Kind.NOT_FOUND);
    }

    @Test
    void prefersAHostOverAPath() {
        add(null, "/a/b", GET, "path");
        add("api.example.com", "/**", GET, "host");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", "api.example.com", "/a/b")).isEqualTo("host");
    }

    @Test
    void forgetsTheLastAnswer() {
        add("/a/{x}", GET, "a");
        RouteTable<String> table = builder.build();
        assertThat(found(table, "POST", "/a/b")).isNull();
        assertThat(match.allow()).isEqualTo("GET, HEAD, OPTIONS");
        assertThat(found(table, "GET", "/a/b")).isEqualTo("a");
        assertThat(match.allow()).isEmpty();

        match.clear();

        assertThat(match.kind()).isEqualTo(Match.Kind.NOT_FOUND);
        assertThat(match.captures()).isZero();
        assertThat(match.capture("x")).isNull();
        assertThatThrownBy(match::value).isInstanceOf(IllegalStateException.class)
                .hasMessage("match: NOT_FOUND (expected: FOUND or METHOD_NOT_ALLOWED)");
        assertThatThrownBy(() -> match.captureFrom(0)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("capture: 0 (expected: below 0)");
    }

    @Test
    void capturesAsManyParametersAsAPatternHas() {
        StringBuilder pattern = new StringBuilder();
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            pattern.append("/{p").append(i).append('}');
            path.append("/v").append(i);
        }
        add(pattern.toString(), GET, "many");
        RouteTable<String> table = builder.build();

        assertThat(found(table, "GET", path.toString())).isEqualTo("many");
        assertThat(match.captures()).isEqualTo(40);
        assertThat(match.capture("p0") + match.capture("p17") + match.capture(39)).isEqualTo("v0v17v39");
    }

    @Test
    void refusesAnEmptySetOfMethods() {
        assertThatThrownBy(() -> add("/a", Set.of(), "none")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("methods: [] (expected: at least one, or null for the default)");
    }

    @Test
    void doesNotChangeWhenItsBuilderGoesOn() {
        add("/a", GET, "a");
        RouteTable<String> table = builder.build();
        add("/b", GET, "b");

        assertThat(found(table, "GET", "/b")).isNull();
        assertThat(found(builder.build(), "GET", "/b")).isEqualTo("b");
    }

    // ---- conflicts

    @Test
    void provesAConflictWithARequest() {
        add("/users/{id}", GET, "first");
        add("/users/{name}", Set.of("POST", "GET"), "second");

        assertThat(builder.build().conflicts()).containsExactly(new Conflict<>("first", "second", "GET /users/x"));
    }

    @Test
    void provesAConflictWithARequestThatNoMoreSpecificEntryTakes() {
        add("/users/x", null, "literal");
        add("/users/x1", null, "literal");
        add("/users/{id}/**", null, "first");
        add("/users/{id}/x", null, "below");
        add("/users/{id}/{y}", null, "below");
        add("/users/{name}/**", null, "second");

        assertThat(builder.build().conflicts())
                .containsExactly(new Conflict<>("first", "second", "GET /users/x2/x1/x"));
    }

    @Test
    void provesAConflictByThePathItselfWhereAllBelowIsTaken() {
        add("/a/{x}/**", null, "below");
        add("/a/**", null, "first");
        add("/a/**", null, "second");

        assertThat(builder.build().conflicts()).containsExactly(new Conflict<>("first", "second", "GET /a"));
    }

    @Test
    void provesAConflictWithAMethodThatNoEntryNames() {
        add("/a", Set.of("GET", "POST"), "named");
        add("/a", null, "first");
        add("/a", null, "second");

        assertThat(builder.build().conflicts()).containsExactly(new Conflict<>("first", "second", "PUT /a"));
    }

    @Test
    void provesAConflictWithAHost() {
        add("api.example.com", "/", GET, "first");
        add("API.example.com", "/", GET, "second");
        add("*.example.com", "/a", POST, "third");
        add("*.example.com", "/a", POST, "fourth");
        add("x.example.com", "/a", POST, "not in conflict");

        assertThat(builder.build().conflicts()).containsExactly(
                new Conflict<>("first", "second", "GET http://api.example.com/"),
                new Conflict<>("third", "fourth", "POST http://x1.example.com/a"));
    }

    @Test
    void tellsEveryConflict() {
        add("/a", GET, "1");
        add("/a", POST, "2");
        add("/a", Set.of("GET", "POST", "PUT"), "3");
        add("/a", Set.of("PUT"), "4");

        assertThat(builder.build().conflicts()).containsExactlyInAnyOrder(new Conflict<>("1", "3", "GET /a"),
                new Conflict<>("2", "3", "POST /a"), new Conflict<>("3", "4", "PUT /a"));
    }

    @Test
    void givesTheFirstOfTwoInConflictTheRequests() {
        add("/a/{x}", GET, "first");
        add("/a/{y}", GET, "second");

        assertThat(found(builder.build(), "GET", "/a/1")).isEqualTo("first");
    }

    // ---- conditions

    @Test
    void prefersTheEntryWithMoreConditionsThatHold() {
        add("/s", GET, Map.of(), Map.of(), "none");
        add("/s", GET, Map.of("X-Beta", "1"), Map.of(), "beta");
        add("/s", GET, Map.of("X-Beta", "1"), Map.of("v", "2"), "beta and v");
        RouteTable<String> table = builder.build();

        assertThat(table.conflicts()).isEmpty();
        assertThat(asked(table, "GET /s")).isEqualTo("none");
        assertThat(asked(table, "GET /s?v=2")).isEqualTo("none");
        assertThat(asked(table, "GET /s", "X-Beta: 1")).isEqualTo("beta");
        assertThat(asked(table, "GET /s?v=2", "X-Beta: 1")).isEqualTo("beta and v");
        assertThat(asked(table, "HEAD /s?v=2", "X-Beta: 1")).isEqualTo("beta and v");
    }

    @Test
    void comesBackFromAPathWhoseConditionsDoNotHold() {
        add("/a/b", null, Map.of("X-Beta", "1"), Map.of(), "literal");
        add("/a/{x}", GET, Map.of(), Map.of("v", "2"), "parameter");
        add("/**", GET, Map.of(), Map.of(), "rest");
        RouteTable<String> table = builder.build();

        assertThat(asked(table, "GET /a/b", "X-Beta: 1")).isEqualTo("literal");
        assertThat(asked(table, "GET /a/b?v=2")).isEqualTo("parameter");
        assertThat(asked(table, "GET /a/b")).isEqualTo("rest");
    }

    @Test
    void prefersAMethodOverConditions() {
        add("/a", GET, Map.of(), Map.of(), "method");
        add("/a", null, Map.of("X-Beta", "1"), Map.of(), "condition");
        RouteTable<String> table = builder.build();

        assertThat(asked(table, "GET /a", "X-Beta: 1")).isEqualTo("method");
        assertThat(asked(table, "PUT /a", "X-Beta: 1")).isEqualTo("condition");
    }

    @Test
    void doesNotKnowAPathForEntriesWhoseConditionsDoNotHold() {
        add("/a", GET, Map.of("X-Beta", "1"), Map.of(), "get");
        add("/b", GET, Map.of("X-Beta", "1"), Map.of(), "get");
        add("/b", POST, Map.of(), Map.of(), "post");
        RouteTable<String> table = builder.build();

        assertThat(asked(table, "GET /a")).isNull();
        assertThat(match.kind()).isEqualTo(Match.Kind.NOT_FOUND);
        assertThat(asked(table, "PUT /a", "X-Beta: 1")).isNull();
        assertThat(match.kind()).isEqualTo(Match.Kind.METHOD_NOT_ALLOWED);
        assertThat(match.allow()).isEqualTo("GET, HEAD, OPTIONS");
        assertThat(asked(table, "GET /b")).isNull();
        assertThat(match.value()).isEqualTo("post");
        assertThat(match.allow()).isEqualTo("POST, OPTIONS");
    }

    @Test
    void takesTheFirstAddedWhenARequestSaysBothValuesOfOneThing() {
        add("/a", GET, Map.of("X-Version", "1"), Map.of(), "one");
        add("/a", GET, Map.of("X-Version", "2"), Map.of(), "two");
        RouteTable<String> table = builder.build();

        assertThat(table.conflicts()).isEmpty();
        assertThat(asked(table, "GET /a", "X-Version: 2")).isEqualTo("two");
        assertThat(asked(table, "GET /a", "X-Version: 2", "X-Version: 1")).isEqualTo("one");
    }

    @Test
    void asksForNoFieldsWhereTheyAreNotKnown() {
        add("/a", POST, Map.of("X-Beta", "1"), Map.of("v", "2"), "beta");
        RouteTable<String> table = builder.build();

        table.match(head("OPTIONS /a?v=2 HTTP/1.1\r\nHost: a\r\n\r\n"), "POST", false, match);
        assertThat(match.kind()).isEqualTo(Match.Kind.FOUND);
        table.match(head("OPTIONS /a HTTP/1.1\r\nHost: a\r\n\r\n"), "POST", false, match);
        assertThat(match.kind()).isEqualTo(Match.Kind.NOT_FOUND);
    }

    @Test
    void provesAConflictOfConditionsWithWhatARequestSays() {
        builder.add(HostPattern.parse("*.example.com"), PathPattern.parse("/s"), GET,
                Conditions.of(Map.of("X-Beta", "1"), Map.of()), "field");
        builder.add(HostPattern.parse("*.example.com"), PathPattern.parse("/s"), GET,
                Conditions.of(Map.of(), Map.of("q", "a b")), "query");
        add("/t", GET, Map.of("X-Beta", "1"), Map.of(), "first");
        add("/t", GET, Map.of("x-beta", "1"), Map.of(), "second");

        assertThat(builder.build().conflicts()).containsExactly(
                new Conflict<>("field", "query", "GET http://x.example.com/s?q=a+b with X-Beta: 1"),
                new Conflict<>("first", "second", "GET /t with X-Beta: 1"));
    }

    @Test
    void findsOneOfTenThousandConditionsOnOnePath() {
        for (int i = 0; i < 10_000; i++) {
            add("/a", GET, Map.of("X-Tenant", "t" + i), Map.of(), "t" + i);
        }
        RouteTable<String> table = builder.build();

        assertThat(table.conflicts()).isEmpty();
        assertThat(asked(table, "GET /a", "X-Tenant: t7777")).isEqualTo("t7777");
    }

    // ---- what no request finds

    @Test
    void tellsWhatNoRequestFinds() {
        add("/a/**", GET, "all below is taken");
        add("/a", GET, "a");
        add("/a/", GET, "a/");
        add("/a/{x}", GET, "a/{x}");
        add("/a/{x}/**", null, "a/{x}/**");
        add("/b/**", GET, "the path itself is left");
        add("/b/{x}/**", GET, "b/{x}/**");
        add("/c/**", null, "one method is left");
        add("/c/{x}/**", Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), "c/{x}/**");
        add("/d/**", GET, "what is deep is left");
        add("/d/{x}/{y}/{z}", GET, "d");
        add("api.example.com", "/**", GET, "host");
        add("*.example.com", "/**", GET, "wildcard");
        add(null, "/**", GET, "rest");

        assertThat(builder.build().unreachable()).containsExactly("all below is taken");
    }

    // ---- against a list of all entries

    @Test
    void agreesWithTheRuleAppliedToAList() {
        List<String> literals = List.of("a", "b", "c");
        List<String> hosts = List.of("x.t", "y.x.t", "z.y.x.t", "t");
        for (long seed = 1; seed <= 500; seed++) {
            Random random = new Random(seed);
            RouteList list = new RouteList();
            RouteTable.Builder<Integer> routes = RouteTable.builder();
            for (int i = random.nextInt(25); i >= 0; i--) {
                HostPattern host = random.nextInt(3) > 0 ? null
                        : HostPattern.parse((random.nextBoolean() ? "*." : "") + pick(random, hosts));
                PathPattern path = PathPattern.parse(pattern(random, literals));
                Set<String> methods = methods(random);
                Set<String> conditions = conditions(random);
                routes.add(host, path, methods, conditions(conditions), list.add(host, path, methods, conditions));
            }
            RouteTable<Integer> table = routes.build();
            if (table.conflicts().isEmpty() == list.hasConflict()) {
                fail("seed " + seed + ": " + table.conflicts() + " of " + list);
            }
            for (Conflict<Integer> conflict : table.conflicts()) {
                checkProof(conflict, list, seed);
            }
            for (int i = 0; i < 40; i++) {
                String host = random.nextInt(4) == 0 ? "" : pick(random, List.of("", "w.")) + pick(random, hosts);
                StringBuilder path = new StringBuilder();
                for (int segments = random.nextInt(5); segments >= 0; segments--) {
                    path.append('/').append(pick(random, literals));
                }
                path.append(pick(random, List.of("", "", "/")));
                Set<String> says = conditions(random);
                says.addAll(conditions(random));
                checkAgreement(table, list, new RouteList.Request(host, path.toString(), says),
                        pick(random, List.of("GET", "HEAD", "POST", "TRACE")), seed);
            }
        }
    }

    private static void checkAgreement(RouteTable<Integer> table, RouteList list, RouteList.Request request,
            String method, long seed) {
        Match<Integer> match = new Match<>();
        table.match(head(method, request), method, true, match);
        StringBuilder actual = new StringBuilder(match.kind().toString());
        if (match.kind() == Match.Kind.FOUND && table.conflicts().isEmpty()
                && table.unreachable().contains(match.value())) {
            fail("seed " + seed + ": " + method + " " + request + " finds " + match.value() + " of " + list);
        }
        if (match.kind() != Match.Kind.NOT_FOUND) {
            actual.append(' ').append(match.value()).append(' ').append(match.allow());
            for (int i = 0; i < match.captures(); i++) {
                actual.append(' ').append(match.pattern().names().get(i)).append('=').append(match.capture(i));
            }
        }
        String expected = list.match(request, method);
        if (!actual.toString().equals(expected)) {
            fail("seed " + seed + ": " + method + " " + request + ": " + actual + " (expected: " + expected + ") in "
                    + list);
        }
    }

    private static void checkProof(Conflict<Integer> conflict, RouteList list, long seed) {
        String[] parts = conflict.request().split(" with ", 2);
        String[] line = parts[0].split(" ", 2);
        String[] target = line[1].replaceFirst("^http://", "").split("\\?", 2);
        int slash = target[0].indexOf('/');
        Set<String> says = new TreeSet<>();
        if (target.length > 1) {
            for (String parameter : target[1].split("&", -1)) {
                says.add("?" + parameter);
            }
        }
        if (parts.length > 1) {
            for (String field : parts[1].split(" and ", -1)) {
                says.add(":" + field.replace(": ", "="));
            }
        }
        RouteList.Request request = new RouteList.Request(target[0].substring(0, slash), target[0].substring(slash),
                says);
        if (!list.claims(conflict.first(), request, line[0]) || !list.claims(conflict.second(), request, line[0])) {
            fail("seed " + seed + ": " + conflict + " proves nothing in " + list);
        }
    }

    private static RequestHead head(String method, RouteList.Request request) {
        StringBuilder text = new StringBuilder(method).append(' ').append(request.path());
        String query = request.says().stream().filter(one -> one.startsWith("?")).map(one -> one.substring(1))
                .collect(Collectors.joining("&"));
        if (!query.isEmpty()) {
            text.append('?').append(query);
        }
        text.append(" HTTP/1.0\r\n").append(request.host().isEmpty() ? "" : "Host: " + request.host() + "\r\n");
        request.says().stream().filter(one -> one.startsWith(":"))
                .forEach(one -> text.append(one.substring(1).replace("=", ": ")).append("\r\n"));
        return head(text.append("\r\n").toString());
    }

    private static RequestHead head(String text) {
        RequestHead head = new RequestHead();
        RequestParser parser = new RequestParser(64 * 1024, 128, 8 * 1024);
        if (!parser.parse(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1), head)) {
            fail(text + ": " + parser.fault());
        }
        head.setPathInHeaders(head.targetStart(), head.queryStart() < 0 ? head.targetEnd() : head.queryStart() - 1);
        return head;
    }

    /** One in two has none, the others one or two. */
    private static Set<String> conditions(Random random) {
        Set<String> conditions = new TreeSet<>();
        Set<String> names = new TreeSet<>();
        for (int i = random.nextInt(4); i > 1; i--) {
            String name = pick(random, List.of(":x-a", ":x-b", "?a"));
            if (names.add(name)) {
                conditions.add(name + "=" + random.nextInt(2));
            }
        }
        return conditions;
    }

    private static Conditions conditions(Set<String> conditions) {
        Map<String, String> fields = new LinkedHashMap<>();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String condition : conditions) {
            String[] parts = condition.substring(1).split("=", 2);
            (condition.startsWith(":") ? fields : parameters).put(parts[0], parts[1]);
        }
        return Conditions.of(fields, parameters);
    }

    private static String pattern(Random random, List<String> literals) {
        StringBuilder pattern = new StringBuilder();
        int segments = random.nextInt(5);
        for (int i = 0; i < segments; i++) {
            pattern.append('/').append(random.nextInt(5) < 2 ? "{p" + i + "}" : pick(random, literals));
        }
        return switch (random.nextInt(4)) {
            case 0 -> pattern + "/**";
            case 1 -> pattern + "/";
            default -> pattern.isEmpty() ? "/" : pattern.toString();
        };
    }

    private static @Nullable Set<String> methods(Random random) {
        if (random.nextInt(4) == 0) {
            return null;
        }
        Set<String> methods = new LinkedHashSet<>();
        for (int i = random.nextInt(2); i >= 0; i--) {
            methods.add(pick(random, List.of("GET", "POST", "HEAD", "PUT")));
        }
        return methods;
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    // ---- size and cost

    @Test
    void findsEachOfAHundredThousandRoutes() {
        int routes = 100_000;
        RouteTable.Builder<Integer> many = RouteTable.builder();
        for (int i = 0; i < routes; i++) {
            String pattern = switch (i % 4) {
                case 0 -> "/service-" + i;
                case 1 -> "/api/v1/service-" + i;
                case 2 -> "/api/v1/service-" + i + "/{id}";
                default -> "/api/v" + i + "/{x}/**";
            };
            many.add(null, PathPattern.parse(pattern), i % 2 == 0 ? GET : null, i);
        }
        RouteTable<Integer> table = many.build();

        assertThat(table.conflicts()).isEmpty();
        Match<Integer> one = new Match<>();
        for (int i = 0; i < routes; i++) {
            String path = switch (i % 4) {
                case 0 -> "/service-" + i;
                case 1 -> "/api/v1/service-" + i;
                case 2 -> "/api/v1/service-" + i + "/7";
                default -> "/api/v" + i + "/7/a/b";
            };
            byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
            table.match(bytes, 0, 0, bytes, 0, bytes.length, "GET", one);
            if (one.kind() != Match.Kind.FOUND || one.value() != i) {
                fail(path + ": " + one.kind());
            }
        }
    }

    @Test
    void comesBackThroughEveryMixtureOfLiteralsAndParametersInTheTable() {
        int depth = 10;
        RouteTable.Builder<Integer> mixed = RouteTable.builder();
        for (int mixture = 0; mixture < 1 << depth; mixture++) {
            StringBuilder pattern = new StringBuilder();
            for (int i = 0; i < depth; i++) {
                pattern.append((mixture >> i & 1) == 0 ? "/a" : "/{p" + i + "}");
            }
            mixed.add(null, PathPattern.parse(pattern + "/end"), GET, mixture);
        }
        mixed.add(null, PathPattern.parse("/**"), POST, -1);
        RouteTable<Integer> table = mixed.build();
        Match<Integer> one = new Match<>();

        byte[] nowhere = ("/a".repeat(depth) + "/other").getBytes(StandardCharsets.US_ASCII);
        table.match(nowhere, 0, 0, nowhere, 0, nowhere.length, "POST", one);
        assertThat(one.value()).isEqualTo(-1);

        byte[] end = ("/a".repeat(depth) + "/end").getBytes(StandardCharsets.US_ASCII);
        table.match(end, 0, 0, end, 0, end.length, "GET", one);
        assertThat(one.value()).isZero();
    }

    @Test
    void makesNoObjectsWhenItMatches() {
        add("api.example.com", "/api/v1/{id}/orders", GET, "orders");
        add("*.example.com", "/files/**", null, "files");
        add("/api/v1/users/{id}", GET, "user");
        RouteTable<String> table = builder.build();
        byte[] host = "api.example.com:8080".getBytes(StandardCharsets.US_ASCII);
        List<byte[]> paths = new ArrayList<>();
        for (String path : List.of("/api/v1/users/17", "/api/v1/users/orders", "/files/a/b/c", "/nowhere")) {
            paths.add(path.getBytes(StandardCharsets.US_ASCII));
        }
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

        // The least of several rounds: a round may hold an allocation that is not the match's.
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                for (int j = 0; j < paths.size(); j++) {
                    byte[] path = paths.get(j);
                    table.match(host, 0, host.length, path, 0, path.length, "GET", match);
                }
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(match.kind()).isEqualTo(Match.Kind.NOT_FOUND);
        assertThat(least).as("bytes for 4000 matches").isLessThan(4000);
    }

    // ---- helpers

    private void add(String path, @Nullable Set<String> methods, String value) {
        add(null, path, methods, value);
    }

    private void add(@Nullable String host, String path, @Nullable Set<String> methods, String value) {
        builder.add(host == null ? null : HostPattern.parse(host), PathPattern.parse(path), methods, value);
    }

    private void add(String path, @Nullable Set<String> methods, Map<String, String> fields,
            Map<String, String> parameters, String value) {
        builder.add(null, PathPattern.parse(path), methods, Conditions.of(fields, parameters), value);
    }

    private @Nullable String asked(RouteTable<String> table, String line, String... fields) {
        String text = line + " HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields)
                + (fields.length == 0 ? "" : "\r\n") + "\r\n";
        table.match(head(text), line.substring(0, line.indexOf(' ')), true, match);
        return match.kind() == Match.Kind.FOUND ? match.value() : null;
    }

    private @Nullable String found(RouteTable<String> table, String method, String path) {
        return found(table, method, "", path);
    }

    private @Nullable String found(RouteTable<String> table, String method, String host, String path) {
        byte[] head = (method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n").getBytes(StandardCharsets.US_ASCII);
        int from = method.length() + 1;
        int to = from + path.length();
        int hostFrom = to + " HTTP/1.1\r\nHost: ".length();
        table.match(head, hostFrom, hostFrom + host.length(), head, from, to, method, match);
        return match.kind() == Match.Kind.FOUND ? match.value() : null;
    }
}
