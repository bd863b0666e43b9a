package dev.ponticello.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Turns settings into the config records. Strict: a key it does not know, a value of another kind, a number without its
 * unit are problems, and all of them are told at once.
 */
public final class ConfigReader {

    private static final Secret SECRET_STAND_IN = Secret.of("-".repeat(64));
    private static final TokenKeys KEYS_STAND_IN = new TokenKeys("");
    private static final Rate RATE_STAND_IN = new Rate(1, Duration.ofSeconds(1));
    private static final ListenerConfig LISTENER_STAND_IN = ListenerConfig.on(new ListenerAddress("localhost", 0));
    private static final AnswerConfig ANSWER_STAND_IN = new AnswerConfig.Health();
    private static final SequencedMap<String, List<String>> NO_CLAIMS = Checks.copy(Map.of());
    private static final PolicyConfig POLICY_STAND_IN = RequestIdConfig.DEFAULTS;
    private static final UpstreamConfig UPSTREAM_STAND_IN = UpstreamConfig
            .of(new EndpointConfig("stand-in.invalid", 80, "", 1));

    /** What the files of something that was refused are replaced by: nobody looks for it, because there is a problem already. */
    private static final Path STAND_IN_FILE = Path.of("stand-in.pem");
    private static final CertificateConfig CERTIFICATE_STAND_IN = CertificateConfig.of(STAND_IN_FILE, STAND_IN_FILE);
    private static final ListenerTls TLS_STAND_IN = ListenerTls.of(STAND_IN_FILE, STAND_IN_FILE);

    private static final Pattern STATUS = Pattern.compile("[45]\\d\\d");

    /** What only makes sense for a route that forwards. */
    private static final List<String> FORWARDING_KEYS = List.of("rewrite", "raw-path", "timeouts");

    private static final SequencedMap<String, Function<Value, PolicyConfig>> POLICIES = new LinkedHashMap<>();
    private static final SequencedMap<String, Function<Value, AnswerConfig>> ANSWERS = new LinkedHashMap<>();
    private static final SequencedMap<String, Function<Value, RateLimitConfig.By>> KEYS = new LinkedHashMap<>();

    static {
        POLICIES.put("access-log", ConfigReader::accessLog);
        POLICIES.put("request-id", ConfigReader::requestId);
        POLICIES.put("cors", ConfigReader::cors);
        POLICIES.put("compression", ConfigReader::compression);
        POLICIES.put("rate-limit", ConfigReader::rateLimit);
        POLICIES.put("bearer-token", ConfigReader::bearerToken);
        POLICIES.put("require", ConfigReader::require);
        POLICIES.put("headers", ConfigReader::headers);
        ANSWERS.put("health", bare(new AnswerConfig.Health()));
        ANSWERS.put("index", bare(new AnswerConfig.Index()));
        ANSWERS.put("token-issuer", ConfigReader::tokenIssuer);
        ANSWERS.put("respond", ConfigReader::respond);
        ANSWERS.put("redirect", ConfigReader::redirect);
        KEYS.put("client-address", bare(RateLimitConfig.By.CLIENT_ADDRESS));
        KEYS.put("route", bare(RateLimitConfig.By.ROUTE));
        KEYS.put("header", v -> new RateLimitConfig.By.Header(Checks.fieldName("", v.text())));
        KEYS.put("claim", v -> new RateLimitConfig.By.Claim(Checks.notBlank("", v.text())));
    }

    private ConfigReader() {}

    /**
     * Reads a config. When {@code problems} has errors afterwards, the result is good for further checks only: what
     * could not be read is a default or a stand-in there.
     */
    public static GatewayConfig read(Settings root, Environment environment, Problems problems) {
        return read(root, environment, Map.of(), problems);
    }

    /**
     * Reads a config that may hold policies of own code.
     *
     * @param ownPolicies how the settings of each are read, by its name
     */
    public static GatewayConfig read(Settings root, Environment environment,
            Map<String, Function<Section, PolicyConfig>> ownPolicies, Problems problems) {
        problems.locateIn(root);
        SequencedMap<String, Function<Value, PolicyConfig>> policies = new LinkedHashMap<>(POLICIES);
        ownPolicies.forEach((type, read) -> policies.put(type, value -> own(value, read)));
        Value value = new Value(new Reading(root, environment, policies, problems), "", root);
        try {
            return gateway(value);
        } catch (InvalidValue e) {
            problems.error("", e.found(), e.expected());
            return GatewayConfig.DEFAULTS;
        }
    }

    /** The names of the built-in policies. */
    public static Set<String> policyTypes() {
        return Collections.unmodifiableSet(POLICIES.keySet());
    }

    private static GatewayConfig gateway(Value value) {
        Section s = value.section();
        GatewayConfig d = GatewayConfig.DEFAULTS;
        return s.build(d, () -> new GatewayConfig(
                s.get("transport", d.transport(),
                        v -> v.oneOf(GatewayConfig.Transport.class, t -> t.name().toLowerCase(Locale.ROOT))),
                s.get("loops", d.loops(), Value::numberOrAuto),
                s.get("errors", d.errors(), ConfigReader::errors),
                s.get("drain", d.drain(), ConfigReader::drain),
                s.get("limits", d.limits(), ConfigReader::processLimits),
                s.get("listeners", d.listeners(), v -> v.list(ConfigReader::listener, _ -> LISTENER_STAND_IN)),
                s.get("upstreams", d.upstreams(), v -> v.map((_, upstream) -> upstream(upstream), UPSTREAM_STAND_IN)),
                s.get("policies", d.policies(), ConfigReader::policies),
                s.get("routes", d.routes(), ConfigReader::routes),
                s.get("groups", d.groups(), ConfigReader::groups)));
    }

    private static ErrorsConfig errors(Value value) {
        if (!(value.settings() instanceof Settings.Mapping)) {
            return ErrorsConfig.of(value.word(GatewayConfig.ErrorFormat.class));
        }
        Section s = value.section();
        ErrorsConfig d = ErrorsConfig.DEFAULTS;
        return s.build(d, () -> new ErrorsConfig(
                s.get("format", d.format(), v -> v.word(GatewayConfig.ErrorFormat.class)),
                s.get("bodies", d.bodies(), ConfigReader::errorBodies)));
    }

    private static SequencedMap<Integer, ErrorBody> errorBodies(Value value) {
        SequencedMap<Integer, ErrorBody> bodies = new LinkedHashMap<>();
        value.map((key, item) -> {
            if (!STATUS.matcher(key).matches()) {
                throw new InvalidValue("", Texts.quoted(key), "a status from 400 to 599");
            }
            return errorBody(item);
        }).forEach((key, body) -> bodies.put(Integer.valueOf(key), body));
        return bodies;
    }

    private static ErrorBody errorBody(Value value) {
        Section s = value.section();
        ErrorBody none = ErrorBody.of(ErrorBody.DEFAULT_TYPE, new byte[0]);
        return s.build(none, () -> ErrorBody.of(
                s.get("type", none.type(), Value::text),
                s.require("file", "a file beside the config, like 503.html", none.bytes(), Value::bytesOfFile)));
    }

    private static DrainConfig drain(Value value) {
        Section s = value.section();
        DrainConfig d = DrainConfig.DEFAULTS;
        return s.build(d, () -> new DrainConfig(
                s.get("delay", d.delay(), Value::duration),
                s.get("timeout", d.timeout(), Value::duration)));
    }

    private static ProcessLimits processLimits(Value value) {
        Section s = value.section();
        ProcessLimits d = ProcessLimits.DEFAULTS;
        return s.build(d, () -> new ProcessLimits(
                s.get("connections", d.connections(), Value::numberOrAuto),
                s.get("connections-per-address", d.connectionsPerAddress(), Value::numberOrOff),
                s.get("buffers", d.buffers(), Value::size),
                s.get("tasks", d.tasks(), Value::number)));
    }

    private static ListenerConfig listener(Value value) {
        Section s = value.section();
        ListenerConfig d = LISTENER_STAND_IN;
        return s.build(d, () -> new ListenerConfig(
                s.require("address", "host:port, like 127.0.0.1:8000", d.address(),
                        v -> ListenerAddress.parse(v.openText())),
                s.get("trusted-proxies", d.trustedProxies(), v -> v.list(item -> Cidr.parse(item.openText()))),
                s.get("tls", d.tls(), ConfigReader::listenerTls),
                s.get("redirect-to-https", d.redirectToHttps(), Value::numberOrOff),
                s.get("http2", d.http2(), ConfigReader::http2),
                s.get("half-close", d.halfClose(), v -> v.word(ListenerConfig.HalfClose.class)),
                s.get("underscores", d.underscores(), v -> v.word(ListenerConfig.Underscores.class)),
                s.get("path-parameters", d.pathParameters(), v -> v.word(ListenerConfig.PathParameters.class)),
                s.get("encoded-slash", d.encodedSlash(), v -> v.word(ListenerConfig.EncodedSlash.class)),
                s.get("timeouts", d.timeouts(), ConfigReader::listenerTimeouts),
                s.get("limits", d.limits(), ConfigReader::listenerLimits)));
    }

    private static @Nullable Http2Config http2(Value value) {
        if (!(value.settings() instanceof Settings.Mapping)) {
            return value.flag() ? Http2Config.DEFAULTS : null;
        }
        Section s = value.section();
        Http2Config d = Http2Config.DEFAULTS;
        return s.build(d, () -> new Http2Config(
                s.get("streams", d.streams(), Value::number),
                s.get("resets", d.resets(), v -> Rate.parse(v.text())),
                s.get("control-frames", d.controlFrames(), v -> Rate.parse(v.text()))));
    }

    private static @Nullable ListenerTls listenerTls(Value value) {
        Section s = value.section();
        ListenerTls d = TLS_STAND_IN;
        boolean first = s.has("certificate") || !s.has("certificates");
        if (first && !s.has("certificate")) {
            value.problems().error(value.path(), "neither 'certificate' nor 'certificates'",
                    "a file with a certificate, like certificate: cert.pem");
        }
        return s.build(d, () -> new ListenerTls(
                s.get("certificate", first ? d.certificate() : null, Value::file),
                s.get("key", null, Value::file),
                s.get("key-password", null, v -> Secret.of(v.text())),
                s.get("certificates", d.certificates(),
                        v -> v.list(ConfigReader::certificate, _ -> CERTIFICATE_STAND_IN)),
                s.get("client-certificate", d.clientCertificate(), ConfigReader::clientCertificate),
                s.get("min-version", d.minVersion(), v -> v.oneOf(TlsVersion.class, TlsVersion::label)),
                s.get("ciphers", d.ciphers(), v -> v.list(item -> item.oneOf(TlsCipher.class, TlsCipher::name))),
                s.get("groups", d.groups(), v -> v.list(item -> item.oneOf(TlsGroup.class, TlsGroup::label)))));
    }

    private static CertificateConfig certificate(Value value) {
        Section s = value.section();
        CertificateConfig d = CERTIFICATE_STAND_IN;
        return s.build(d, () -> new CertificateConfig(
                s.require("certificate", "a file with a certificate, like cert.pem", d.certificate(), Value::file),
                s.get("key", null, Value::file),
                s.get("key-password", null, v -> Secret.of(v.text()))));
    }

    private static ClientCertificateConfig clientCertificate(Value value) {
        Section s = value.section();
        ClientCertificateConfig d = ClientCertificateConfig.require(STAND_IN_FILE);
        return s.build(d, () -> new ClientCertificateConfig(
                s.get("mode", d.mode(), v -> v.word(ClientCertificateConfig.Mode.class)),
                s.require("ca", "a file with the CAs' certificates, like ca.pem", d.ca(), Value::file)));
    }

    private static ListenerTimeouts listenerTimeouts(Value value) {
        Section s = value.section();
        ListenerTimeouts d = ListenerTimeouts.DEFAULTS;
        return s.build(d, () -> new ListenerTimeouts(
                s.get("request-head", d.requestHead(), Value::duration),
                s.get("request-body", d.requestBody(), Value::duration),
                s.get("response-write", d.responseWrite(), Value::duration),
                s.get("keep-alive", d.keepAlive(), Value::duration),
                s.get("tls-handshake", d.tlsHandshake(), Value::duration)));
    }

    private static ListenerLimits listenerLimits(Value value) {
        Section s = value.section();
        ListenerLimits d = ListenerLimits.DEFAULTS;
        return s.build(d, () -> new ListenerLimits(
                s.get("head", d.head(), Value::size),
                s.get("headers", d.headers(), Value::number),
                s.get("target", d.target(), Value::size),
                s.get("body", d.body(), Value::sizeOrOff),
                s.get("pipelined", d.pipelined(), Value::number),
                s.get("requests-per-connection", d.requestsPerConnection(), Value::numberOrOff),
                s.get("connection-age", d.connectionAge(), Value::durationOrOff)));
    }

    private static UpstreamConfig upstream(Value value) {
        Section s = value.section();
        UpstreamConfig d = UPSTREAM_STAND_IN;
        return s.build(d, () -> new UpstreamConfig(
                s.get("title", d.title(), Value::text),
                s.require("endpoints", "a list of URLs like http://10.0.0.1:8080", d.endpoints(),
                        v -> v.list(ConfigReader::endpoint, ConfigReader::endpointStandIn)),
                s.get("tls", d.tls(), ConfigReader::upstreamTls),
                s.get("protocol", d.protocol(), v -> v.word(UpstreamConfig.Protocol.class)),
                s.get("host", d.host(), ConfigReader::upstreamHost),
                s.get("connections", d.connections(), ConfigReader::upstreamConnections),
                s.get("limits", d.limits(), ConfigReader::upstreamLimits),
                s.get("timeouts", d.timeouts(), ConfigReader::upstreamTimeouts),
                s.get("circuit-breaker", d.circuitBreaker(), ConfigReader::circuitBreaker)));
    }

    private static UpstreamTls upstreamTls(Value value) {
        Section s = value.section();
        UpstreamTls d = UpstreamTls.DEFAULTS;
        return s.build(d, () -> new UpstreamTls(
                s.get("ca", d.ca(), Value::file),
                s.get("server-name", d.serverName(), Value::text),
                s.get("certificate", d.certificate(), Value::file),
                s.get("key", d.key(), Value::file),
                s.get("key-password", d.keyPassword(), v -> Secret.of(v.text())),
                s.get("insecure", d.insecure(), Value::flag)));
    }

    private static EndpointConfig endpoint(Value value) {
        if (!(value.settings() instanceof Settings.Mapping)) {
            return EndpointConfig.parse(value.openText());
        }
        Section s = value.section();
        EndpointConfig d = endpointStandIn(value);
        return s.build(d, () -> s
                .require("url", "a URL like http://10.0.0.1:8080", d,
                        v -> EndpointConfig.parse(v.openText()))
                .withWeight(s.get("weight", d.weight(), Value::number)));
    }

    /** An endpoint that no other item is, so that what stands in is never told to be a double. */
    private static EndpointConfig endpointStandIn(Value item) {
        String path = item.path();
        String index = path.substring(path.lastIndexOf('[') + 1, path.length() - 1);
        return new EndpointConfig("stand-in-" + index + ".invalid", 80, "", 1);
    }

    private static UpstreamHost upstreamHost(Value value) {
        String text = value.openText();
        return switch (text) {
            case "endpoint" -> UpstreamHost.ENDPOINT;
            case "preserve" -> UpstreamHost.PRESERVE;
            default -> new UpstreamHost.Fixed(text);
        };
    }

    private static UpstreamConnections upstreamConnections(Value value) {
        Section s = value.section();
        UpstreamConnections d = UpstreamConnections.DEFAULTS;
        return s.build(d, () -> new UpstreamConnections(
                s.get("max", d.max(), Value::numberOrAuto),
                s.get("keep-alive", d.keepAlive(), Value::duration),
                s.get("max-requests", d.maxRequests(), Value::numberOrOff),
                s.get("max-age", d.maxAge(), Value::durationOrOff)));
    }

    private static UpstreamLimits upstreamLimits(Value value) {
        Section s = value.section();
        UpstreamLimits d = UpstreamLimits.DEFAULTS;
        return s.build(d, () -> new UpstreamLimits(
                s.get("head", d.head(), Value::size),
                s.get("headers", d.headers(), Value::number),
                s.get("informational", d.informational(), Value::number)));
    }

    private static UpstreamTimeouts upstreamTimeouts(Value value) {
        Section s = value.section();
        UpstreamTimeouts d = UpstreamTimeouts.DEFAULTS;
        return s.build(d, () -> new UpstreamTimeouts(
                s.get("connect", d.connect(), Value::duration),
                s.get("response", d.response(), Value::duration),
                s.get("idle", d.idle(), Value::duration),
                s.get("total", d.total(), Value::durationOrOff)));
    }

    private static @Nullable CircuitBreakerConfig circuitBreaker(Value value) {
        if (value.isOff()) {
            return null;
        }
        if (!(value.settings() instanceof Settings.Mapping)) {
            throw value.wrongType("a map of keys and values, or off");
        }
        Section s = value.section();
        CircuitBreakerConfig d = CircuitBreakerConfig.DEFAULTS;
        return s.build(d, () -> new CircuitBreakerConfig(
                s.get("failures", d.failures(), Value::number),
                s.get("open-for", d.openFor(), Value::duration),
                s.get("probes", d.probes(), Value::number)));
    }

    private static List<RouteConfig> routes(Value value) {
        return value.list(ConfigReader::route, item -> routeStandIn(item.path()));
    }

    private static RouteConfig route(Value value) {
        Section s = value.section();
        RouteConfig d = routeStandIn(value.path());
        boolean to = s.has("to");
        boolean answer = s.has("answer");
        if (to && answer) {
            value.problems().error(Texts.child(value.path(), "answer"), "written beside 'to'", "one of to and answer");
        } else if (!to && !answer) {
            value.problems().error(value.path(), "neither 'to' nor 'answer'", "one of them");
        }
        for (String key : FORWARDING_KEYS) {
            if (s.has(key) && answer && !to) {
                value.problems().error(Texts.child(value.path(), key), "written beside 'answer'", "only beside 'to'");
            }
        }
        return s.build(d, () -> new RouteConfig(
                s.require("path", "a path like /users/{id}", d.path(), Value::openText),
                s.get("methods", d.methods(), ConfigReader::someMethods),
                s.get("when", d.when(), ConfigReader::when),
                s.get("policies", d.policies(), ConfigReader::policies),
                to ? to(s) : s.get("answer", d.target(), ConfigReader::answer),
                s.get("limits", d.limits(), ConfigReader::routeLimits)));
    }

    private static TargetConfig to(Section s) {
        String upstream = s.get("to", null, Value::openText);
        RewriteConfig rewrite = s.get("rewrite", null, ConfigReader::rewrite);
        boolean rawPath = s.get("raw-path", false, Value::flag);
        RouteTimeouts timeouts = s.get("timeouts", RouteTimeouts.DEFAULTS, ConfigReader::routeTimeouts);
        return upstream == null ? ANSWER_STAND_IN : new TargetConfig.To(upstream, rewrite, rawPath, timeouts);
    }

    private static RewriteConfig rewrite(Value value) {
        Section s = value.section();
        boolean path = s.has("path");
        if (path == s.has("prefix")) {
            throw new InvalidValue("", path ? "both 'path' and 'prefix'" : "neither 'path' nor 'prefix'",
                    "one of them");
        }
        RewriteConfig d = new RewriteConfig.Path("/");
        return s.build(d, () -> path ? new RewriteConfig.Path(s.get("path", "/", Value::text))
                : new RewriteConfig.Prefix(s.get("prefix", "/", Value::text)));
    }

    private static RouteTimeouts routeTimeouts(Value value) {
        Section s = value.section();
        RouteTimeouts d = RouteTimeouts.DEFAULTS;
        return s.build(d, () -> new RouteTimeouts(
                s.get("response", d.response(), Value::duration),
                s.get("total", d.total(), v -> v.isOff() ? Duration.ZERO : Checks.timer("", v.duration()))));
    }

    private static RouteLimits routeLimits(Value value) {
        Section s = value.section();
        return s.build(RouteLimits.DEFAULTS, () -> new RouteLimits(s.get("body", null, ConfigReader::routeBody)));
    }

    private static Long routeBody(Value value) {
        Long size = value.sizeOrOff();
        return size == null ? Long.valueOf(RouteLimits.OFF) : size;
    }

    private static WhenConfig when(Value value) {
        Section s = value.section();
        WhenConfig d = WhenConfig.NONE;
        return s.build(d, () -> new WhenConfig(
                s.get("headers", d.headers(), v -> v.map((name, item) -> {
                    Checks.matchableFieldName("", name);
                    return Checks.fieldValue("", item.text());
                })),
                s.get("query", d.query(), v -> v.map((name, item) -> {
                    Checks.notBlank("", name);
                    return item.text();
                }))));
    }

    private static List<GroupConfig> groups(Value value) {
        return value.list(ConfigReader::group, item -> groupStandIn(item.path()));
    }

    private static GroupConfig group(Value value) {
        Section s = value.section();
        GroupConfig d = groupStandIn(value.path());
        return s.build(d, () -> new GroupConfig(
                s.require("path", "a prefix like /api", d.path(), Value::openText),
                s.get("host", d.host(), Value::openText),
                s.get("policies", d.policies(), ConfigReader::policies),
                s.get("routes", d.routes(), ConfigReader::routes),
                s.get("groups", d.groups(), ConfigReader::groups)));
    }

    private static RouteConfig routeStandIn(String at) {
        return new RouteConfig(standInPath(at), List.of(), List.of(), ANSWER_STAND_IN);
    }

    private static GroupConfig groupStandIn(String at) {
        return new GroupConfig(standInPath(at), List.of(), List.of(), List.of());
    }

    /** A path that no other route or group has, so that what stands in is never told to be a double. */
    private static String standInPath(String at) {
        return "/" + at.replace('[', '-').replace(']', '-').replace('.', '-');
    }

    /** An empty list would say the opposite of what it looks like: every method. */
    private static List<String> someMethods(Value value) {
        List<String> methods = methods(value);
        if (methods.isEmpty()) {
            throw new InvalidValue("", "empty", "at least one, or no 'methods' for all of them");
        }
        return methods;
    }

    private static List<String> methods(Value value) {
        return value.list(item -> Checks.method("", item.openText()));
    }

    private static List<PolicyConfig> policies(Value value) {
        return value.list(item -> choose(item, "policy", value.reading().policies(), POLICY_STAND_IN),
                _ -> POLICY_STAND_IN);
    }

    private static AnswerConfig answer(Value value) {
        return choose(value, "answer", ANSWERS, ANSWER_STAND_IN);
    }

    private static <T> T choose(Value value, String what, Map<String, Function<Value, T>> kinds, T standIn) {
        return chosen(value, what, kinds).orElse(standIn);
    }

    /** Nothing when its settings were refused. */
    private static <T> Optional<T> chosen(Value value, String what, Map<String, Function<Value, T>> kinds) {
        Value.Named named = value.named("the name of one " + what + ", alone or with its settings below it");
        Function<Value, T> kind = kinds.get(named.name());
        if (kind == null) {
            throw new InvalidValue(value.path(), "unknown " + what + " " + Texts.quoted(named.name()),
                    Words.anyOf(kinds.keySet()), Words.hint(named.name(), kinds.keySet()));
        }
        return named.settings().read(kind);
    }

    /** Own code asks for the keys that it knows, and is not trusted to look at the others. */
    private static PolicyConfig own(Value value, Function<Section, PolicyConfig> read) {
        Section s = value.section();
        try {
            PolicyConfig policy = read.apply(s);
            s.refuseUnknownKeys();
            return policy;
        } catch (InvalidValue e) {
            throw e;
        } catch (IllegalArgumentException e) {
            value.problems().error(value.path(), String.valueOf(e.getMessage()), null);
            throw new InvalidValue.Reported();
        }
    }

    private static PolicyConfig accessLog(Value value) {
        Section s = value.section();
        AccessLogConfig d = AccessLogConfig.DEFAULTS;
        return s.build(d, () -> new AccessLogConfig(s.get("to", d.to(), ConfigReader::destination)));
    }

    private static AccessLogConfig.Destination destination(Value value) {
        return switch (value.text()) {
            case "stdout" -> AccessLogConfig.Standard.STDOUT;
            case "stderr" -> AccessLogConfig.Standard.STDERR;
            case "" -> throw new InvalidValue("", "empty", "stdout, stderr, or a file that can be appended to");
            default -> new AccessLogConfig.File(value.file());
        };
    }

    private static PolicyConfig requestId(Value value) {
        Section s = value.section();
        RequestIdConfig d = RequestIdConfig.DEFAULTS;
        return s.build(d, () -> new RequestIdConfig(
                s.get("header", d.header(), Value::text),
                s.get("trust", d.trust(), Value::flag)));
    }

    private static PolicyConfig cors(Value value) {
        Section s = value.section();
        CorsConfig d = CorsConfig.DEFAULTS;
        return s.build(d, () -> new CorsConfig(
                s.get("origins", d.origins(), v -> v.list(item -> CorsConfig.origin("", item.text()))),
                s.get("methods", d.methods(), ConfigReader::methods),
                s.get("headers", d.headers(), ConfigReader::fieldNames),
                s.get("expose", d.expose(), ConfigReader::fieldNames),
                s.get("credentials", d.credentials(), Value::flag),
                s.get("max-age", d.maxAge(), Value::duration)));
    }

    private static List<String> fieldNames(Value value) {
        return value.list(item -> Checks.fieldName("", item.text()));
    }

    private static PolicyConfig compression(Value value) {
        Section s = value.section();
        CompressionConfig d = CompressionConfig.DEFAULTS;
        return s.build(d, () -> new CompressionConfig(
                s.get("min-size", d.minSize(), Value::size),
                s.get("codings", d.codings(), v -> v.list(item -> item.word(CompressionConfig.Coding.class))),
                s.get("cookies", d.cookies(), Value::flag)));
    }

    private static PolicyConfig rateLimit(Value value) {
        Section s = value.section();
        RateLimitConfig d = RateLimitConfig.of(RATE_STAND_IN);
        return s.build(d, () -> new RateLimitConfig(
                s.get("name", d.name(), Value::openText),
                s.require("limit", "a rate like 100/min", d.limit(), v -> Rate.parse(v.openText())),
                s.get("algorithm", d.algorithm(), v -> v.word(RateLimitConfig.Algorithm.class)),
                s.get("burst", d.burst(), Value::number),
                s.get("by", d.by(), ConfigReader::limitKeys),
                s.get("max-keys", d.maxKeys(), Value::number),
                s.get("ipv4-prefix", d.ipv4Prefix(), Value::number),
                s.get("ipv6-prefix", d.ipv6Prefix(), Value::number)));
    }

    private static List<RateLimitConfig.By> limitKeys(Value value) {
        return value.settings() instanceof Settings.Sequence ? value.list(ConfigReader::limitKey)
                : List.of(limitKey(value));
    }

    private static RateLimitConfig.By limitKey(Value value) {
        return chosen(value, "key", KEYS).orElseThrow(InvalidValue.Reported::new);
    }

    private static PolicyConfig bearerToken(Value value) {
        Section s = value.section();
        BearerTokenConfig d = BearerTokenConfig.of(List.of(TokenAlgorithm.HS256), SECRET_STAND_IN);
        boolean secret = s.has("secret");
        boolean keys = s.has("keys");
        if (secret && keys) {
            value.problems().error(Texts.child(value.path(), "keys"), "written beside 'secret'",
                    "one of secret and keys");
        } else if (!secret && !keys) {
            value.problems().error(value.path(), "neither 'secret' nor 'keys'", "one of them");
        }
        boolean signedBySecret = secret && !keys;
        return s.build(d, () -> new BearerTokenConfig(
                s.require("algorithms", "a list like [HS256]", d.algorithms(),
                        v -> v.list(ConfigReader::tokenAlgorithm)),
                signedBySecret ? s.get("secret", SECRET_STAND_IN, v -> Secret.of(v.text())) : null,
                signedBySecret ? null : s.get("keys", KEYS_STAND_IN, v -> new TokenKeys(v.fileText())),
                s.get("issuer", d.issuer(), Value::text),
                s.get("audience", d.audience(), Value::text),
                s.get("leeway", d.leeway(), Value::duration),
                s.get("required-claims", d.requiredClaims(), Value::texts),
                s.get("forward-claims", d.forwardClaims(),
                        v -> v.map((_, item) -> BearerTokenConfig.claimFieldName("", item.text())))));
    }

    private static TokenAlgorithm tokenAlgorithm(Value value) {
        return value.oneOf(TokenAlgorithm.class, TokenAlgorithm::name);
    }

    private static PolicyConfig require(Value value) {
        Section s = value.section();
        RequireConfig d = new RequireConfig(Checks.copy(Map.of("sub", List.of("-"))), List.of("https://-"));
        boolean origins = s.has("origins");
        boolean claims = s.has("claims");
        if (!claims && !origins) {
            value.problems().error(value.path(), "neither 'claims' nor 'origins'", "one of them, or both");
        }
        return s.build(d, () -> new RequireConfig(
                s.get("claims", origins && !claims ? NO_CLAIMS : d.claims(), v -> v.map((_, item) -> item.texts())),
                s.get("origins", origins ? d.origins() : List.of(), Value::texts)));
    }

    private static PolicyConfig headers(Value value) {
        Section s = value.section();
        HeadersConfig d = HeadersConfig.DEFAULTS;
        return s.build(d, () -> new HeadersConfig(
                s.get("request", d.request(), ConfigReader::edits),
                s.get("response", d.response(), ConfigReader::edits)));
    }

    private static HeadersConfig.Edits edits(Value value) {
        Section s = value.section();
        HeadersConfig.Edits d = HeadersConfig.Edits.NONE;
        return s.build(d, () -> new HeadersConfig.Edits(
                s.get("set", d.set(), ConfigReader::fields),
                s.get("add", d.add(), ConfigReader::fields),
                s.get("remove", d.remove(), v -> v.list(item -> Checks.editableFieldName("", item.text())))));
    }

    private static SequencedMap<String, String> fields(Value value) {
        return value.map((name, item) -> {
            Checks.editableFieldName("", name);
            return Checks.fieldValue("", item.text());
        });
    }

    private static AnswerConfig tokenIssuer(Value value) {
        Section s = value.section();
        AnswerConfig.TokenIssuer d = AnswerConfig.TokenIssuer.of(SECRET_STAND_IN);
        return s.build(d, () -> new AnswerConfig.TokenIssuer(
                s.require("secret", "a text or a reference like ${NAME}", d.secret(), v -> Secret.of(v.text())),
                s.get("algorithm", d.algorithm(), v -> v.oneOf(TokenAlgorithm.hmac(), TokenAlgorithm::name)),
                s.get("expires-in", d.expiresIn(), Value::duration)));
    }

    private static AnswerConfig respond(Value value) {
        Section s = value.section();
        AnswerConfig.Respond d = AnswerConfig.Respond.DEFAULTS;
        return s.build(d, () -> new AnswerConfig.Respond(
                s.get("status", d.status(), Value::number),
                s.get("headers", d.headers(), ConfigReader::fields),
                s.get("body", d.body(), Value::text)));
    }

    private static AnswerConfig redirect(Value value) {
        Section s = value.section();
        AnswerConfig.Redirect d = AnswerConfig.Redirect.to("/");
        return s.build(d, () -> new AnswerConfig.Redirect(
                s.require("to", "a path like /new/{**} or a URL like https://new.example.com/{**}", d.to(),
                        Value::text),
                s.get("status", d.status(), Value::number)));
    }

    /** A kind without settings. */
    private static <T> Function<Value, T> bare(T made) {
        return value -> value.section().build(made, () -> made);
    }
}
