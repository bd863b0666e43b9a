package dev.ponticello.bench.compare;

import java.util.List;

/** A row of the comparison: what the gateways do, and what is asked of them. */
enum Row {
    PLAIN("plain", "plain forward", Setup.PLAIN, Load.GET, 64),
    DOWN("down", "1 MiB down", Setup.BODIES, Load.DOWN, 16),
    UP("up", "1 MiB up", Setup.BODIES, Load.UP, 16),
    POLICIES("policies", "policies: limit + token + breaker", Setup.POLICIES, Load.GET, 64),
    MANY("many", "policies, 10,000 tokens × 10,000 addresses", Setup.POLICIES, Load.MANY, 64),
    CLOSE("close", "policies, a new connection for each request", Setup.POLICIES, Load.CLOSE, 64),
    HALF("half", "policies, half of the full load", Setup.POLICIES, Load.PACED, 64),
    LOOPS("loops", "policies, half of the full load, 1 and 2 loops", Setup.POLICIES, Load.PACED, 64),
    C10("c10", "policies, 10 connections", Setup.POLICIES, Load.GET, 10),
    C100("c100", "policies, 100 connections", Setup.POLICIES, Load.GET, 100),
    C1000("c1000", "policies, 1,000 connections", Setup.POLICIES, Load.GET, 1000),
    C5000("c5000", "policies, 5,000 connections", Setup.POLICIES, Load.GET, 5000),
    LOG("log", "policies + log + CORS, small answers", Setup.FULL, Load.GET, 64),
    FULL("full", "policies + log + CORS + gzip, 64 KiB JSON", Setup.FULL, Load.LIST, 64);

    /** What is sent. */
    enum Load {
        GET("/api/users"),
        MANY("/api/users"),
        CLOSE("/api/users"),
        /** At a fixed rate. */
        PACED("/api/users"),
        LIST("/api/list"),
        DOWN("/api/mib"),
        UP("/api/upload");

        final String path;

        Load(String path) {
            this.path = path;
        }
    }

    final String key;
    final String title;
    final Setup setup;
    final Load load;
    final int connections;

    Row(String key, String title, Setup setup, Load load, int connections) {
        this.key = key;
        this.title = title;
        this.setup = setup;
        this.load = load;
        this.connections = connections;
    }

    int rounds() {
        return this == PLAIN || this == POLICIES || this == FULL ? 5 : 3;
    }

    /** With how many loops each gateway takes part. */
    List<Integer> loops() {
        return this == LOOPS ? List.of(1, 2) : List.of(1);
    }
}
