package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.Gateway;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Configs as large as a config may be. */
class ManyRoutesTest {

    @Test
    void workGrowsAsTheConfigDoes() {
        load(100);
        long some = load(1_000);
        long many = load(10_000);
        // Whatever looks at pairs of routes, or of routes and groups, would be a hundred times as much.
        assertThat(many).isLessThan(20 * some);
    }

    /** Reads, checks and compiles so many routes, a tenth of which stand in groups of their own; how many bytes that took. */
    private static long load(int routes) {
        String yaml = yaml(routes);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(Gateway.check(Configs.good(yaml, Map.of())).isEmpty()).isTrue();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static String yaml(int routes) {
        StringBuilder yaml = new StringBuilder("""
                listeners: [{ address: "127.0.0.1:0" }]
                upstreams: { users: { endpoints: [http://10.0.0.1] } }
                policies: [request-id]
                routes:
                """);
        for (int i = 0; i < routes - routes / 10; i++) {
            yaml.append("  - { path: \"/service-").append(i % 100).append("/v").append(i)
                    .append("/{id}\", methods: [GET, POST], to: users }\n");
        }
        yaml.append("groups:\n");
        for (int i = 0; i < routes / 10; i++) {
            yaml.append("  - { path: /group-").append(i)
                    .append(", policies: [compression], routes: [{ path: /**, to: users }] }\n");
        }
        return yaml.toString();
    }
}
