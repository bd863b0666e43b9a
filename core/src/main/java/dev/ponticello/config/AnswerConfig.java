package dev.ponticello.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** What the gateway itself answers on a route. */
public sealed interface AnswerConfig extends TargetConfig {

    /** The name by which config calls this kind of answer: {@code token-issuer}. */
    String type();

    /** One of own code. The config only carries it; {@code dev.ponticello.exchange.OwnAnswer} holds the handler. */
    non-sealed interface Own extends AnswerConfig {}

    /** The state of the circuits; 200 even while one is open. */
    record Health() implements AnswerConfig {

        @Override
        public String type() {
            return "health";
        }
    }

    /** The list of the gateway's routes. */
    record Index() implements AnswerConfig {

        @Override
        public String type() {
            return "index";
        }
    }

    /**
     * Tokens for whoever asks, in the role that he asks for: a demo issuer.
     *
     * @param algorithm one of the HMAC algorithms; default HS256
     * @param expiresIn the life of a token, in whole seconds; default 1h
     */
    record TokenIssuer(Secret secret, TokenAlgorithm algorithm, Duration expiresIn) implements AnswerConfig {

        public TokenIssuer {
            if (!algorithm.isHmac()) {
                throw new InvalidValue("algorithm", Texts.quoted(algorithm.name()), Words.anyOf(TokenAlgorithm.hmac()));
            }
            Checks.atLeast("expires-in", expiresIn, Duration.ofSeconds(1));
        }

        /** An issuer with every default. */
        public static TokenIssuer of(Secret secret) {
            return new TokenIssuer(secret, TokenAlgorithm.HS256, Duration.ofHours(1));
        }

        @Override
        public String type() {
            return "token-issuer";
        }
    }

    /**
     * A fixed answer.
     *
     * @param status a final one, 200 to 599; default 200
     * @param headers default none
     * @param body its UTF-8 bytes are sent; default empty
     */
    record Respond(int status, SequencedMap<String, String> headers, String body) implements AnswerConfig {

        public static final Respond DEFAULTS = new Respond(200, Checks.copy(Map.of()), "");

        public Respond {
            Checks.between("status", status, 200, 599);
            headers = Checks.fields("headers", headers);
            if (!body.isEmpty() && (status == 204 || status == 205 || status == 304)) {
                throw new InvalidValue("body", Texts.quoted(body), "none with status " + status);
            }
        }

        @Override
        public String type() {
            return "respond";
        }
    }

    /**
     * Another URL (RFC 9110 §15.4).
     *
     * @param to a path, or an {@code http} or {@code https} URL; with what the route's pattern captured in its path. The
     *        query of the request is carried on unless it has one
     * @param status 301, 302, 303, 307 or 308; default 308
     */
    record Redirect(String to, int status) implements AnswerConfig {

        private static final List<Integer> STATUSES = List.of(301, 302, 303, 307, 308);

        public Redirect {
            RedirectTarget.parse(to);
            if (!STATUSES.contains(status)) {
                throw new InvalidValue("status", Integer.toString(status), "301, 302, 303, 307 or 308");
            }
        }

        /** A redirect with every default. */
        public static Redirect to(String to) {
            return new Redirect(to, 308);
        }

        /** Where it leads, in parts. */
        public RedirectTarget target() {
            return RedirectTarget.parse(to);
        }

        @Override
        public String type() {
            return "redirect";
        }
    }
}
