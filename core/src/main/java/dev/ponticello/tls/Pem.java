package dev.ponticello.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands in a PEM file (RFC 7468), block by block; text around the blocks is passed over. */
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** One block: {@code CERTIFICATE}, {@code PRIVATE KEY}, … */
    static final class Block {
        private final String label;
        private final byte[] der;

        Block(String label, byte[] der) {
            this.label = label;
            this.der = der;
        }

        String label() {
            return label;
        }

        byte[] der() {
            return der;
        }
    }

    private Pem() {}

    static boolean isPem(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1).contains(BEGIN);
    }

    /** All blocks, in their order. */
    static List<Block> blocks(byte[] file) throws InvalidFile {
        List<Block> blocks = new ArrayList<>();
        String label = null;
        StringBuilder base64 = new StringBuilder();
        for (String line : new String(file, StandardCharsets.ISO_8859_1).lines().map(String::strip).toList()) {
            if (label == null && line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                label = line.substring(BEGIN.length(), Math.max(BEGIN.length(), line.length() - DASHES.length()));
                base64.setLength(0);
            } else if (label != null && line.equals(END + label + DASHES)) {
                blocks.add(new Block(label, decoded(label, base64.toString())));
                label = null;
            } else if (label != null) {
                if (line.startsWith("Proc-Type:")) {
                    throw new InvalidFile("a key encrypted in the old way of OpenSSL",
                            "PKCS#8, as openssl pkcs8 -topk8 makes it");
                }
                base64.append(line);
            }
        }
        if (label != null) {
            throw new InvalidFile(label + " without an end", "a line " + END + label + DASHES);
        }
        return blocks;
    }

    private static byte[] decoded(String label, String base64) throws InvalidFile {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new InvalidFile(label + " is broken", "base64 between its two lines of dashes");
        }
    }

    /** All certificates, in their order; others of its blocks are passed over. */
    static List<X509Certificate> certificates(byte[] file) throws InvalidFile {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (block.label.equals("CERTIFICATE") || block.label.equals("TRUSTED CERTIFICATE")) {
                certificates.add(certificate(block.der, certificates.size() + 1));
            }
        }
        if (certificates.isEmpty()) {
            throw new InvalidFile("no certificate in it", "PEM with " + BEGIN + "CERTIFICATE" + DASHES);
        }
        return certificates;
    }

    private static X509Certificate certificate(byte[] der, int number) throws InvalidFile {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new InvalidFile("certificate " + number + " of the file is broken", "an X.509 certificate");
        }
    }

    /** The first private key; null without one. */
    static @Nullable Block key(byte[] file) throws InvalidFile {
        for (Block block : blocks(file)) {
            if (block.label.endsWith("PRIVATE KEY")) {
                return block;
            }
        }
        return null;
    }
}
