package dev.ponticello.answer;

import dev.ponticello.config.AnswerConfig;
import dev.ponticello.exchange.BuiltInAnswer;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Exchange;
import dev.ponticello.exchange.Rejection;
import dev.ponticello.exchange.Response;
import dev.ponticello.http.HeaderName;
import dev.ponticello.identity.Claims;
import dev.ponticello.identity.HmacSecret;
import dev.ponticello.identity.JwsAlgorithm;
import dev.ponticello.identity.StrictJson;
import dev.ponticello.identity.TokenIssuer;
import dev.ponticello.identity.TokenVerifier;
import dev.ponticello.outcome.FailureKind;
import org.jspecify.annotations.Nullable;

/**
 * The answer {@code token-issuer}: a token for whoever asks, in the role that he names. For demonstrations only.
 *
 * <pre>{"user_id":"1","role":"admin"}  ─►  {"token":"…","expires_in":3600}</pre>
 *
 * <p>Both members are optional ({@code anonymous}, {@code user}), others are not looked at as long as they are texts, an empty body counts as
 * {@code {}}, and the content type is not looked at.
 *
 * <table>
 * <caption>What is refused</caption>
 * <tr><td>a body over 16 KiB</td><td>413</td></tr>
 * <tr><td>anything but one JSON object in UTF-8, without two members of one name</td><td>400</td></tr>
 * <tr><td>a member that is no string</td><td>400</td></tr>
 * <tr><td>what would make a token over 16 KiB, the most that {@code bearer-token} takes</td><td>400</td></tr>
 * </table>
 *
 * <p>Threads: immutable, shared by all loops.
 */
public final class TokenIssuerAnswer implements BuiltInAnswer {
    private static final int MOST_BYTES = 16 * 1024;
    private static final Decision NO_OBJECT = refuse("The request body is not a JSON object");
    private static final Decision NO_STRING = refuse("A member of the request body is not a string");
    private static final Decision TOO_LARGE = refuse(
            "The token would have more than 16 KiB, which bearer-token does not take");

    private final TokenIssuer issuer;

    /**
     * The issuer for a config.
     *
     * @throws IllegalArgumentException if the secret is too short for the algorithm
     */
    public TokenIssuerAnswer(AnswerConfig.TokenIssuer config) {
        this.issuer = new TokenIssuer(new HmacSecret(config.secret().bytes()),
                JwsAlgorithm.valueOf(config.algorithm().name()), config.expiresIn());
    }

    private static Decision refuse(String sentence) {
        return Decision.reject(Rejection.of(FailureKind.ANSWER_REFUSED).saying(sentence));
    }

    @Override
    public int bodyLimit() {
        return MOST_BYTES;
    }

    @Override
    public Decision answer(Exchange exchange, byte[] body) {
        if (body.length == 0) {
            return issue(exchange, null, null);
        }
        Claims members = StrictJson.read(body);
        if (members == null) {
            return NO_OBJECT;
        }
        for (String name : members.names()) {
            if (members.string(name) == null) {
                return NO_STRING;
            }
        }
        return issue(exchange, members.string("user_id"), members.string("role"));
    }

    private Decision issue(Exchange exchange, @Nullable String user, @Nullable String role) {
        String token = issuer.issue(user == null ? "anonymous" : user, role == null ? "user" : role,
                exchange.loop().clock().wallMillis());
        if (token.length() > TokenVerifier.MAX_TOKEN_BYTES) {
            return TOO_LARGE;
        }
        return Decision.respond(Response.of(200, "application/json", Json.write(json -> {
            json.writeStartObject();
            json.writeStringProperty("token", token);
            json.writeNumberProperty("expires_in", issuer.expiresInSeconds());
            json.writeEndObject();
        })).with(HeaderName.CACHE_CONTROL, "no-store"));
    }
}
