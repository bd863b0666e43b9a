package dev.ponticello.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.concurrent.CompletableFuture;

/** Connections that were answered one request each, and then stay. On one loop. */
final class IdleLoad implements AnswerReader.Listener {
    private static final int MOST_AT_ONCE = 32;

    private final Connections connections;
    private final int count;
    private final ByteBuf request;
    private final CompletableFuture<Void> open = new CompletableFuture<>();
    private int begun;
    private int answered;

    IdleLoad(Connections connections, int count, byte[] request) {
        this.connections = connections;
        this.count = count;
        this.request = Unpooled.unreleasableBuffer(Unpooled.directBuffer(request.length).writeBytes(request));
    }

    /** Complete when every connection was answered; it fails with the first that fails, also later. */
    CompletableFuture<Void> run() {
        connections.loop().execute(() -> {
            for (int i = 0; i < MOST_AT_ONCE; i++) {
                openNext();
            }
        });
        return open;
    }

    private void openNext() {
        if (begun < count) {
            begun++;
            connections.open(this);
        }
    }

    @Override
    public void connected(Channel channel) {
        channel.writeAndFlush(request.duplicate());
    }

    @Override
    public void answered(Channel channel, int status) {
        if (status != 200) {
            failed(new IllegalStateException("status: " + status + " (expected: 200)"));
        } else if (++answered == count) {
            open.complete(null);
        }
        openNext();
    }

    @Override
    public void failed(Throwable cause) {
        open.completeExceptionally(cause);
    }
}
