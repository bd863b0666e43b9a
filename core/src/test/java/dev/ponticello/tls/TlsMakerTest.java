package dev.ponticello.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.ListenerTls;
import dev.ponticello.config.Problems;
import dev.ponticello.config.UpstreamTls;
import dev.ponticello.loop.Chance;
import dev.ponticello.loop.Clock;
import dev.ponticello.testing.Certificates;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both libraries, against each other, without sockets. */
class TlsMakerTest {
    private static final List<String> PROTOCOLS = List.of("http/1.1");

    @TempDir
    Path folder = Path.of("");

    private final Problems problems = new Problems();

    private ListenerTls listener(Certificates certificates) {
        Path certificate = certificates.write("a", certificates.issue("a.example"));
        return ListenerTls.of(certificate, folder.resolve("a-key.pem"));
    }

    private static TlsMaker maker(SslProvider provider) {
        return new TlsMaker(Clock.SYSTEM, Chance.SECURE, () -> provider);
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = {"OPENSSL_REFCNT", "JDK"})
    void eachLibraryServesTheOther(SslProvider provider) {
        Certificates certificates = new Certificates(folder);
        ServerTls server = Objects.requireNonNull(
                maker(provider).server("here", listener(certificates), PROTOCOLS, null, "tls", problems));
        for (SslProvider clients : new SslProvider[]{SslProvider.OPENSSL_REFCNT, SslProvider.JDK}) {
            ClientTls client = Objects.requireNonNull(maker(clients).client("there",
                    UpstreamTls.DEFAULTS.withCa(certificates.writeCa()).withServerName("a.example"), List.of(), null,
                    "tls",
                    problems));
            Pair pair = new Pair(server, client);
            pair.run();
            assertThat(pair.name).isEqualTo("a.example");
            pair.client.writeOutbound(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
            pair.run();
            assertThat(pair.read).isEqualTo("hello");
            pair.close();
            client.close();
        }
        server.close();
        assertThat(problems.isEmpty()).isTrue();
    }

    /** A client and a server, each the other's wire. */
    private static final class Pair implements ClientHello.Listener {
        private final EmbeddedChannel client;
        private final EmbeddedChannel server;
        private @Nullable String name;
        private String read = "";

        Pair(ServerTls tls, ClientTls to) {
            server = new EmbeddedChannel(new ClientHello(tls, this), new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    ByteBuf data = (ByteBuf) message;
                    read += data.toString(StandardCharsets.US_ASCII);
                    data.release();
                }
            });
            client = new EmbeddedChannel(to.newHandler(UnpooledByteBufAllocator.DEFAULT, "192.0.2.1", 443));
        }

        @Override
        public void onChosen(ServerContext context, @Nullable String asked, TlsHandler handler) {
            name = asked;
        }

        /** Carries bytes until there are none. */
        void run() {
            while (move(client, server) || move(server, client)) {
                // until there is nothing on the wire
            }
        }

        private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
            ByteBuf bytes = from.readOutbound();
            if (bytes == null) {
                return false;
            }
            to.writeInbound(bytes);
            return true;
        }

        void close() {
            client.close();
            while (move(client, server)) {
                // the end of TLS
            }
            assertThat(server.isOpen()).as("the end of TLS is the end").isFalse();
            server.finishAndReleaseAll();
            client.finishAndReleaseAll();
        }
    }

    @Test
    void whatHasNotChangedIsTakenOver() {
        Certificates certificates = new Certificates(folder);
        ListenerTls config = listener(certificates);
        TlsMaker maker = maker(Contexts.provider());
        ServerTls first = Objects.requireNonNull(maker.server("here", config, PROTOCOLS, null, "tls", problems));
        assertThat(maker.server("here", config, PROTOCOLS, first, "tls", problems)).isSameAs(first);
        assertThat(first.haveFilesChanged()).isFalse();
        certificates.write("a", certificates.issue("a.example"));
        assertThat(first.haveFilesChanged()).isTrue();
        ServerTls second = Objects.requireNonNull(maker.server("here", config, PROTOCOLS, first, "tls", problems));
        assertThat(second).isNotSameAs(first);
        ServerTls third = Objects.requireNonNull(
                maker.server("here", config.withCertificates(config.all()), PROTOCOLS, second, "tls", problems));
        assertThat(third).isNotSameAs(second);
        List.of(first, second, third).forEach(Tls::close);
    }

    @Test
    void keysOfTicketsTurnOver() {
        TicketKeys keys = new TicketKeys(Chance.SECURE, 0);
        var first = keys.keys();
        assertThat(first).hasSize(1);
        assertThat(keys.rotate(TimeUnit.HOURS.toNanos(12) - 1)).isFalse();
        assertThat(keys.rotate(TimeUnit.HOURS.toNanos(12))).isTrue();
        var second = keys.keys();
        assertThat(second).hasSize(2).endsWith(first[0]);
        assertThat(keys.rotate(TimeUnit.HOURS.toNanos(13))).isFalse();
        assertThat(keys.rotate(TimeUnit.HOURS.toNanos(24))).isTrue();
        assertThat(keys.keys()).hasSize(2).endsWith(second[0]).doesNotContain(first[0]);
        assertThat(Arrays.equals(second[0].aesKey(), first[0].aesKey())).isFalse();
    }
}
