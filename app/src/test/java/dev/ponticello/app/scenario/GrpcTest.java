package dev.ponticello.app.scenario;

import static io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING;
import static io.grpc.MethodDescriptor.MethodType.CLIENT_STREAMING;
import static io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING;
import static io.grpc.MethodDescriptor.MethodType.UNARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ponticello.config.GatewayConfig.Transport;
import dev.ponticello.testing.Cue;
import dev.ponticello.testing.DeadPort;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls of gRPC through the gateway, made and answered by grpc-java. */
@ParameterizedClass
@MethodSource("dev.ponticello.app.scenario.TestGateway#transports")
class GrpcTest {
    private static final Metadata.Key<String> PROXY_STATUS = text("proxy-status");
    private static final Metadata.Key<String> RETRY_AFTER = text("retry-after");
    private static final ServerCallHandler<String, String> GREETING = ServerCalls
            .asyncUnaryCall((request, answer) -> {
                answer.onNext("hello " + request);
                answer.onCompleted();
            });

    @Parameter
    Transport transport = Transport.NIO;

    private static Metadata.Key<String> text(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private TestGateway gatewayTo(String url) {
        return gatewayTo(url, "", "");
    }

    /**
     * @param upstream settings in flow style, with a comma in front
     * @param route the same
     */
    private TestGateway gatewayTo(String url, String upstream, String route) {
        return TestGateway.start(transport, """
                listeners: [{ address: "127.0.0.1:0" }]
                upstreams:
                  service: { endpoints: ["%s"], protocol: h2c%s }
                policies: [compression]
                routes:
                  - { path: "/play.Service/{method}", methods: [POST], to: service%s }
                """.formatted(url, upstream, route));
    }

    private static ServerCallHandler<String, String> failing(Status status) {
        return ServerCalls.asyncUnaryCall((_, answer) -> answer.onError(status.asRuntimeException()));
    }

    private static StatusRuntimeException failure(GrpcService.Client client) {
        return Objects.requireNonNull(catchThrowableOfType(StatusRuntimeException.class, () -> client.ask("x")));
    }

    private static void assertFailure(StatusRuntimeException failure, Status.Code code, String sentence,
            String reason) {
        assertThat(failure.getStatus().getCode()).isEqualTo(code);
        assertThat(failure.getStatus().getDescription()).isEqualTo(sentence);
        assertThat(Objects.requireNonNull(failure.getTrailers()).get(PROXY_STATUS))
                .contains("details=\"" + reason + "\"");
    }

    // ---- the four kinds of methods

    @Test
    void oneMessageEachWay() {
        try (var service = GrpcService.start(UNARY, GREETING);
                var gateway = gatewayTo(service.url());
                var client = new GrpcService.Client(gateway.port())) {
            assertThat(client.ask("Ann")).isEqualTo("hello Ann");
            assertThat(client.ask("")).isEqualTo("hello ");
        }
    }

    @Test
    void manyMessagesFromTheService() {
        try (var service = GrpcService.start(SERVER_STREAMING,
                ServerCalls.asyncServerStreamingCall((request, answer) -> {
                    for (int i = 0; i < 1000; i++) {
                        answer.onNext(request + i);
                    }
                    answer.onCompleted();
                })); var gateway = gatewayTo(service.url()); var client = new GrpcService.Client(gateway.port())) {
            Iterator<String> answers = ClientCalls.blockingServerStreamingCall(client.channel(),
                    GrpcService.method(SERVER_STREAMING), CallOptions.DEFAULT, "m");
            for (int i = 0; i < 1000; i++) {
                assertThat(answers.next()).isEqualTo("m" + i);
            }
            assertThat(answers.hasNext()).isFalse();
        }
    }

    @Test
    void manyMessagesFromTheClient() throws Exception {
        try (var service = GrpcService.start(CLIENT_STREAMING, ServerCalls.asyncClientStreamingCall(Joining::new));
                var gateway = gatewayTo(service.url());
                var client = new GrpcService.Client(gateway.port())) {
            BlockingClientCall<String, String> call = call(client, CLIENT_STREAMING);
            for (int i = 0; i < 100; i++) {
                call.write(i + ",");
            }
            call.halfClose();
            assertThat(call.read()).startsWith("0,1,2,").endsWith(",98,99,");
            assertThat(call.read()).isNull();
        }
    }

    @Test
    void questionsAndAnswersTakeTurns() throws Exception {
        try (var service = GrpcService.start(BIDI_STREAMING, ServerCalls.asyncBidiStreamingCall(Echo::new));
                var gateway = gatewayTo(service.url());
                var client = new GrpcService.Client(gateway.port())) {
            BlockingClientCall<String, String> call = call(client, BIDI_STREAMING);
            for (int i = 0; i < 100; i++) {
                call.write("" + i);
                assertThat(call.read()).isEqualTo("" + i);
            }
            call.halfClose();
            assertThat(call.read()).isNull();
        }
    }

    private static BlockingClientCall<String, String> call(GrpcService.Client client, MethodType type) {
        return ClientCalls.blockingBidiStreamingCall(client.channel(), GrpcService.method(type), CallOptions.DEFAULT);
    }

    @Test
    void messagesOfMegabytesBothWays() {
        String big = "0123456789abcdef".repeat(1 << 19);
        try (var service = GrpcService.start(UNARY, GREETING);
                var gateway = gatewayTo(service.url());
                var client = new GrpcService.Client(gateway.port())) {
            assertThat(client.ask(big).equals("hello " + big)).isTrue();
        }
    }

    @Test
    void metadataPassesInTheHeadAndInTheTrailers() {
        Metadata.Key<String> note = text("x-note");
        Metadata.Key<byte[]> binary = Metadata.Key.of("x-note-bin", Metadata.BINARY_BYTE_MARSHALLER);
        byte[] bytes = {0, 1, -1, -128, 127};
        ServerInterceptor mirror = new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
                    ServerCallHandler<Q, A> next) {
                return next.startCall(new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void sendHeaders(Metadata head) {
                        head.put(note, "head of " + headers.get(note));
                        head.put(binary, Objects.requireNonNull(headers.get(binary)));
                        super.sendHeaders(head);
                    }

                    @Override
                    public void close(Status status, Metadata trailers) {
                        trailers.put(note, "end of " + headers.get(note));
                        trailers.put(binary, Objects.requireNonNull(headers.get(binary)));
                        super.close(status, trailers);
                    }
                }, headers);
            }
        };
        Metadata sent = new Metadata();
        sent.put(note, "1");
        sent.put(binary, bytes);
        var head = new AtomicReference<Metadata>();
        var trailers = new AtomicReference<Metadata>();
        try (var service = GrpcService.start(UNARY, GREETING, mirror);
                var gateway = gatewayTo(service.url());
                var client = new GrpcService.Client(gateway.port())) {
            ClientCalls.blockingUnaryCall(ClientInterceptors.intercept(client.channel(),
                    MetadataUtils.newAttachHeadersInterceptor(sent),
                    MetadataUtils.newCaptureMetadataInterceptor(head, trailers)), GrpcService.method(UNARY),
                    CallOptions.DEFAULT, "x");
        }
        assertThat(head.get().get(note)).isEqualTo("head of 1");
        assertThat(head.get().get(binary)).isEqualTo(bytes);
        assertThat(trailers.get().get(note)).isEqualTo("end of 1");
        assertThat(trailers.get().get(binary)).isEqualTo(bytes);
    }

    @Test
    void aServicesOwnFailureKeepsStatusAndMessage() {
        try (var service = GrpcService.start(UNARY, failing(Status.FAILED_PRECONDITION.withDescription("100 % ✗\n")));
                var gateway = gatewayTo(service.url());
                var client = new GrpcService.Client(gateway.port())) {
            StatusRuntimeException failure = failure(client);
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(failure.getStatus().getDescription()).isEqualTo("100 % ✗\n");
        }
    }

    // ---- who leaves

    @Test
    void aClientThatCancelsCancelsAtTheService() throws Exception {
        Cue begun = new Cue();
        Cue cancelled = new Cue();
        try (var service = GrpcService.start(SERVER_STREAMING, ServerCalls.asyncServerStreamingCall((_, answer) -> {
            ((ServerCallStreamObserver<String>) answer).setOnCancelHandler(cancelled::give);
            begun.give();
        })); var gateway = gatewayTo(service.url()); var client = new GrpcService.Client(gateway.port())) {
            var context = Context.current().withCancellation();
            context.run(() -> ClientCalls.asyncServerStreamingCall(
                    client.channel().newCall(GrpcService.method(SERVER_STREAMING), CallOptions.DEFAULT), "x",
                    new Ignoring()));
            begun.await();
            context.cancel(null);
            cancelled.await();
        }
    }

    @Test
    void aServiceThatFailsInTheMidstEndsTheCall() throws Exception {
        try (var service = GrpcService.start(BIDI_STREAMING,
                ServerCalls.asyncBidiStreamingCall(answer -> new Echo(answer) {
                    @Override
                    public void onNext(String message) {
                        super.onNext(message);
                        answer.onError(Status.ABORTED.withDescription("enough").asRuntimeException());
                    }
                })); var gateway = gatewayTo(service.url()); var client = new GrpcService.Client(gateway.port())) {
            BlockingClientCall<String, String> call = call(client, BIDI_STREAMING);
            call.write("x");
            assertThat(call.read()).isEqualTo("x");
            StatusException failure = Objects.requireNonNull(catchThrowableOfType(StatusException.class, call::read));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
            assertThat(failure.getStatus().getDescription()).isEqualTo("enough");
        }
    }

    @Test
    void aServiceThatDiesInTheMidstIsUnavailable() throws Exception {
        try (var service = GrpcService.start(BIDI_STREAMING, ServerCalls.asyncBidiStreamingCall(Echo::new));
                var gateway = gatewayTo(service.url());
                var client = new GrpcService.Client(gateway.port())) {
            BlockingClientCall<String, String> call = call(client, BIDI_STREAMING);
            call.write("x");
            assertThat(call.read()).isEqualTo("x");
            service.close();
            StatusException failure = Objects.requireNonNull(catchThrowableOfType(StatusException.class, call::read));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failure.getStatus().getDescription()).isEqualTo("The service's answer ended early");
            assertThat(Objects.requireNonNull(failure.getTrailers()).get(PROXY_STATUS))
                    .contains("details=\"response-cut\"");
        }
    }

    // ---- deadlines

    @Test
    void aDeadlineGoesOnToTheServiceAndEndsTheCallThere() throws Exception {
        BlockingQueue<Long> leftMillis = new LinkedBlockingQueue<>();
        Cue cancelled = new Cue();
        try (var service = GrpcService.start(UNARY, ServerCalls.asyncUnaryCall((_, answer) -> {
            ((ServerCallStreamObserver<String>) answer).setOnCancelHandler(cancelled::give);
            leftMillis.add(Objects.requireNonNull(Context.current().getDeadline())
                    .timeRemaining(TimeUnit.MILLISECONDS));
        })); var gateway = gatewayTo(service.url()); var client = new GrpcService.Client(gateway.port())) {
            StatusRuntimeException failure = Objects.requireNonNull(catchThrowableOfType(StatusRuntimeException.class,
                    () -> ClientCalls.blockingUnaryCall(client.channel(), GrpcService.method(UNARY),
                            CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS), "x")));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            cancelled.await();
            assertThat(Objects.requireNonNull(leftMillis.poll())).isLessThanOrEqualTo(300);
        }
    }

    @Test
    void theConfiguredTimeHoldsForClientsThatWaitLonger() {
        try (var service = GrpcService.start(UNARY, ServerCalls.asyncUnaryCall((_, _) -> {}));
                var gateway = gatewayTo(service.url(), "", ", timeouts: { total: 200ms }");
                var client = new GrpcService.Client(gateway.port())) {
            StatusRuntimeException failure = Objects.requireNonNull(catchThrowableOfType(StatusRuntimeException.class,
                    () -> ClientCalls.blockingUnaryCall(client.channel(), GrpcService.method(UNARY),
                            CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.HOURS), "x")));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            // The service was told the shorter time, so either of the two may be the first to say so.
            assertThat(failure.getStatus().getDescription()).isNotEmpty();
        }
    }

    // ---- what the gateway refuses

    @Test
    void anUnknownMethodIsUnimplemented() {
        try (var gateway = TestGateway.start(transport, "routes: [{ path: /, answer: health }]");
                var client = new GrpcService.Client(gateway.port())) {
            assertFailure(failure(client), Status.Code.UNIMPLEMENTED, "Not found", "not-found");
        }
    }

    @Test
    void aServiceThatIsNotThereIsUnavailable() {
        try (var dead = DeadPort.refusing();
                var gateway = gatewayTo("http://127.0.0.1:" + dead.port());
                var client = new GrpcService.Client(gateway.port())) {
            assertFailure(failure(client), Status.Code.UNAVAILABLE, "The service refused the connection",
                    "connect-refused");
        }
    }

    @Test
    void beyondTheLimitResourcesAreExhausted() {
        try (var service = GrpcService.start(UNARY, GREETING);
                var gateway = gatewayTo(service.url(), "", ", policies: [{ rate-limit: { limit: 2/h } }]");
                var client = new GrpcService.Client(gateway.port())) {
            client.ask("1");
            client.ask("2");
            StatusRuntimeException failure = failure(client);
            assertFailure(failure, Status.Code.RESOURCE_EXHAUSTED, "Rate limit exceeded", "rate-limited");
            Metadata told = Objects.requireNonNull(failure.getTrailers());
            assertThat(told.get(RETRY_AFTER)).matches("[0-9]+");
            assertThat(told.get(text("ratelimit-policy"))).isEqualTo("\"default\";q=2;w=3600");
            assertThat(told.get(text("x-ratelimit-remaining"))).isEqualTo("0");
        }
    }

    @Test
    void aCallWithoutAGoodTokenIsUnauthenticated() {
        String token = ", policies: [{ bearer-token: { algorithms: [HS256], secret: \"${SECRET}\" } }]";
        try (var service = GrpcService.start(UNARY, GREETING);
                var gateway = gatewayTo(service.url(), "", token);
                var client = new GrpcService.Client(gateway.port())) {
            assertFailure(failure(client), Status.Code.UNAUTHENTICATED, "Missing Bearer token", "token-missing");
            assertFailure(failure(client, "Bearer x"), Status.Code.UNAUTHENTICATED, "Invalid or expired token",
                    "token-invalid");
            assertThat(ClientCalls.blockingUnaryCall(
                    ClientInterceptors.intercept(client.channel(), authorized("Bearer " + Tokens.good())),
                    GrpcService.method(UNARY), CallOptions.DEFAULT, "x")).isEqualTo("hello x");
        }
    }

    private static ClientInterceptor authorized(String authorization) {
        Metadata fields = new Metadata();
        fields.put(text("authorization"), authorization);
        return MetadataUtils.newAttachHeadersInterceptor(fields);
    }

    private static StatusRuntimeException failure(GrpcService.Client client, String authorization) {
        return Objects.requireNonNull(catchThrowableOfType(StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(
                        ClientInterceptors.intercept(client.channel(), authorized(authorization)),
                        GrpcService.method(UNARY), CallOptions.DEFAULT, "x")));
    }

    @Test
    void aBodyThatIsTooLargeExhaustsResources() {
        try (var service = GrpcService.start(UNARY, GREETING);
                var gateway = gatewayTo(service.url(), "", ", limits: { body: 1KiB }");
                var client = new GrpcService.Client(gateway.port())) {
            StatusRuntimeException failure = Objects.requireNonNull(catchThrowableOfType(StatusRuntimeException.class,
                    () -> client.ask("x".repeat(2000))));
            assertFailure(failure, Status.Code.RESOURCE_EXHAUSTED, "The request body is too large",
                    "request-body-too-large");
        }
    }

    // ---- the circuit breaker

    private static final String BREAKER = ", circuit-breaker: { failures: 2, open-for: 1h }";

    @Test
    void failuresOfTheServiceOpenItsCircuit() {
        for (Status failing : List.of(Status.UNAVAILABLE, Status.INTERNAL, Status.DEADLINE_EXCEEDED)) {
            try (var service = GrpcService.start(UNARY, failing(failing));
                    var gateway = gatewayTo(service.url(), BREAKER, "");
                    var client = new GrpcService.Client(gateway.port())) {
                failure(client);
                assertThat(failure(client).getStatus().getCode()).isEqualTo(failing.getCode());
                StatusRuntimeException refused = failure(client);
                assertFailure(refused, Status.Code.UNAVAILABLE, "Service service unavailable", "circuit-open");
                assertThat(Objects.requireNonNull(refused.getTrailers()).get(RETRY_AFTER)).isEqualTo("3600");
            }
        }
    }

    @Test
    void failuresBehindMessagesCountToo() {
        try (var service = GrpcService.start(SERVER_STREAMING, ServerCalls.asyncServerStreamingCall((_, answer) -> {
            answer.onNext("x");
            answer.onError(Status.INTERNAL.asRuntimeException());
        })); var gateway = gatewayTo(service.url(), BREAKER, ""); var client = new GrpcService.Client(gateway.port())) {
            List<String> descriptions = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Iterator<String> answers = ClientCalls.blockingServerStreamingCall(client.channel(),
                        GrpcService.method(SERVER_STREAMING), CallOptions.DEFAULT, "m");
                StatusRuntimeException failure = Objects.requireNonNull(catchThrowableOfType(
                        StatusRuntimeException.class, () -> answers.forEachRemaining(_ -> {})));
                descriptions.add(failure.getStatus().getCode() + " " + failure.getStatus().getDescription());
            }
            assertThat(descriptions).containsExactly("INTERNAL null", "INTERNAL null",
                    "UNAVAILABLE Service service unavailable");
        }
    }

    @Test
    void whatACallerDidWrongOpensNothing() {
        for (Status failing : List.of(Status.NOT_FOUND, Status.INVALID_ARGUMENT, Status.UNKNOWN, Status.CANCELLED,
                Status.RESOURCE_EXHAUSTED, Status.UNAUTHENTICATED)) {
            try (var service = GrpcService.start(UNARY, failing(failing));
                    var gateway = gatewayTo(service.url(), BREAKER, "");
                    var client = new GrpcService.Client(gateway.port())) {
                for (int i = 0; i < 3; i++) {
                    assertThat(failure(client).getStatus().getCode()).isEqualTo(failing.getCode());
                }
            }
        }
    }

    @Test
    void deadlinesThatClientsMakeTooShortOpenNothing() {
        try (var service = GrpcService.start(UNARY, ServerCalls.asyncUnaryCall((request, answer) -> {
            if (!request.equals("slow")) {
                answer.onNext("ok");
                answer.onCompleted();
            }
        })); var gateway = gatewayTo(service.url(), BREAKER, ""); var client = new GrpcService.Client(gateway.port())) {
            for (int i = 0; i < 4; i++) {
                StatusRuntimeException failure = Objects.requireNonNull(
                        catchThrowableOfType(StatusRuntimeException.class, () -> ClientCalls.blockingUnaryCall(
                                client.channel(), GrpcService.method(UNARY),
                                CallOptions.DEFAULT.withDeadlineAfter(50, TimeUnit.MILLISECONDS), "slow")));
                assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            }
            assertThat(client.ask("x")).isEqualTo("ok");
        }
    }

    // ---- the access log

    @Test
    void theAccessLogHasTheStatus(@TempDir Path directory) throws IOException {
        Path log = directory.resolve("access.log");
        try (var service = GrpcService.start(UNARY, failing(Status.NOT_FOUND));
                var gateway = TestGateway.start(transport, """
                        upstreams: { service: { endpoints: ["%s"], protocol: h2c } }
                        policies: [{ access-log: { to: %s } }]
                        routes: [{ path: "/play.Service/{method}", methods: [POST], to: service,
                          policies: [{ rate-limit: { limit: 1/h } }] }]
                        """.formatted(service.url(), log));
                var client = new GrpcService.Client(gateway.port())) {
            failure(client);
            failure(client);
        }
        List<String> lines = Files.readAllLines(log);
        Collections.sort(lines);
        assertThat(lines.get(0)).contains("\"status\":200,\"grpc_status\":5,\"outcome\":\"served\"");
        assertThat(lines.get(1)).contains("\"status\":200,\"grpc_status\":8,\"outcome\":\"failed\"")
                .contains("\"reason\":\"rate-limited\"");
    }

    // ---- the example

    @Test
    void theExampleDoesWhatItSays() throws IOException {
        String example = Files.readString(Path.of("..", "examples", "grpc.yaml"));
        try (var service = GrpcService.startAs("helloworld.Greeter", "SayHello", GREETING);
                var gateway = TestGateway.start(transport, example.replace("${PORT:-8000}", "0")
                        .replace("${GREETER_URL:-http://127.0.0.1:50051}", service.url())
                        .replace("${API_SECRET}", "${SECRET}"));
                var client = new GrpcService.Client(gateway.port())) {
            var sayHello = GrpcService.method("helloworld.Greeter", "SayHello", UNARY);
            var authorized = ClientInterceptors.intercept(client.channel(), authorized("Bearer " + Tokens.good()));
            assertThat(ClientCalls.blockingUnaryCall(authorized, sayHello, CallOptions.DEFAULT, "Ann"))
                    .isEqualTo("hello Ann");
            assertThat(failure(client.channel(), sayHello).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(failure(authorized, GrpcService.method("helloworld.Greeter", "SayBye", UNARY)).getCode())
                    .isEqualTo(Status.Code.UNIMPLEMENTED);
            Status last = Status.OK;
            for (int i = 0; i < 200 && last.getCode() != Status.Code.RESOURCE_EXHAUSTED; i++) {
                last = failure(client.channel(), sayHello);
            }
            assertThat(last.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        }
    }

    private static Status failure(Channel channel, MethodDescriptor<String, String> method) {
        return Objects.requireNonNull(catchThrowableOfType(StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, "x"))).getStatus();
    }

    /** Hears nothing. */
    private static final class Ignoring implements StreamObserver<String> {
        @Override
        public void onNext(String message) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }

    /** Gives each message back. */
    private static class Echo implements StreamObserver<String> {
        private final StreamObserver<String> answer;

        Echo(StreamObserver<String> answer) {
            this.answer = answer;
        }

        @Override
        public void onNext(String message) {
            answer.onNext(message);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
            answer.onCompleted();
        }
    }

    /** Gives all messages as one. */
    private static final class Joining extends Echo {
        private final StringBuilder joined = new StringBuilder();
        private final StreamObserver<String> answer;

        Joining(StreamObserver<String> answer) {
            super(answer);
            this.answer = answer;
        }

        @Override
        public void onNext(String message) {
            joined.append(message);
        }

        @Override
        public void onCompleted() {
            answer.onNext(joined.toString());
            answer.onCompleted();
        }
    }
}
