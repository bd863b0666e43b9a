package dev.ponticello.config;

import java.util.List;

/** A cipher suite of TLS 1.2, by its registered name: forward secret and authenticated, there are no others. Those of TLS 1.3 are always all on. */
public enum TlsCipher {
    TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256;

    /** All of them, the preferred first. */
    public static final List<TlsCipher> ALL = List.of(values());
}
