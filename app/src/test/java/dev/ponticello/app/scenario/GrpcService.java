package dev.ponticello.app.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A service of grpc-java on a socket of its own, with one method, whose messages are texts. */
final class GrpcService implements AutoCloseable {
    static final int MOST_BYTES = 64 << 20;
    private static final String NAME = "play.Service";

    private final Server server;

    private GrpcService(Server server) {
        this.server = server;
    }

    /** Serves the method of a type. */
    static GrpcService start(MethodType type, ServerCallHandler<String, String> handler,
            ServerInterceptor... interceptors) {
        return start(NAME, method(type), handler, interceptors);
    }

    /** Serves a method that takes one message and gives one, by other names. */
    static GrpcService startAs(String service, String method, ServerCallHandler<String, String> handler) {
        return start(service, method(service, method, MethodType.UNARY), handler);
    }

    private static GrpcService start(String name, MethodDescriptor<String, String> method,
            ServerCallHandler<String, String> handler, ServerInterceptor... interceptors) {
        BindableService service = () -> ServerServiceDefinition.builder(name).addMethod(method, handler).build();
        try {
            return new GrpcService(NettyServerBuilder.forAddress(loopback(0)).maxInboundMessageSize(MOST_BYTES)
                    .addService(ServerInterceptors.intercept(service, interceptors)).build().start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static MethodDescriptor<String, String> method(MethodType type) {
        return method(NAME, type.name(), type);
    }

    static MethodDescriptor<String, String> method(String service, String method, MethodType type) {
        return MethodDescriptor.newBuilder(new Texts(), new Texts()).setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, method)).build();
    }

    String url() {
        return "http://127.0.0.1:" + server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    /** A client of grpc-java with one connection. */
    static final class Client implements AutoCloseable {
        private final ManagedChannel channel;

        Client(int port) {
            channel = NettyChannelBuilder.forAddress(loopback(port)).usePlaintext().maxInboundMessageSize(MOST_BYTES)
                    .build();
        }

        Channel channel() {
            return channel;
        }

        /** Calls a method that takes one message and gives one. */
        String ask(String request) {
            return ClientCalls.blockingUnaryCall(channel, method(MethodType.UNARY), CallOptions.DEFAULT, request);
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }

    private static final class Texts implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String text) {
            return new ByteArrayInputStream(text.getBytes(UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
