package dev.ponticello.identity;

/** What a {@link TokenVerifier} says of a token: it is good, or what is wrong with it. Immutable, shared. */
public sealed interface Verification permits VerifiedToken, TokenFault {}
