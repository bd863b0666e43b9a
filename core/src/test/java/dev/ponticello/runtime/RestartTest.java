package dev.ponticello.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.ListenerAddress;
import dev.ponticello.config.ListenerConfig;
import dev.ponticello.config.Problems;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartTest {
    private static final GatewayConfig SERVED = listening("127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:8000");

    private final Problems problems = new Problems();

    private static GatewayConfig listening(String... addresses) {
        return GatewayConfig.DEFAULTS.withListeners(Arrays.stream(addresses).map(RestartTest::on).toList());
    }

    private static ListenerConfig on(String address) {
        return ListenerConfig.on(ListenerAddress.parse(address));
    }

    @Test
    void isNotNeededForListenersInAnotherOrder() {
        ListenerConfig first = on("127.0.0.1:8000").withEncodedSlash(ListenerConfig.EncodedSlash.KEEP);
        ListenerConfig second = on("127.0.0.1:0").withPathParameters(ListenerConfig.PathParameters.ALLOW);
        ListenerConfig third = on("127.0.0.1:0");
        GatewayConfig config = SERVED.withListeners(List.of(first, second, third));
        assertThat(Restart.fit(config, SERVED, problems).listeners()).containsExactly(second, third, first);
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void isNeededForEveryAddressThatIsNewOrMissing() {
        Restart.fit(listening("127.0.0.1:0", "127.0.0.1:8001", "[::1]:8000"), SERVED, problems);
        assertThat(problems).hasToString("""
                listeners: 127.0.0.1:0 is missing (expected: the addresses of the start); needs a restart
                listeners: 127.0.0.1:8000 is missing (expected: the addresses of the start); needs a restart
                listeners[1].address: 127.0.0.1:8001 is new (expected: the addresses of the start); needs a restart
                listeners[2].address: [::1]:8000 is new (expected: the addresses of the start); needs a restart
                """);
    }

    @Test
    void isNeededForTransportAndLoops() {
        Restart.fit(SERVED.withTransport(GatewayConfig.Transport.IO_URING).withLoops(3), SERVED, problems);
        assertThat(problems).hasToString("""
                transport: io_uring (expected: auto, as at the start); needs a restart
                loops: 3 (expected: auto, as at the start); needs a restart
                """);
    }
}
