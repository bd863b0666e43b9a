package dev.ponticello.config;

import dev.ponticello.routing.PathPattern;
import dev.ponticello.routing.PathRewrite;
import dev.ponticello.routing.PatternException;

/** Another path than the client's, under which a request is forwarded. */
@SuppressWarnings("exports") // for the gateway itself
public sealed interface RewriteConfig {

    /**
     * The same, as it is for a route with this whole path.
     *
     * @throws PatternException if it cannot be for that path
     */
    PathRewrite of(PathPattern pattern);

    /**
     * A whole path.
     *
     * @param path with what the route's pattern captured: {@code /users/{id}}, {@code /{**}}
     */
    record Path(String path) implements RewriteConfig {

        public Path {
            Checks.template("path", path);
        }

        @Override
        public PathRewrite of(PathPattern pattern) {
            return PathRewrite.toPath(path, pattern);
        }
    }

    /**
     * A prefix in place of what stands before {@code **} in the route's path; what matched {@code **} is kept.
     *
     * @param prefix {@code /v2}, or {@code /} for none
     */
    record Prefix(String prefix) implements RewriteConfig {

        public Prefix {
            Checks.template("prefix", prefix);
        }

        @Override
        public PathRewrite of(PathPattern pattern) {
            return PathRewrite.toPrefix(prefix, pattern);
        }
    }
}
