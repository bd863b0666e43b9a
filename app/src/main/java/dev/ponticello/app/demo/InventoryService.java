package dev.ponticello.app.demo;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code examples/inventory.proto} with grpc-java, on a socket that listens already. */
final class InventoryService implements AutoCloseable {
    private static final String NAME = "ponticello.demo.Inventory";
    private static final List<InventoryItem> ITEMS = List.of(new InventoryItem("1", "Widget", 150),
            new InventoryItem("2", "Gadget", 75));

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Server server;

    InventoryService(ServerSocketChannel socket) throws IOException {
        server = NettyServerBuilder.forAddress(socket.getLocalAddress()).channelFactory(() -> new Listening(socket))
                .bossEventLoopGroup(loop).workerEventLoopGroup(loop).directExecutor()
                .addService(ServerServiceDefinition.builder(NAME)
                        .addMethod(method("Get", MethodType.UNARY), ServerCalls.asyncUnaryCall(InventoryService::get))
                        .addMethod(method("List", MethodType.SERVER_STREAMING),
                                ServerCalls.asyncServerStreamingCall(InventoryService::list))
                        .build())
                .build().start();
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes()).setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, name)).build();
    }

    private static void get(byte[] request, StreamObserver<byte[]> answer) {
        String id;
        try {
            id = InventoryItem.requestedId(request);
        } catch (RuntimeException e) {
            answer.onError(Status.INVALID_ARGUMENT.withDescription("Malformed message").asRuntimeException());
            return;
        }
        for (InventoryItem item : ITEMS) {
            if (item.id().equals(id)) {
                answer.onNext(item.message());
                answer.onCompleted();
                return;
            }
        }
        answer.onError(Status.NOT_FOUND.withDescription("Item not found").asRuntimeException());
    }

    private static void list(byte[] ignored, StreamObserver<byte[]> answer) {
        ITEMS.forEach(item -> answer.onNext(item.message()));
        answer.onCompleted();
    }

    /** Cuts what still runs. */
    @Override
    public void close() {
        server.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Messages as they are on the wire. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A socket that is bound already. */
    private static final class Listening extends NioServerSocketChannel {
        private boolean begun;

        Listening(ServerSocketChannel socket) {
            super(socket);
        }

        @Override
        protected void doBind(SocketAddress address) {
            begun = true;
        }

        @Override
        public boolean isActive() {
            return begun && super.isActive();
        }
    }
}
