package dev.ponticello.config;

import java.util.List;

/** A way to agree on keys. */
public enum TlsGroup {
    /** X25519 together with ML-KEM, which quantum computers do not break; where the TLS library has it. */
    X25519MLKEM768("X25519MLKEM768", "X25519MLKEM768"),
    X25519("X25519", "x25519"),
    P_256("P-256", "secp256r1"),
    P_384("P-384", "secp384r1"),
    P_521("P-521", "secp521r1");

    /** The default, the preferred first. */
    public static final List<TlsGroup> USUAL = List.of(X25519MLKEM768, X25519, P_256, P_384);

    private final String label;
    private final String registered;

    TlsGroup(String label, String registered) {
        this.label = label;
        this.registered = registered;
    }

    /** How it is written: {@code P-256}. */
    public String label() {
        return label;
    }

    /** The name in the registry of TLS groups: {@code secp256r1}. */
    public String registered() {
        return registered;
    }
}
