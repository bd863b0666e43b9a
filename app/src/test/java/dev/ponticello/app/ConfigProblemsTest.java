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
                        gw.yaml:4:5: endpoint: unknown key (expected: title, endpoints, tls, protocol, host, connections, limits, timeouts or \
                        circuit-breaker); did you mean 'endpoints'?
                        gw.yaml:5:17: conect: unknown key (expected: connect, response, idle or total); did you mean 'connect'?
                        gw.yaml:5:29: retry: unknown key (expected: connect, response, idle or total)
                        gw.yaml:6:1: hosts: unknown key (expected: transport, loops, errors, drain, limits, listeners, upstreams, \
                        policies, routes or groups)
                        """);
    }

    @Test
    void whatIsSaidAboutHttp2() {
        assertProblems("""
                listeners:
                  - { address: "127.0.0.1:8000", http2: { streams: 0, resets: 5, control-frame: 1/s } }
                  - { address: "127.0.0.1:8001", http2: 2 }
                upstreams:
                  a: { endpoints: [http://10.0.0.1], protocol: h2 }
                  b: { endpoints: [http://10.0.0.1], protocol: http2 }
                  c: { endpoints: [https://10.0.0.1], protocol: h2c }
                """,
                """
                        gw.yaml:2:52: streams: 0 (expected: 1 to 10000)
                        gw.yaml:2:63: resets: '5' (expected: a rate like 100/min, 10/s or 1000/h)
                        gw.yaml:2:66: control-frame: unknown key (expected: streams, resets or control-frames); did you mean \
                        'control-frames'?
                        gw.yaml:3:41: http2: '2' (expected: true or false)
                        gw.yaml:5:48: protocol: h2 with an endpoint of http:// (expected: https:// endpoints; h2c is for cleartext)
                        gw.yaml:6:48: protocol: 'http2' (expected: auto, http1, h2 or h2c); did you mean 'http1'?
                        gw.yaml:7:49: protocol: h2c with an endpoint of https:// (expected: http:// endpoints; h2c is cleartext)
                        """);
    }

    @Test
    void keysOfLaterStagesAreUnknown() {
        assertProblems("""
                admin: { address: "127.0.0.1:9000" }
                listeners: [{ address: "127.0.0.1:8000", proxy-protocol: off }]
                upstreams: { users: { endpoints: [http://10.0.0.1], balance: least-requests } }
                """,
                """
                        gw.yaml:1:1: admin: unknown key (expected: transport, loops, errors, drain, limits, listeners, upstreams, \
                        policies, routes or groups)
                        gw.yaml:2:42: proxy-protocol: unknown key (expected: address, trusted-proxies, tls, redirect-to-https, http2, half-close, underscores, \
                        path-parameters, encoded-slash, timeouts or limits)
                        gw.yaml:3:53: balance: unknown key (expected: title, endpoints, tls, protocol, host, connections, limits, timeouts or \
                        circuit-breaker)
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
                """,
                """
                        gw.yaml:4:25: endpoints[0]: 'nonsense' (expected: a URL like http://10.0.0.1:8080 or https://users.internal)
                        gw.yaml:6:21: to: unknown upstream 'user' (expected: users or orders); did you mean 'users'?
                        gw.yaml:12:13: to: unknown upstream 'payments' (expected: users or orders)
                        """);
    }

    @Test
    void upstreamsThatCannotBeUsedAreNotOffered() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                upstreams:
                  users: { endpoints: [http://10.0.0.1], title: "" }
                  "user s": { endpoints: [http://10.0.0.1] }
                routes:
                  - { path: /a, to: users }
                  - { path: /b, to: "user s" }
                  - { path: /c, to: "user_s" }
                """, """
                gw.yaml:3:49: title: '' (expected: 1 to 64 characters on one line)
                gw.yaml:4:3: upstreams['user s']: 'user s' (expected: 1 to 64 letters, digits, '-' and '_', first a \
                letter or digit)
                gw.yaml:8:21: to: unknown upstream 'user_s' (expected: users); did you mean 'users'?
                """);
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                upstreams: [users]
                routes:
                  - { path: /a, to: users }
                """, """
                gw.yaml:2:1: upstreams: a list (expected: a map of keys and values)
                """);
    }

    @Test
    void endpointsThatAreNoHttpUrls() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                upstreams:
                  users:
                    endpoints:
                      - ftp://10.0.0.1
                      - http://10.0.0.1:70000
                      - { url: http://10.0.0.1/a?b }
                      - { weight: 2 }
                """,
                """
                        gw.yaml:5:9: endpoints[0]: 'ftp://10.0.0.1' (expected: a URL like http://10.0.0.1:8080 or https://users.internal)
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
    void whatAReferenceStandsForAndWhereItIsFrom() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:${MANY}", limits: { head: "${PORT}MiB", headers: "${NONE:-none}" } }]
                loops: ${MANY}
                transport: ${MANY}
                upstreams:
                  users:
                    endpoints: ["ftp://a:${PORT}", { url: "http://a", weight: "${PORT}" }]
                policies:
                  - rate-limit: { limit: "${MANY}", max-keys: "1${PORT}000000" }
                routes:
                  - { path: "/${MANY}/{", methods: ["${MANY}"], to: "${MANY}" }
                """,
                """
                        gw.yaml:1:24: address: '127.0.0.1:a lot' from '127.0.0.1:${MANY}' (expected: host:port, like \
                        127.0.0.1:8000 or [::1]:8000)
                        gw.yaml:1:61: head: 8000MiB from '${PORT}MiB' (expected: 1KiB to 1MiB)
                        gw.yaml:1:84: headers: 'none' from '${NONE:-none}' (expected: a whole number)
                        gw.yaml:2:8: loops: 'a lot' from '${MANY}' (expected: a whole number, or auto)
                        gw.yaml:3:12: transport: 'a lot' from '${MANY}' (expected: auto, io_uring, epoll or nio)
                        gw.yaml:6:17: endpoints[0]: 'ftp://a:8000' from 'ftp://a:${PORT}' (expected: a URL like \
                        http://10.0.0.1:8080 or https://users.internal)
                        gw.yaml:6:63: weight: 8000 from '${PORT}' (expected: 1 to 1000)
                        gw.yaml:8:26: limit: 'a lot' from '${MANY}' (expected: a rate like 100/min, 10/s or 1000/h)
                        gw.yaml:8:47: max-keys: '18000000000' from '1${PORT}000000' (expected: a whole number, at most \
                        2147483647)
                        gw.yaml:10:13: path: '/a lot/{' at offset 8 from '/${MANY}/{' (expected: {name} as a whole segment)
                        gw.yaml:10:37: methods[0]: 'a lot' from '${MANY}' (expected: a method like GET)
                        gw.yaml:10:53: to: unknown upstream 'a lot' (expected: users)
                        """);
    }

    @Test
    void neverWhatMayBeSecret() {
        assertProblems("""
                listeners: [{ address: "${file:secret.txt}" }]
                upstreams:
                  users:
                    title: "${BAD}
                "
                    endpoints: ["${BAD}", "http://a/${file:secret.txt}?"]
                policies:
                  - headers: { request: { set: { Authorization: "Bearer ${BAD}\\n" } } }
                  - cors: { origins: ["${BAD}"] }
                  - bearer-token: { algorithms: [HS256], secret: "${API_SECRET}" }
                """,
                """
                        gw.yaml:1:24: address: '${file:secret.txt}' (expected: host:port, like 127.0.0.1:8000 or [::1]:8000)
                        gw.yaml:6:17: endpoints[0]: '${BAD}' (expected: a URL like http://10.0.0.1:8080, only host, port and path)
                        gw.yaml:6:27: endpoints[1]: 'http://a/${file:secret.txt}?' (expected: a URL without query and fragment)
                        gw.yaml:8:49: Authorization: 'Bearer ${BAD}\\u000a' (expected: visible ASCII with inner spaces only)
                        gw.yaml:9:23: origins[0]: '${BAD}' (expected: an origin like https://app.example.com, in lower case and \
                        without a path, or '*')
                        gw.yaml:10:50: secret: 9 bytes (expected: at least 32 bytes for HS256)
                        """);
    }

    @Test
    void whatALimitCannotCountBy() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                policies:
                  - rate-limit: { limit: 1/s, burst: 20 }
                  - rate-limit: { limit: 1/s, algorithm: sliding-window, burst: 20 }
                  - rate-limit: { limit: 1/h, algorithm: token-bucket, burst: 9000 }
                  - rate-limit: { limit: 1/s, by: [] }
                  - rate-limit: { limit: 1/s, by: [client-address, route, client-address] }
                  - rate-limit: { limit: 1/s, by: [{ header: X Key }, { header: "" }, { claim: [sub] }, header] }
                  - rate-limit: { limit: 1/s, by: client-adress }
                  - rate-limit: { limit: 1/s, by: { header: X-Key, claim: sub } }
                """,
                """
                        gw.yaml:3:38: burst: 20 (expected: algorithm: token-bucket beside it)
                        gw.yaml:4:65: burst: 20 (expected: algorithm: token-bucket beside it)
                        gw.yaml:5:63: burst: 9000 (expected: 1 to 8760)
                        gw.yaml:6:31: by: empty (expected: at least one)
                        gw.yaml:7:59: by[2]: 'client-address' is written twice (expected: each once)
                        gw.yaml:8:46: header: 'X Key' (expected: a field name like X-Name)
                        gw.yaml:8:65: header: '' (expected: a field name like X-Name)
                        gw.yaml:8:73: claim: a list (expected: a text)
                        gw.yaml:8:89: header: a map (expected: a text)
                        gw.yaml:9:35: by: unknown key 'client-adress' (expected: client-address, route, header or claim); did you \
                        mean 'client-address'?
                        gw.yaml:10:31: by: 'header' and 'claim' side by side (expected: the name of one key, alone or with its \
                        settings below it); settings are indented below the name
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
    void keysOfTokens() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                policies:
                  - bearer-token: { algorithms: [RS256], keys: missing.json }
                  - bearer-token: { algorithms: [RS256], keys: "${PORT}.json" }
                  - bearer-token: { algorithms: [RS256], keys: keys.json, secret: "${file:secret.txt}" }
                  - bearer-token: { algorithms: [HS256, EdDSA, PS256], secret: "${file:secret.txt}" }
                  - bearer-token: { algorithms: [RS256], keys: [keys.json] }
                routes:
                  - { path: /token, answer: { token-issuer: { secret: "${file:secret.txt}", algorithm: ES256 } } }
                """,
                """
                        gw.yaml:3:48: keys: file 'missing.json' does not exist (expected: a file at /etc/p/missing.json)
                        gw.yaml:4:48: keys: file '8000.json' does not exist (expected: a file at /etc/p/8000.json)
                        gw.yaml:5:48: keys: written beside 'secret' (expected: one of secret and keys)
                        gw.yaml:6:41: algorithms[1]: EdDSA with a secret (expected: HS256, HS384 or HS512, or keys in place of the \
                        secret)
                        gw.yaml:7:42: keys: a list (expected: the path of a file)
                        gw.yaml:9:31: warning: token-issuer: gives any role to whoever asks; for demos only
                        gw.yaml:9:88: algorithm: 'ES256' (expected: HS256, HS384 or HS512); did you mean 'HS256'?
                        """);
    }

    @Test
    void whatIsInAKeyFile() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                policies:
                  - bearer-token: { algorithms: [ES256], keys: private.pem }
                groups:
                  - path: /api
                    policies:
                      - request-id
                      - bearer-token:
                          algorithms: [RS256, EdDSA]
                          keys: keys.json
                """,
                """
                        gw.yaml:3:48: keys: the key at line 1: a private key (expected: public keys; a gateway needs no private one)
                        gw.yaml:10:17: keys: no key for RS256 (expected: an RSA key)
                        gw.yaml:10:17: keys: no key for EdDSA (expected: an Ed25519 key)
                        """);
    }

    @Test
    void whatOnlyMakingAPolicyShowsBesideAllElse() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:8000" }]
                policies: [{ rate-limit: { limit: 1/s } }]
                groups:
                  - path: /api
                    policies:
                      - rate-limit: { limit: 1/s, name: default }
                    routes: [{ path: /, to: nowhere }]
                """,
                """
                        gw.yaml:6:9: rate-limit: name: 'default' is what a limit before it is called, which has no name \
                        (expected: another name)
                        gw.yaml:7:29: to: unknown upstream 'nowhere' (expected: none)
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
                  - rate-limit: { limit: 1/s, algorithm: tokenbucket, by: { field: X-Key }, bursts: 20 }
                  - compression: { codings: [zst, brotli, gzip] }
                  - bearer-token: { algorithms: [RS255], key: keys.json }
                  - require
                """,
                """
                        gw.yaml:3:5: policies[0]: unknown policy 'acces-log' (expected: access-log, request-id, cors, compression, \
                        rate-limit, bearer-token, require or headers); did you mean 'access-log'?
                        gw.yaml:4:5: limit: missing (expected: a rate like 100/min)
                        gw.yaml:5:5: policies[2]: 'rate-limit' and 'limit' side by side (expected: the name of one policy, alone or \
                        with its settings below it); settings are indented below the name
                        gw.yaml:7:42: algorithm: 'tokenbucket' (expected: fixed-window, sliding-window or token-bucket); did you \
                        mean 'token-bucket'?
                        gw.yaml:7:55: by: unknown key 'field' (expected: client-address, route, header or claim)
                        gw.yaml:7:77: bursts: unknown key (expected: name, limit, algorithm, burst, by, max-keys, ipv4-prefix or \
                        ipv6-prefix); did you mean 'burst'?
                        gw.yaml:8:30: codings[0]: 'zst' (expected: zstd, br, gzip or deflate); did you mean 'zstd'?
                        gw.yaml:8:35: codings[1]: 'brotli' (expected: zstd, br, gzip or deflate)
                        gw.yaml:9:5: bearer-token: neither 'secret' nor 'keys' (expected: one of them)
                        gw.yaml:9:34: algorithms[0]: 'RS255' (expected: HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, \
                        PS512, ES256, ES384, ES512 or EdDSA); did you mean 'RS256'?
                        gw.yaml:9:42: key: unknown key (expected: secret, keys, algorithms, issuer, audience, leeway, \
                        required-claims or forward-claims); did you mean 'keys'?
                        gw.yaml:10:5: require: neither 'claims' nor 'origins' (expected: one of them, or both)
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
                  - { path: /e, answer: { proxy: { to: /f } } }
                  - { path: /g, answer: { health: { deep: true } } }
                  - { path: /h, methods: [get, CONNECT], to: users }
                """,
                """
                        gw.yaml:4:5: routes[0]: neither 'to' nor 'answer' (expected: one of them)
                        gw.yaml:5:36: answer: written beside 'to' (expected: one of to and answer)
                        gw.yaml:6:5: path: missing (expected: a path like /users/{id})
                        gw.yaml:7:13: path: 'c' (expected: a path that begins with '/')
                        gw.yaml:8:25: answer: unknown answer 'helth' (expected: health, index, token-issuer, respond or redirect); \
                        did you mean 'health'?
                        gw.yaml:9:17: answer: unknown answer 'proxy' (expected: health, index, token-issuer, respond or redirect)
                        gw.yaml:10:37: deep: unknown key (expected: no settings)
                        gw.yaml:11:27: methods[0]: 'get' (expected: GET; methods are case-sensitive)
                        gw.yaml:11:32: methods[1]: 'CONNECT' (expected: a method with a path; CONNECT has none)
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
                        each; the first is listeners[1].address)
                        """);
    }

    @Test
    void listenersThatOverlap() {
        assertProblems(
                """
                        listeners:
                          - address: 0.0.0.0:8000
                          - address: 127.0.0.1:8000
                          - address: "[::]:8000"
                          - address: "[::1]:8001"
                          - address: localhost:8001
                          - address: 127.0.0.1:8001
                          - address: "[0::1]:8001"
                          - address: 10.0.0.1:8001
                          - address: gw.example:8002
                          - address: "[::]:8002"
                          - address: 0.0.0.0:8003
                          - address: "[::1]:8003"
                          - address: gw.example:8003
                          - address: localhost.:8004
                          - address: gw.localhost:8004
                          - address: 127.0.0.1:8004
                          - address: notlocalhost:8004
                          - { address: "0.0.0.0:0" }
                          - { address: "127.0.0.1:0" }
                          - { address: "[::]:0" }
                        """,
                """
                        gw.yaml:3:14: address: '127.0.0.1:8000' overlaps with '0.0.0.0:8000' (expected: an address for each; the \
                        first is listeners[0].address)
                        gw.yaml:4:14: address: '[::]:8000' overlaps with '0.0.0.0:8000' (expected: an address for each; the first is \
                        listeners[0].address)
                        gw.yaml:6:14: address: 'localhost:8001' overlaps with '[::1]:8001' (expected: an address for each; the first \
                        is listeners[3].address)
                        gw.yaml:7:14: address: '127.0.0.1:8001' overlaps with 'localhost:8001' (expected: an address for each; the \
                        first is listeners[4].address)
                        gw.yaml:8:14: address: '[0::1]:8001' overlaps with '[::1]:8001' (expected: an address for each; the first is \
                        listeners[3].address)
                        gw.yaml:11:14: address: '[::]:8002' overlaps with 'gw.example:8002' (expected: an address for each; the \
                        first is listeners[8].address)
                        gw.yaml:16:14: address: 'gw.localhost:8004' overlaps with 'localhost.:8004' (expected: an address for each; \
                        the first is listeners[13].address)
                        gw.yaml:17:14: address: '127.0.0.1:8004' overlaps with 'localhost.:8004' (expected: an address for each; \
                        the first is listeners[13].address)
                        """);
    }

    @Test
    void rangesThatMeanAnotherToOthers() {
        assertProblems(
                """
                        listeners:
                          - address: 127.0.0.1:0
                            trusted-proxies: [10.0.0.0/08, 010.0.0.1, 10.0.0.0/33, "::ffff:10.0.0.0/8", "::ffff:a00:1", "[::1]",
                              "fd00::/64", "::/0", 0.0.0.0/0]
                        """,
                """
                        gw.yaml:3:23: trusted-proxies[0]: '10.0.0.0/08' (expected: a prefix of 0 to 32 bits); a number with a leading \
                        zero is octal to some
                        gw.yaml:3:36: trusted-proxies[1]: '010.0.0.1' (expected: a range like 10.0.0.0/8 or fd00::/8, or one \
                        address); a number with a leading zero is octal to some
                        gw.yaml:3:47: trusted-proxies[2]: '10.0.0.0/33' (expected: a prefix of 0 to 32 bits)
                        gw.yaml:3:60: trusted-proxies[3]: '::ffff:10.0.0.0/8' (expected: IPv4 as such, like 10.0.0.0; a client's \
                        IPv4-mapped address counts as IPv4)
                        gw.yaml:3:81: trusted-proxies[4]: '::ffff:a00:1' (expected: IPv4 as such, like 10.0.0.1; a client's \
                        IPv4-mapped address counts as IPv4)
                        gw.yaml:3:97: trusted-proxies[5]: '[::1]' (expected: a range like 10.0.0.0/8 or fd00::/8, or one address)
                        """);
    }

    @Test
    void listsThatMustNotBeEmpty() {
        assertProblems(
                """
                        listeners: []
                        upstreams: { users: { endpoints: [] } }
                        policies:
                          - cors: { origins: [], methods: [], headers: [], expose: [] }
                          - compression: { codings: [] }
                          - rate-limit: { limit: 1/s, by: [] }
                          - bearer-token: { algorithms: [], secret: "${file:secret.txt}", required-claims: [], forward-claims: {} }
                          - require: { claims: { role: [] } }
                          - require: { claims: {} }
                        routes:
                          - { path: /a, methods: [], answer: health, policies: [], when: { headers: {}, query: {} } }
                        groups: []
                        """,
                """
                        gw.yaml:1:1: listeners: missing (expected: at least one, like - address: 127.0.0.1:8000)
                        gw.yaml:2:23: endpoints: empty (expected: at least one)
                        gw.yaml:5:20: codings: empty (expected: at least one)
                        gw.yaml:6:31: by: empty (expected: at least one)
                        gw.yaml:7:21: algorithms: empty (expected: at least one)
                        gw.yaml:8:26: role: empty (expected: at least one)
                        gw.yaml:9:16: claims: empty (expected: at least one, or 'origins')
                        gw.yaml:11:17: methods: empty (expected: at least one, or no 'methods' for all of them)
                        """);
    }

    @Test
    void aFieldForTheIdAndForAClaim() {
        assertProblems(
                """
                        listeners: [{ address: "127.0.0.1:0" }]
                        upstreams: { users: { endpoints: [http://10.0.0.1] } }
                        policies:
                          - request-id
                        groups:
                          - path: /a
                            policies:
                              - bearer-token: { algorithms: [HS256], secret: "${file:secret.txt}", forward-claims: { jti: x-request_id } }
                              - request-id: { header: X-Trace }
                            routes: [{ path: /x, to: users }]
                          - path: /b
                            policies:
                              - bearer-token: { algorithms: [HS256], secret: "${file:secret.txt}", forward-claims: { jti: X-Trace } }
                            routes:
                              - { path: /x, to: users, policies: [{ request-id: { header: X-Trace, trust: true } }] }
                        """,
                """
                        gw.yaml:8:99: jti: 'x-request_id' is the field of the request's id (expected: a field of its own, like \
                        X-User-Id; the id is at policies[0].request-id)
                        gw.yaml:15:67: header: 'X-Trace' is the field of a claim too (expected: a field of its own; the claim is at \
                        groups[1].policies[0].bearer-token.forward-claims.jti)
                        """);
    }

    @Test
    void policiesThatAreInAChainTwice() {
        assertProblems(
                """
                        listeners: [{ address: "127.0.0.1:0" }]
                        policies:
                          - access-log
                          - access-log: { to: /tmp/access.log }
                          - request-id
                          - compression: { min-size: 4KiB }
                          - cors
                          - cors: { origins: ["https://a.example"] }
                        groups:
                          - path: /a
                            policies:
                              - access-log: { to: stderr }
                              - access-log: { to: /tmp/../tmp/access.log }
                              - request-id: { header: X-Trace }
                              - compression
                              - cors
                            routes: [{ path: /x, policies: [access-log], answer: health }]
                        """,
                """
                        gw.yaml:7:5: warning: cors: allows nothing: it has no origins
                        gw.yaml:7:5: warning: cors: never answers: policies[5].cors, further inside, does
                        gw.yaml:13:9: note: access-log: writes a second line for each exchange: policies[1].access-log logs there too
                        gw.yaml:14:9: note: request-id: tells the id of policies[2].request-id in X-Trace too
                        gw.yaml:15:9: note: compression: has the first word; what it leaves, policies[3].compression may code
                        gw.yaml:16:9: note: cors: answers in place of policies[5].cors, further outside
                        gw.yaml:17:37: note: access-log: writes a second line for each exchange: policies[0].access-log logs there too
                        """);
    }

    @Test
    void everyWrongPatternWhateverElseIsWrong() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:0", timeout: 1s }]
                groups:
                  - { path: /a/**, routes: [{ path: /b, answer: health }] }
                  - path: "/{x}"
                    host: "*.*.example"
                    routes:
                      - { path: "/b/{id", answer: health }
                      - { path: "/{x}/c", answer: health }
                      - { path: /d/**/e, answer: health }
                      - { path: /%7eann, answer: health }
                    groups: [{ path: "/{x}", routes: [{ path: "/{x}", answer: health }] }]
                routes:
                  - { path: /twice, answer: health }
                  - { path: /twice, answer: index, when: { headers: {}, query: {} } }
                """,
                """
                        gw.yaml:1:39: timeout: unknown key (expected: address, trusted-proxies, tls, redirect-to-https, http2, half-close, underscores, \
                        path-parameters, encoded-slash, timeouts or limits); did you mean 'timeouts'?
                        gw.yaml:3:13: path: '/a/**' at offset 3 (expected: a path without **)
                        gw.yaml:5:11: host: '*.*.example' at offset 2 (expected: * only as the first label, as in *.example.com)
                        gw.yaml:7:17: path: '/b/{id' at offset 6 (expected: {name} as a whole segment)
                        gw.yaml:8:17: path: '/{x}/{x}/c' at offset 6 (expected: each name once; 'x' is written twice)
                        gw.yaml:9:17: path: '/d/**/e' at offset 3 (expected: ** only as the last segment; {name} is one segment)
                        gw.yaml:10:17: path: '/%7eann' at offset 1 (expected: /~ann, its canonical form)
                        gw.yaml:11:22: path: '/{x}/{x}' at offset 6 (expected: each name once; 'x' is written twice)
                        gw.yaml:14:13: path: the route /twice answers what /twice at routes[0].path answers (expected: routes that \
                        some request tells apart); both match GET /twice
                        """);
    }

    @Test
    void routesThatNoRequestTellsApart() {
        assertProblems(
                """
                        listeners: [{ address: "127.0.0.1:0" }]
                        groups:
                          - path: /api
                            host: "*.example.com"
                            routes:
                              - { path: /s, methods: [GET], answer: health, when: { headers: { X-Beta: "1" } } }
                              - { path: /s, methods: [GET], answer: health, when: { query: { v: "2" } } }
                              - { path: /s, methods: [GET], answer: health, when: { query: { v: "2" }, headers: { X-Beta: "2" } } }
                              - { path: /s, methods: [GET], answer: health }
                              - { path: "/{x}", answer: health }
                              - { path: "/{y}", answer: health }
                        """,
                """
                        gw.yaml:7:17: path: the route /api/s answers what /api/s at groups[0].routes[0].path answers (expected: \
                        routes that some request tells apart); both match GET http://x.example.com/api/s?v=2 with X-Beta: 1
                        gw.yaml:11:17: path: the route /api/{y} answers what /api/{x} at groups[0].routes[4].path answers (expected: \
                        routes that some request tells apart); both match GET http://x.example.com/api/x
                        """);
    }

    @Test
    void whatARequestCannotSay() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:0" }]
                routes:
                  - { path: /a, answer: health, when: { headers: { Host: a, "X Y": "1", X-A: "é" } } }
                  - { path: /b, answer: health, when: { headers: { X-A: "1", x-a: "2" }, query: { "": "1", v: [1] } } }
                  - { path: /c, answer: health, when: { header: { X-A: "1" } } }
                """,
                """
                        gw.yaml:3:58: Host: 'Host' (expected: a field other than Host, which is gone when routes are looked for); \
                        a host is asked for by a group
                        gw.yaml:3:68: headers['X Y']: 'X Y' (expected: a field name like X-Name)
                        gw.yaml:3:78: X-A: 'é' (expected: visible ASCII with inner spaces only)
                        gw.yaml:4:67: x-a: 'x-a' is written twice (expected: each field once, in any case)
                        gw.yaml:4:87: query['']: empty (expected: a text)
                        gw.yaml:4:92: v: a list (expected: a text)
                        gw.yaml:5:41: header: unknown key (expected: headers or query); did you mean 'headers'?
                        """);
    }

    @Test
    void rewritesThatMakeNoPath() {
        assertProblems(
                """
                        listeners: [{ address: "127.0.0.1:0" }]
                        upstreams: { users: { endpoints: [http://10.0.0.1] } }
                        groups:
                          - path: "/t/{tenant}"
                            routes:
                              - { path: /a/**, to: users, rewrite: { path: "/{tenant}/{**}" } }
                              - { path: /b/**, to: users, rewrite: { path: "/{id}/{**}" } }
                              - { path: /c, to: users, rewrite: { prefix: /v2 } }
                              - { path: /d/**, to: users, rewrite: { prefix: /v2/ } }
                              - { path: /e/**, to: users, rewrite: { path: v2 } }
                              - { path: /f/**, to: users, rewrite: { path: "/{**}/x" } }
                              - { path: /g/**, to: users, rewrite: { path: /x, prefix: /y } }
                              - { path: /h/**, to: users, rewrite: {} }
                              - { path: /i/**, to: users, rewrite: { path: "/{**}" }, raw-path: true }
                              - { path: /j/**, answer: health, rewrite: { path: / }, raw-path: true, timeouts: {} }
                              - { path: /k/**, to: users, timeouts: { response: off, total: 0s, idle: 1s }, limits: { body: 1, head: 1KiB } }
                              - { path: /l/**, to: users, rewrite: { path: "/a?b" } }
                        """,
                """
                        gw.yaml:7:52: path: '/{id}/{**}' at offset 2 (expected: a capture of /t/{tenant}/b/**: {tenant}, {**})
                        gw.yaml:8:51: prefix: '/v2' (expected: a route whose path ends with /**, not /t/{tenant}/c)
                        gw.yaml:9:54: prefix: '/v2/' at offset 3 (expected: /v2)
                        gw.yaml:10:52: path: 'v2' (expected: a path that begins with '/')
                        gw.yaml:11:52: path: '/{**}/x' at offset 1 (expected: {**} only as the last segment)
                        gw.yaml:12:35: rewrite: both 'path' and 'prefix' (expected: one of them)
                        gw.yaml:13:35: rewrite: neither 'path' nor 'prefix' (expected: one of them)
                        gw.yaml:14:73: raw-path: true (expected: false beside 'rewrite', which makes another path)
                        gw.yaml:15:40: rewrite: written beside 'answer' (expected: only beside 'to')
                        gw.yaml:15:72: raw-path: written beside 'answer' (expected: only beside 'to')
                        gw.yaml:15:78: timeouts: written beside 'answer' (expected: only beside 'to')
                        gw.yaml:16:57: response: 'off' (expected: a duration with its unit, like 30s)
                        gw.yaml:16:69: total: 0s (expected: 1ms to 8760h)
                        gw.yaml:16:73: idle: unknown key (expected: response or total)
                        gw.yaml:16:101: body: '1' (expected: a size with its unit, like 64KiB, or off)
                        gw.yaml:16:104: head: unknown key (expected: body)
                        gw.yaml:17:52: path: '/a?b' at offset 1 (expected: a path that a request may have; this one contains a '#' or \
                        '?')
                        """);
    }

    @Test
    void redirectsThatLeadNowhere() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:0" }]
                routes:
                  - { path: /a/**, answer: { redirect: { to: "https://new.example.com/{**}", status: 304 } } }
                  - { path: /b/**, answer: { redirect: { status: 301 } } }
                  - { path: /c/**, answer: { redirect: { to: "//evil.example/{**}" } } }
                  - { path: /d/**, answer: { redirect: { to: "https://{**}/x" } } }
                  - { path: /e/**, answer: { redirect: { to: "https://user@new.example.com/" } } }
                  - { path: /f/**, answer: { redirect: { to: "/x/{id}" } } }
                  - { path: /g/**, answer: { redirect: { to: "/x?y={**}" } } }
                  - { path: /h/**, answer: { redirect: { to: "javascript:alert(1)" } } }
                  - { path: /i/**, answer: { redirect: { to: "/h//x" } } }
                  - { path: /j/**, answer: { redirect: { to: "/j/{**}" } } }
                  - { path: /k, answer: redirect }
                  - { path: "/l/{x}", answer: { redirect: { to: "/l/{x}?y#z" } } }
                """,
                """
                        gw.yaml:3:86: status: 304 (expected: 301, 302, 303, 307 or 308)
                        gw.yaml:4:30: to: missing (expected: a path like /new/{**} or a URL like https://new.example.com/{**})
                        gw.yaml:5:46: to: '//evil.example/{**}' (expected: a path like /new/{**} or a URL like \
                        https://new.example.com/{**})
                        gw.yaml:6:46: to: 'https://{**}/x' (expected: a path like /new/{**} or a URL like \
                        https://new.example.com/{**})
                        gw.yaml:7:46: to: 'https://user@new.example.com/' (expected: a path like /new/{**} or a URL like \
                        https://new.example.com/{**})
                        gw.yaml:8:46: to: '/x/{id}' at offset 4 (expected: a capture of /f/**: {**})
                        gw.yaml:9:46: to: '/x?y={**}' (expected: captures in the path alone, and escapes for what a URL cannot hold)
                        gw.yaml:10:46: to: 'javascript:alert(1)' (expected: a path like /new/{**} or a URL like \
                        https://new.example.com/{**})
                        gw.yaml:11:46: to: '/h//x' at offset 3 (expected: /h/x, its canonical form)
                        gw.yaml:12:46: warning: to: leads to the route itself, again and again
                        gw.yaml:13:25: to: missing (expected: a path like /new/{**} or a URL like https://new.example.com/{**})
                        """);
    }

    @Test
    void bodiesOfErrorsThatAreNotThere() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:0" }]
                errors:
                  format: html
                  bodies:
                    503: { type: text/html, file: missing.html }
                    404: { type: html, file: secret.txt }
                    200: { file: secret.txt }
                    5xx: { file: secret.txt }
                    500: { type: text/html }
                    501: secret.txt
                """,
                """
                        gw.yaml:3:11: format: 'html' (expected: seed or problem)
                        gw.yaml:5:35: file: 'missing.html' does not exist (expected: a file at /etc/p/missing.html)
                        gw.yaml:6:18: type: 'html' (expected: a media type like text/html)
                        gw.yaml:7:5: 200: '200' (expected: a status from 400 to 599)
                        gw.yaml:8:5: 5xx: '5xx' (expected: a status from 400 to 599)
                        gw.yaml:9:5: file: missing (expected: a file beside the config, like 503.html)
                        gw.yaml:10:10: 501: 'secret.txt' (expected: a map of keys and values)
                        """);
    }

    @Test
    void aLogThatNobodyCanWrite() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:0" }]
                policies:
                  - access-log: { to: logs/access.log }
                  - access-log: { to: / }
                  - access-log: { to: /dev/null }
                  - access-log: { to: /dev/null/x }
                groups:
                  - { path: /a, policies: [{ access-log: { to: /tmp } }] }
                """,
                """
                        gw.yaml:3:23: to: there is no folder '/etc/p/logs' (expected: stdout, stderr, or a file that can be appended \
                        to)
                        gw.yaml:4:23: to: '/' is a folder (expected: stdout, stderr, or a file that can be appended to)
                        gw.yaml:6:23: to: there is no folder '/dev/null' (expected: stdout, stderr, or a file that can be appended to)
                        gw.yaml:8:48: to: '/tmp' is a folder (expected: stdout, stderr, or a file that can be appended to)
                        """);
    }

    @Test
    void whatIsWrittenAndDoesNothing() {
        assertProblems(
                """
                        listeners: [{ address: "127.0.0.1:0" }]
                        upstreams: { users: { endpoints: [http://10.0.0.1] } }
                        policies:
                          - request-id
                          - compression
                          - headers
                          - cors: { origins: ["https://a.example"] }
                          - cors: { origins: ["https://b.example"] }
                          - headers: { request: { remove: [X-Request-Id, x-user-id, X-Debug] } }
                        groups:
                          - path: /nothing
                          - path: /answers
                            policies:
                              - headers: { request: { set: { X-User-Id: nobody }, add: { X-Tag: a } } }
                              - bearer-token: { algorithms: [HS256], secret: "${file:secret.txt}", forward-claims: { sub: X-User-Id } }
                              - headers: { request: { remove: [X-User-Id] } }
                              - cors: { origins: ["https://c.example"] }
                              - compression: { min-size: 4KiB }
                              - request-id: { header: x-request-id, trust: true }
                            routes: [{ path: /x, answer: health }]
                          - path: /all
                            routes:
                              - { path: /**, methods: [GET], answer: health }
                              - { path: "", methods: [GET], answer: health }
                              - { path: /, methods: [GET], answer: health }
                              - { path: "/{x}/**", methods: [GET], answer: health }
                              - { path: /;a, to: users }
                              - { path: /a%2Fb, to: users }
                              - { path: /b, to: users, when: { headers: { X-User-Id: a, X-Real-IP: b, X_Y: c, X-Forwarded-For: d } } }
                        """,
                """
                        gw.yaml:6:5: warning: headers: does nothing: it has no edits
                        gw.yaml:7:5: warning: cors: never answers: policies[4].cors, further inside, does
                        gw.yaml:9:50: warning: remove[1]: has no effect: a client's x-user-id is removed anyway, and nothing before \
                        it writes one
                        gw.yaml:11:5: warning: groups[0]: does nothing: it has neither policies nor routes nor groups
                        gw.yaml:14:31: warning: set: its X-User-Id has no effect: groups[1].policies[1].bearer-token writes it anew
                        gw.yaml:15:76: warning: forward-claims: has no effect: no route below it leads to an upstream
                        gw.yaml:17:9: note: cors: answers in place of policies[4].cors, further outside
                        gw.yaml:18:9: warning: compression: does nothing that policies[1].compression does not
                        gw.yaml:19:9: warning: request-id: does nothing: policies[0].request-id has made the id
                        gw.yaml:23:17: warning: path: no request finds the route /all/**: more specific ones take them all
                        gw.yaml:27:17: warning: path: no request finds it: no listener lets a ';' through (path-parameters)
                        gw.yaml:28:17: warning: path: no request finds it: no listener keeps an encoded slash (encoded-slash)
                        gw.yaml:29:62: warning: X-User-Id: no request finds the route: a client's X-User-Id is removed, because the \
                        gateway itself writes it
                        gw.yaml:29:76: warning: X-Real-IP: no request finds the route: a client's X-Real-IP is removed, and no \
                        listener has trusted-proxies
                        gw.yaml:29:84: warning: X_Y: no request finds the route: no listener lets a field with '_' through \
                        (underscores)
                        """);
    }

    @Test
    void whatDoesSomethingIsNotWarnedOf() {
        assertProblems(
                """
                        listeners:
                          - { address: "127.0.0.1:0" }
                          - { address: "127.0.0.1:0", path-parameters: allow, encoded-slash: keep, underscores: allow,
                              trusted-proxies: [10.0.0.0/8] }
                        upstreams: { users: { endpoints: [http://10.0.0.1] } }
                        policies:
                          - request-id
                          - compression: { min-size: 4KiB }
                          - cors: { origins: ["https://a.example"] }
                          - bearer-token: { algorithms: [HS256], secret: "${file:secret.txt}", forward-claims: { sub: X-User-Id } }
                          - headers: { request: { remove: [X-User-Id, X-Request-Id, X-Real-IP] } }
                        groups:
                          - path: /guarded
                            policies:
                              - headers: { request: { set: { X-User-Id: nobody } } }
                          - path: /all
                            routes:
                              - { path: /**, answer: health }
                              - { path: "/{x}/**", methods: [GET, POST], answer: health }
                              - { path: "/{x}", answer: health }
                              - { path: /;a, to: users }
                              - { path: /a%2Fb, to: users }
                              - { path: /b, to: users, when: { headers: { X-Real-IP: b, X_Y: c, X-Forwarded-Proto: http } } }
                        """,
                "");
    }

    @Test
    void hostsOfGroupsThatNoRequestHas() {
        assertProblems("""
                listeners: [{ address: "127.0.0.1:0" }]
                groups:
                  - path: /a
                    host: "*.example.com"
                    groups:
                      - { path: /b, host: api.example.com, groups: [{ path: /c, host: www.example.com }] }
                      - { path: /b, host: "*.eu.example.com" }
                      - { path: /b, host: example.com }
                      - { path: /b, host: "*.com" }
                      - { path: /b, host: "api.example.com:80" }
                  - { path: /a/b, host: API.example.com }
                """,
                """
                        gw.yaml:6:71: host: 'www.example.com' is not among the hosts of the group around it (expected: \
                        api.example.com, or none)
                        gw.yaml:8:27: host: 'example.com' is not among the hosts of the group around it (expected: a host of \
                        *.example.com)
                        gw.yaml:9:27: host: '*.com' is not among the hosts of the group around it (expected: a host of *.example.com)
                        gw.yaml:10:27: host: 'api.example.com:80' at offset 15 (expected: a host without a port; an IPv6 address in \
                        brackets)
                        gw.yaml:11:13: path: a second group for the prefix '/a/b' of api.example.com (expected: one group for a \
                        prefix; the first is groups[0].groups[0])
                        """);
    }

    @Test
    void fieldsAndOriginsThatMeanSomethingElse() {
        assertProblems(
                """
                        listeners: [{ address: "127.0.0.1:0" }]
                        policies:
                          - access-log: { to: "" }
                          - request-id: { header: X-Forwarded-For }
                          - request-id: { header: Cookie }
                          - cors: { origins: ["https://*.example.com", "https://a.example:443", "https://a.example:8443", "http://a.example:80"] }
                          - cors: { origins: ["null"], credentials: true }
                          - compress
                          - bearer-token: { algorithms: [hs256], secret: "${file:secret.txt}", forward-claims: { a: Authorization, b: x_forwarded_host, c: Host } }
                        """,
                """
                        gw.yaml:3:23: to: empty (expected: stdout, stderr, or a file that can be appended to)
                        gw.yaml:4:27: header: 'X-Forwarded-For' (expected: a field of its own, like X-Request-Id: \
                        X-Forwarded-For has a meaning already)
                        gw.yaml:5:27: header: 'Cookie' (expected: a field of its own, like X-Request-Id: Cookie has a meaning \
                        already)
                        gw.yaml:6:23: origins[0]: 'https://*.example.com' (expected: an origin like https://app.example.com, \
                        in lower case and without a path, or '*'); an origin is whole: '*' stands for all of them alone
                        gw.yaml:6:48: origins[1]: 'https://a.example:443' (expected: 'https://a.example', as browsers write it)
                        gw.yaml:6:99: origins[3]: 'http://a.example:80' (expected: 'http://a.example', as browsers write it)
                        gw.yaml:7:13: warning: origins: 'null' is the origin of every sandboxed page, so any site may call \
                        with cookies
                        gw.yaml:8:5: policies[5]: unknown policy 'compress' (expected: access-log, request-id, cors, \
                        compression, rate-limit, bearer-token, require or headers); did you mean 'compression'?
                        gw.yaml:9:34: algorithms[0]: 'hs256' (expected: HS256, HS384, HS512, RS256, RS384, RS512, PS256, \
                        PS384, PS512, ES256, ES384, ES512 or EdDSA); did you mean 'HS256'?
                        gw.yaml:9:93: a: 'Authorization' (expected: a field of its own, like X-User-Id: Authorization has a \
                        meaning already)
                        gw.yaml:9:111: b: 'x_forwarded_host' (expected: a field of its own, like X-User-Id: x_forwarded_host \
                        has a meaning already)
                        gw.yaml:9:132: c: 'Host' (expected: a field other than Host, which the gateway itself writes)
                        """);
    }

    @Test
    void endpointsTwiceOrNone() {
        assertProblems(
                """
                        listeners: [{ address: "127.0.0.1:0" }]
                        upstreams:
                          users: { endpoints: [http://a, http://A:80/, { url: http://a, weight: 2 }, http://a/b], circuit-breaker: on }
                          orders: { endpoints: [nonsense, { weight: 2 }, nonsense], circuit-breaker: off }
                        routes: [{ path: "/x/{**}", to: users }]
                        """,
                """
                        gw.yaml:3:34: warning: endpoints[1]: is the endpoint of upstreams.users.endpoints[0] again: its share \
                        grows, as by a weight
                        gw.yaml:3:48: warning: endpoints[2]: is the endpoint of upstreams.users.endpoints[0] again: its share \
                        grows, as by a weight
                        gw.yaml:3:108: circuit-breaker: 'on' (expected: a map of keys and values, or off)
                        gw.yaml:4:25: endpoints[0]: 'nonsense' (expected: a URL like http://10.0.0.1:8080 or https://users.internal)
                        gw.yaml:4:35: url: missing (expected: a URL like http://10.0.0.1:8080)
                        gw.yaml:4:50: endpoints[2]: 'nonsense' (expected: a URL like http://10.0.0.1:8080 or https://users.internal)
                        gw.yaml:5:18: path: '/x/{**}' at offset 3 (expected: ** without braces; {**} is for what is made of it)
                        """);
    }

    @Test
    void catchAllsThatReachBelowAGroup() {
        assertProblems(
                """
                        listeners: [{ address: "127.0.0.1:0" }]
                        upstreams: { users: { endpoints: [http://10.0.0.1] } }
                        routes:
                          - { path: /**, to: users }
                          - { path: /api/**, to: users }
                        groups:
                          - path: /closed
                            policies: [request-id]
                            routes: [{ path: /x, to: users }, { path: /**, to: users }]
                          - path: /bare
                            routes: [{ path: /x, to: users }]
                          - path: /open/v1
                            policies: [request-id]
                            routes: [{ path: /x, to: users }, { path: /**, methods: [GET], to: users }]
                          - path: /api/v2
                            host: a.example
                            policies: [request-id]
                            routes: [{ path: /x, to: users }]
                          - path: /web
                            host: b.example
                            routes: [{ path: /**, to: users }]
                            groups:
                              - { path: /in, policies: [request-id], routes: [{ path: /x, to: users }] }
                          - path: /own
                            policies: [request-id]
                            routes: [{ path: /**, to: users }]
                            groups:
                              - { path: /in, policies: [request-id: { header: X-Trace }], routes: [{ path: /x, to: users }] }
                        """,
                """
                        gw.yaml:4:13: note: path: '/**' takes what no route of the group '/open/v1' is for, and the group's \
                        policies do not guard that; a /** in the group would
                        gw.yaml:5:13: note: path: '/api/**' takes what no route of the group '/api/v2' is for, and the \
                        group's policies do not guard that; a /** in the group would
                        gw.yaml:21:22: note: path: '/web/**' takes what no route of the group '/web/in' is for, and the \
                        group's policies do not guard that; a /** in the group would
                        gw.yaml:26:22: note: path: '/own/**' takes what no route of the group '/own/in' is for, and the \
                        group's policies do not guard that; a /** in the group would
                        gw.yaml:28:33: note: request-id: tells the id of groups[5].policies[0].request-id in X-Trace too
                        """);
    }

    @Test
    void faultsOfFilesBesideOthers() {
        assertProblems(
                """
                        listeners: [{ address: "127.0.0.1:0", bogus: 1 }]
                        policies:
                          - access-log: { to: logs/access.log }
                          - bearer-token: { algorithms: [ES256], keys: missing.json }
                          - bearer-token: { algorithms: [ES257], keys: keys.json }
                        groups:
                          - path: /api
                            policies: [bearer-token: { algorithms: [ES256], keys: private.pem }]
                            routes: [{ path: /x, to: nobody, policies: [bearer-token: { algorithms: [ES256], keys: keys.json }] }]
                        """,
                """
                        gw.yaml:1:39: bogus: unknown key (expected: address, trusted-proxies, tls, redirect-to-https, http2, half-close, underscores, \
                        path-parameters, encoded-slash, timeouts or limits)
                        gw.yaml:3:23: to: there is no folder '/etc/p/logs' (expected: stdout, stderr, or a file that can be \
                        appended to)
                        gw.yaml:4:48: keys: file 'missing.json' does not exist (expected: a file at /etc/p/missing.json)
                        gw.yaml:5:34: algorithms[0]: 'ES257' (expected: HS256, HS384, HS512, RS256, RS384, RS512, PS256, \
                        PS384, PS512, ES256, ES384, ES512 or EdDSA); did you mean 'ES256'?
                        gw.yaml:8:59: keys: the key at line 1: a private key (expected: public keys; a gateway needs no \
                        private one)
                        gw.yaml:9:30: to: unknown upstream 'nobody' (expected: none)
                        gw.yaml:9:92: keys: no key for ES256 (expected: a P-256 key)
                        """);
    }

    @Test
    void oneLineForAWrongField() {
        assertProblems(
                """
                        listeners: [{ address: "127.0.0.1:0" }]
                        policies:
                          - bearer-token: { algorithms: [HS256], secret: "${file:secret.txt}", forward-claims: { sub: X User, role: Host } }
                          - headers: { request: { set: { "a b": x } } }
                          - require: { claims: { role: admin } }
                          - require: { origins: ["*", "https://a.example", "https://a.example/"] }
                        """,
                """
                        gw.yaml:3:95: sub: 'X User' (expected: a field name like X-Name)
                        gw.yaml:3:109: role: 'Host' (expected: a field other than Host, which the gateway itself writes)
                        gw.yaml:4:41: set['a b']: 'a b' (expected: a field name like X-Name)
                        gw.yaml:5:32: role: 'admin' (expected: a list)
                        gw.yaml:6:26: origins[0]: '*' (expected: an origin like https://app.example.com); '*' would be anybody, and 'null' is every sandboxed page
                        """);
    }

    @Test
    void aNameThatALimitWithoutOneHasAlready() {
        String yaml = """
                listeners: [{ address: "127.0.0.1:8000" }]
                policies:
                  - rate-limit: { limit: 1/s }
                  - rate-limit: { limit: 2/s, name: default }
                """;
        assertThat(Gateway.check(Configs.good(yaml, VARIABLES)))
                .hasToString("policies[1].rate-limit: name: 'default' is what a"
                        + " limit before it is called, which has no name (expected: another name)\n");
        assertThat(Gateway.check(Configs.good(yaml.replace("1/s }", "1/s, name: first }"), VARIABLES)).isEmpty())
                .isTrue();
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

    @Test
    void aFieldOfAClaimThatMeansSomethingElse() {
        for (String name : new String[]{"Authorization", "X-Forwarded-For", "x_forwarded_for", "Forwarded", "Via",
            "Cookie", "Date"}) {
            assertThat(Configs.problems(
                    """
                            listeners: [{ address: "127.0.0.1:8000" }]
                            routes:
                              - path: /
                                answer: health
                                policies:
                                  - bearer-token: { algorithms: [HS256], secret: "01234567890123456789012345678901", forward-claims: { sub: %s } }
                            """
                            .formatted(name),
                    VARIABLES)).as(name)
                    .contains("'" + name + "' (expected: a field of its own, like X-User-Id: " + name
                            + " has a meaning already)");
        }
    }
}
