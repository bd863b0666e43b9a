package dev.ponticello.identity;

import java.util.Locale;

/**
 * Why a token is refused. For logs and counters: the client learns only that the token is invalid or expired, so that
 * it cannot feel its way to a better one.
 */
public enum TokenFault implements Verification {
    /** It has more than {@link TokenVerifier#MAX_TOKEN_BYTES}. */
    TOO_LONG,
    /** It is not three parts of strict base64url, or its header or claims are not one strict JSON object in UTF-8. */
    MALFORMED,
    /** The header's {@code alg} is not in the list of the allowed ones. */
    ALGORITHM,
    /** The header has {@code crit}: it must not be taken without extensions, and the gateway knows none. */
    CRITICAL_HEADER,
    /** No key of the gateway made the signature. */
    SIGNATURE,
    /** There is no {@code exp}. */
    NO_EXPIRY,
    /** {@code exp}, {@code nbf} or {@code iat} is not a finite number. */
    DATE,
    /** The time is {@code exp} and the leeway, or later. */
    EXPIRED,
    /** The time is before {@code nbf} less the leeway. */
    NOT_YET_VALID,
    /** {@code iss} is not the issuer asked for. */
    ISSUER,
    /** {@code aud} is not the audience asked for and does not list it. */
    AUDIENCE,
    /** A required claim is absent or null. */
    MISSING_CLAIM,
    /** A claim that is to be forwarded cannot stand in a header field, see {@link ForwardedClaims}. */
    FORWARDED_CLAIM;

    private final String slug = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The stable name for logs and metrics, such as {@code not-yet-valid}. */
    public String slug() {
        return slug;
    }
}
