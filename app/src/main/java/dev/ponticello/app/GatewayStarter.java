package dev.ponticello.app;

import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Problems;
import java.util.List;

/** What the command line needs of the gateway itself. */
interface GatewayStarter {

    /** Compiles without binding anything, and adds what only compiling can find; if there are errors already, what it can find nevertheless. */
    void compile(GatewayConfig config, Problems problems);

    /** Compiles, binds the listeners and serves. */
    StartedGateway start(GatewayConfig config) throws StartFailure;

    /** A gateway that serves. */
    interface StartedGateway {

        /** The word of the transport in use: {@code io_uring}, {@code epoll} or {@code nio}. */
        String transport();

        /** The addresses that were bound, with their real ports, in written order. */
        List<String> listeners();

        /** Serves another config, unless that adds errors to the problems: then nothing changes. */
        void reload(GatewayConfig config, Problems problems);

        /** Takes no more, lets what runs end, closes. Returns whether everything ended on its own. */
        boolean drain() throws InterruptedException;

        /** Ends at once, also a drain that is under way: what runs is cut, and logged. */
        void end();
    }

    /** The gateway could not start, though its config is right: an address in use, a right that is missing. */
    final class StartFailure extends Exception {

        StartFailure(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
