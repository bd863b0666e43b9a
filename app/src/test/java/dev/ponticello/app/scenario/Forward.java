package dev.ponticello.app.scenario;

import dev.ponticello.testing.ScriptedEndpoint;

/** The YAML of a gateway that forwards everything to one endpoint. */
final class Forward {
    private Forward() {}

    static String allTo(ScriptedEndpoint endpoint) {
        return allTo(endpoint, "", "");
    }

    /**
     * The same with settings in flow style, each empty or with a comma in front.
     *
     * @param listener such as {@code , timeouts: { keep-alive: 1s }}
     * @param upstream such as {@code , timeouts: { response: 1s }}
     */
    static String allTo(ScriptedEndpoint endpoint, String listener, String upstream) {
        return """
                listeners: [{ address: "127.0.0.1:0"%s }]
                upstreams:
                  users: { endpoints: ["%s"]%s }
                routes:
                  - { path: /**, to: users }
                """.formatted(listener, endpoint.url(), upstream);
    }
}
