package dev.ponticello.runtime;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.tls.Tls;
import dev.ponticello.tls.TlsMaker;

/** Tells what is wrong in files of certificates when something else keeps a config from being compiled, so that all is told at once. */
final class TlsCheck {
    private TlsCheck() {}

    static void check(GatewayConfig config, TlsMaker maker, Problems problems) {
        RefusedPaths refused = new RefusedPaths(problems);
        TlsCompiler compiler = new TlsCompiler(maker, LiveState.none(), problems);
        config.upstreams().forEach((name, upstream) -> {
            if (!refused.contains("upstreams." + name + ".tls")) {
                compiler.client(name, upstream);
            }
        });
        for (int i = 0; i < config.listeners().size(); i++) {
            String path = "listeners[" + i + "].tls";
            if (!refused.contains(path)) {
                compiler.server(config.listeners().get(i), path);
            }
        }
        compiler.made().forEach(Tls::close);
    }
}
