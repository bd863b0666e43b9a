package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.Gateway;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code check} says of each mistake, to the column. */
class ConfigProblemsTest {

    private static final Map<String, String> VARIABLES = Map.of("API_SECRET", "topsecret", "MANY", "a lot", "PORT",
            "8000",
            "BAD", "http://user:password@10.0.0.1");

    @Test
    void unknownKeyWithTheNearestOne() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                upstreams:
                  users:
                    endpoint: [http://10.0.0.1]
                    timeouts: { conect: 2s, retry: 1s }
                hosts: x
                """,
                """
                        gw.yaml:3:3: endpoints: missing (expected: a list of URLs like http://10.0.0.1:8080)
                        gw.yaml:4:5: endpoint: unknown key (expected: title, endpoints, host, connections, limits, timeouts or \
                        circuit-breaker); did you mean 'endpoints'?
                        gw.yaml:5:17: conect: unknown key (expected: connect, response, idle or total); did you mean 'connect'?
                        gw.yaml:5:29: retry: unknown key (expected: connect, response, idle or total)
                        gw.yaml:6:1: hosts: unknown key (expected: transport, loops, errors, drain, limits, listeners, upstreams, \
                        policies, routes or groups)
                        """);
    }

    @Test
    void keysOfLaterStagesAreUnknown() {
        assertProblems("""
                admin: { address: "127.0.0.1:9000" }
                listeners: [{ address: "127.0.0.1:8000", half-close: allow }]
                groups: [{ path: /a, host: a.example }]
                limits: { buffers: 64MiB }
                """,
                """
                        gw.yaml:1:1: admin: unknown key (expected: transport, loops, errors, drain, limits, listeners, upstreams, \
                        policies, routes or groups)
                        gw.yaml:2:42: half-close: unknown key (expected: address, trusted-proxies, underscores, path-parameters, \
                        encoded-slash, timeouts or limits)
                        gw.yaml:3:22: host: unknown key (expected: path, policies, routes or groups)
                        gw.yaml:4:11: buffers: unknown key (expected: connections or connections-per-address)
                        """);
    }

    @Test
    void valueOfAnotherKind() {
        assertProblems("""
                listeners: { address: "127.0.0.1:8000" }
                upstreams: [users]
                policies:
                  - request-id: { header: [X-Id], trust: yes }
                  - cors:
                  - cors: { origins: "*" }
                  - [access-log]
                limits: 5
                drain:
                """, """
                gw.yaml:1:1: listeners: a map (expected: a list)
                gw.yaml:1:1: listeners: missing (expected: at least one, like - address: 127.0.0.1:8000)
                gw.yaml:2:1: upstreams: a list (expected: a map of keys and values)
                gw.yaml:4:19: header: a list (expected: a text)
                gw.yaml:4:42: trust: 'yes' (expected: true or false)
                gw.yaml:5:5: cors: nothing (expected: a map of keys and values)
                gw.yaml:6:22: origins: '*' (expected: a list)
                gw.yaml:7:5: policies[3]: a list (expected: the name of one policy, alone or with its settings below it)
                gw.yaml:8:9: limits: '5' (expected: a map of keys and values)
                gw.yaml:9:1: drain: nothing (expected: a map of keys and values)
                """);
    }

    @Test
    void unitMissingOrUnknown() {
        assertProblems("""
                drain: { delay: 30, timeout: 1d }
                listeners:
                  - address: 127.0.0.1:8000
                    timeouts: { request-head: 1.5s, request-body: 60 s, keep-alive: off }
                    limits: { head: 65536, target: 8KB, body: 10mib }
                policies:
                  - rate-limit: { limit: 100 }
                  - rate-limit: { limit: 100/minute }
                """, """
                gw.yaml:1:17: delay: '30' (expected: a duration with its unit, like 30s)
                gw.yaml:1:30: timeout: '1d' (expected: a duration with its unit, like 30s)
                gw.yaml:4:31: request-head: '1.5s' (expected: a duration with its unit, like 30s)
                gw.yaml:4:51: request-body: '60 s' (expected: a duration with its unit, like 30s)
                gw.yaml:4:69: keep-alive: 'off' (expected: a duration with its unit, like 30s)
                gw.yaml:5:21: head: '65536' (expected: a size with its unit, like 64KiB)
                gw.yaml:5:36: target: '8KB' (expected: a size with its unit, like 64KiB)
                gw.yaml:5:47: body: '10mib' (expected: a size with its unit, like 64KiB, or off)
                gw.yaml:7:26: limit: '100' (expected: a rate like 100/min, 10/s or 1000/h)
                gw.yaml:8:26: limit: '100/minute' (expected: a rate like 100/min, 10/s or 1000/h)
                """);
    }

    @Test
    void everyValueOutOfRange() {
        assertProblems("""
                loops: 0
                listeners:
                  - address: 127.0.0.1:8000
                    limits: { head: 2MiB, headers: 0, pipelined: -1, requests-per-connection: 0, connection-age: 0s }
                upstreams:
                  users:
                    endpoints: [{ url: http://10.0.0.1, weight: 0 }, http://10.0.0.2]
                    connections: { max: 0, max-requests: 99999999999 }
                    circuit-breaker: { failures: 0, probes: 0, open-for: 9000h }
                policies:
                  - rate-limit: { limit: 1/s, ipv4-prefix: 33, max-keys: 0 }
                """, """
                gw.yaml:1:8: loops: 0 (expected: >= 1, or auto)
                gw.yaml:4:21: head: 2MiB (expected: 1KiB to 1MiB)
                gw.yaml:4:36: headers: 0 (expected: 1 to 10000)
                gw.yaml:4:50: pipelined: -1 (expected: 1 to 10000)
                gw.yaml:4:79: requests-per-connection: 0 (expected: >= 1, or off)
                gw.yaml:4:98: connection-age: 0s (expected: 1ms to 8760h)
                gw.yaml:7:49: weight: 0 (expected: 1 to 1000)
                gw.yaml:8:25: max: 0 (expected: >= 1, or auto)
                gw.yaml:8:42: max-requests: '99999999999' (expected: a whole number, or off, at most 2147483647)
                gw.yaml:9:34: failures: 0 (expected: >= 1)
                gw.yaml:9:45: probes: 0 (expected: 1 to 1000)
                gw.yaml:9:58: open-for: 9000h (expected: 1ms to 8760h)
                gw.yaml:11:44: ipv4-prefix: 33 (expected: 0 to 32)
                gw.yaml:11:58: max-keys: 0 (expected: 1 to 10000000)
                """);
    }

    @Test
    void duplicateKey() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                upstreams:
                  users: { endpoints: [http://10.0.0.1] }
                  users: { endpoints: [http://10.0.0.2] }
                """, """
                gw.yaml:4:3: duplicate key 'users' (expected: each key once; the first is in line 3)
                """);
    }

    @Test
    void unknownUpstream() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                upstreams:
                  users: { endpoints: [http://10.0.0.1] }
                  orders: { endpoints: [nonsense] }
                routes:
                  - { path: /a, to: user }
                  - { path: /b, to: orders }
                groups:
                  - path: /g
                    routes:
                      - path: /c
                        to: payments
                """, """
                gw.yaml:4:25: endpoints[0]: 'nonsense' (expected: a URL like http://10.0.0.1:8080)
                gw.yaml:6:21: to: unknown upstream 'user' (expected: users or orders); did you mean 'users'?
                gw.yaml:12:13: to: unknown upstream 'payments' (expected: users or orders)
                """);
    }

    @Test
    void endpointsThatAreNoHttpUrls() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                upstreams:
                  users:
                    endpoints:
                      - https://10.0.0.1
                      - http://10.0.0.1:70000
                      - { url: http://10.0.0.1/a?b }
                      - { weight: 2 }
                """,
                """
                        gw.yaml:5:9: endpoints[0]: 'https://10.0.0.1' (expected: http://; https to endpoints is not there yet)
                        gw.yaml:6:9: endpoints[1]: 'http://10.0.0.1:70000' (expected: a URL like http://10.0.0.1:8080, only host, \
                        port and path)
                        gw.yaml:7:16: url: 'http://10.0.0.1/a?b' (expected: a URL without query and fragment)
                        gw.yaml:8:9: url: missing (expected: a URL like http://10.0.0.1:8080)
                        """);
    }

    @Test
    void twoGroupsWithOnePrefix() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                groups:
                  - path: /api
                    groups: [{ path: /v1 }]
                  - path: /api/v1
                  - path: /api/
                """,
                """
                        gw.yaml:5:11: path: a second group for the prefix '/api/v1' (expected: one group for a prefix; the first is \
                        groups[0].groups[0])
                        gw.yaml:6:11: path: '/api/' (expected: '/api', without a '/' at its end)
                        """);
    }

    @Test
    void referencesThatLeadNowhere() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:${PORT}" }]
                policies:
                  - bearer-token:
                      algorithms: [HS256]
                      secret: ${NOT_SET}
                  - bearer-token: { algorithms: [HS256], secret: "${file:missing.txt}" }
                  - bearer-token: { algorithms: [HS256], secret: "${file:secret.txt}" }
                  - bearer-token: { algorithms: [HS256], secret: "${oops" }
                """, """
                gw.yaml:5:15: secret: environment variable NOT_SET is not set (expected: a value, or a default: \
                ${NOT_SET:-default})
                gw.yaml:6:50: secret: file 'missing.txt' does not exist (expected: a file at /etc/p/missing.txt)
                gw.yaml:8:50: secret: '${oops' (expected: ${NAME}, ${NAME:-default} or ${file:path}; $${ is the text ${)
                """);
    }

    @Test
    void neverTellWhatAReferenceStandsFor() {
        assertProblems("""
                listeners: [{ address: "${API_SECRET}" }]
                loops: ${MANY}
                upstreams:
                  users:
                    title: "${BAD}
                "
                    endpoints: ["${BAD}"]
                policies:
                  - rate-limit: { limit: "${API_SECRET}", name: "${MANY}" }
                """,
                """
                        gw.yaml:1:24: address: '${API_SECRET}' (expected: host:port, like 127.0.0.1:8000 or [::1]:8000)
                        gw.yaml:2:8: loops: '${MANY}' (expected: a whole number, or auto)
                        gw.yaml:7:17: endpoints[0]: '${BAD}' (expected: a URL like http://10.0.0.1:8080, only host, port and path)
                        gw.yaml:9:26: limit: '${API_SECRET}' (expected: a rate like 100/min, 10/s or 1000/h)
                        gw.yaml:9:49: name: '${MANY}' (expected: 1 to 64 letters, digits, '-' and '_', first a letter or digit)
                        """);
    }

    @Test
    void shortSecret() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                policies:
                  - bearer-token: { algorithms: [HS256, HS512], secret: "${file:secret.txt}" }
                  - bearer-token: { algorithms: [HS256], secret: "${API_SECRET}" }
                """, """
                gw.yaml:3:57: secret: 32 bytes (expected: at least 64 bytes for HS512)
                gw.yaml:4:50: secret: 9 bytes (expected: at least 32 bytes for HS256)
                """);
    }

    @Test
    void policiesThatAreNone() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                policies:
                  - acces-log
                  - rate-limit
                  - rate-limit:
                    limit: 100/min
                  - rate-limit: { limit: 1/s, algorithm: token-bucket, by: { header: X-Key }, burst: 20 }
                  - compression: { codings: [zst, brotli, gzip] }
                  - bearer-token: { algorithms: [RS256], keys: keys.json }
                  - require
                """,
                """
                        gw.yaml:3:5: policies[0]: unknown policy 'acces-log' (expected: access-log, request-id, cors, compression, \
                        rate-limit, bearer-token, require or headers); did you mean 'access-log'?
                        gw.yaml:4:5: limit: missing (expected: a rate like 100/min)
                        gw.yaml:5:5: policies[2]: 'rate-limit' and 'limit' side by side (expected: the name of one policy, alone or \
                        with its settings below it); settings are indented below the name
                        gw.yaml:7:42: algorithm: 'token-bucket' (expected: fixed-window)
                        gw.yaml:7:56: by: a map (expected: client-address)
                        gw.yaml:7:79: burst: unknown key (expected: name, limit, algorithm, by, max-keys, ipv4-prefix or ipv6-prefix)
                        gw.yaml:8:30: codings[0]: 'zst' (expected: zstd, br, gzip or deflate); did you mean 'zstd'?
                        gw.yaml:8:35: codings[1]: 'brotli' (expected: zstd, br, gzip or deflate)
                        gw.yaml:9:5: secret: missing (expected: a text or a reference like ${NAME})
                        gw.yaml:9:34: algorithms[0]: 'RS256' (expected: HS256, HS384 or HS512); did you mean 'HS256'?
                        gw.yaml:9:42: keys: unknown key (expected: algorithms, secret, issuer, audience, leeway, required-claims or \
                        forward-claims)
                        gw.yaml:10:5: claims: missing (expected: claims and their values, like { role: [admin] })
                        """);
    }

    @Test
    void routesThatLeadNowhere() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                upstreams: { users: { endpoints: [http://10.0.0.1] } }
                routes:
                  - { path: /a }
                  - { path: /b, to: users, answer: health }
                  - { to: users }
                  - { path: c, to: users }
                  - { path: /d, answer: helth }
                  - { path: /e, answer: { redirect: { to: /f } } }
                  - { path: /g, answer: { health: { deep: true } } }
                  - { path: /h, methods: [get, CONNECT], to: users }
                  - { path: /i, to: users, when: { query: { v: "2" } } }
                """,
                """
                        gw.yaml:4:5: routes[0]: neither 'to' nor 'answer' (expected: one of them)
                        gw.yaml:5:36: answer: written beside 'to' (expected: one of to and answer)
                        gw.yaml:6:5: path: missing (expected: a path like /users/{id})
                        gw.yaml:7:13: path: 'c' (expected: a path that begins with '/')
                        gw.yaml:8:25: answer: unknown answer 'helth' (expected: health, index, token-issuer or respond); did you \
                        mean 'health'?
                        gw.yaml:9:17: answer: unknown answer 'redirect' (expected: health, index, token-issuer or respond)
                        gw.yaml:10:37: deep: unknown key (expected: no settings)
                        gw.yaml:11:27: methods[0]: 'get' (expected: GET; methods are case-sensitive)
                        gw.yaml:11:32: methods[1]: 'CONNECT' (expected: a method with a path; CONNECT has none)
                        gw.yaml:12:28: when: unknown key (expected: to, answer, path, methods or policies)
                        """);
    }

    @Test
    void addressesAndRanges() {
        assertProblems("""
                listeners:
                  - address: 8000
                  - { address: "127.0.0.1:8000", trusted-proxies: [10.1.2.3/8, proxy.example, "::1"] }
                  - address: 127.0.0.1:8000
                """,
                """
                        gw.yaml:2:14: address: '8000' (expected: host:port, like 127.0.0.1:8000 or [::1]:8000)
                        gw.yaml:3:52: trusted-proxies[0]: '10.1.2.3/8' (expected: 10.0.0.0/8, or 10.1.2.3/32 for one address)
                        gw.yaml:3:64: trusted-proxies[1]: 'proxy.example' (expected: a range like 10.0.0.0/8 or fd00::/8, or one \
                        address)
                        gw.yaml:4:14: address: '127.0.0.1:8000' is the address of another listener too (expected: an address for \
                        each)
                        """);
    }

    @Test
    void aGroupsPathThatIsNoPrefix() {
        String yaml = """
                listeners: [{ address: "127.0.0.1:0" }]
                groups: [{ path: /a/**, routes: [{ path: /b, answer: health }] }]
                """;
        assertThat(Gateway.check(Configs.good(yaml, VARIABLES)).toString()).contains("groups[0].path", "'/a/**'",
                "a path without **");
    }

    @Test
    void aRootThatIsNoMap() {
        assertThat(Configs.problems("- a\n", Map.of())).startsWith("gw.yaml:1:1: a list (expected: a map of keys and "
                + "values)\n");
    }

    @Test
    void groupsInsideGroupsDoNotMultiplyTheWork() {
        StringBuilder yaml = new StringBuilder("listeners: [{ address: \"127.0.0.1:8000\" }]\n");
        for (int i = 0; i < 15; i++) {
            yaml.append("  ".repeat(2 * i)).append("groups:\n").append("  ".repeat(2 * i)).append("  - path: bad\n");
        }
        assertThat(Configs.problems(yaml.toString(), Map.of()).lines()).hasSize(15);
    }

    private static void assertProblems(String yaml, String problems) {
        assertThat(Configs.problems(yaml, VARIABLES)).isEqualTo(problems);
    }
}
