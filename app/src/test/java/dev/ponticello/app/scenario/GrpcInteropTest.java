package dev.ponticello.app.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig.Transport;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import io.grpc.testing.integration.TestServiceImpl;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases by which implementations of gRPC prove that they understand each other, with the gateway between client and service. */
class GrpcInteropTest {
    private static final int MOST_BYTES = 16 << 20;
    /** They look into a service of the same client's making. */
    private static final Set<String> OWN_SERVICE = Set.of("sendsTimeoutHeader", "censusContextsPropagated");

    private static final ScheduledExecutorService THREADS = Executors.newScheduledThreadPool(2);

    @SuppressWarnings("NullAway.Init")
    private static Server service;

    @SuppressWarnings("NullAway.Init")
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        service = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .maxInboundMessageSize(MOST_BYTES)
                .addService(ServerInterceptors.intercept(new TestServiceImpl(THREADS), TestServiceImpl.interceptors()))
                .build().start();
        gateway = TestGateway.start(Transport.AUTO, """
                upstreams: { service: { endpoints: ["http://127.0.0.1:%d"], protocol: h2c } }
                policies: [compression]
                routes: [{ path: "/grpc.testing.TestService/{method}", methods: [POST], to: service }]
                """.formatted(service.getPort()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        service.shutdownNow();
        THREADS.shutdownNow();
    }

    static Stream<String> cases() {
        return Arrays.stream(AbstractInteropTest.class.getMethods())
                .filter(method -> method.getAnnotation(org.junit.Test.class) != null).map(Method::getName)
                .filter(name -> !OWN_SERVICE.contains(name)).sorted();
    }

    @Test
    void thereAreCases() {
        assertThat(cases()).contains("emptyUnary", "largeUnary", "clientStreaming", "serverStreaming", "pingPong",
                "cancelAfterBegin", "statusCodeAndMessage", "unimplementedService").hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void passes(String name) throws Exception {
        Client client = new Client(gateway.port());
        try {
            client.setUp();
            AbstractInteropTest.class.getMethod(name).invoke(client);
        } finally {
            client.tearDown();
        }
    }

    private static final class Client extends AbstractInteropTest {
        private final int port;

        Client(int port) {
            this.port = port;
        }

        @Override
        protected ManagedChannelBuilder<?> createChannelBuilder() {
            return NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .usePlaintext().maxInboundMessageSize(MOST_BYTES);
        }

        @Override
        protected boolean metricsExpected() {
            return false;
        }
    }
}
