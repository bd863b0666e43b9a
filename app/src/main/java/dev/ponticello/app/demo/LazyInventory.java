package dev.ponticello.app.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import org.jspecify.annotations.Nullable;

/** The socket of the service for the inventory. It listens from the start; grpc-java, which takes longer to load than the whole gateway, is loaded when the first client connects. */
final class LazyInventory implements AutoCloseable {
    private final ServerSocketChannel socket;
    private final Selector selector;
    private @Nullable InventoryService service;

    private LazyInventory(ServerSocketChannel socket, Selector selector) {
        this.socket = socket;
        this.selector = selector;
    }

    static LazyInventory start() throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.configureBlocking(false);
        LazyInventory inventory = new LazyInventory(socket, Selector.open());
        Thread.ofPlatform().daemon().name("inventory").start(inventory::serveAtFirstClient);
        return inventory;
    }

    int port() {
        return socket.socket().getLocalPort();
    }

    private void serveAtFirstClient() {
        try {
            SelectionKey key = socket.register(selector, SelectionKey.OP_ACCEPT);
            selector.select();
            key.cancel();
            serve();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void serve() throws IOException {
        if (selector.isOpen()) {
            selector.close();
            service = new InventoryService(socket);
        }
    }

    /** Cuts what still runs. */
    @Override
    public synchronized void close() {
        try {
            selector.close();
            if (service != null) {
                service.close();
            }
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
