package dev.ponticello.config;

/** A version of TLS that is spoken; there is none below 1.2. */
public enum TlsVersion {
    /** RFC 5246. */
    V1_2("1.2"),
    /** RFC 8446. */
    V1_3("1.3");

    private final String label;

    TlsVersion(String label) {
        this.label = label;
    }

    /** How it is written: {@code 1.2}. */
    public String label() {
        return label;
    }
}
