package dev.ponticello.tls;

import dev.ponticello.outcome.FailureKind;
import java.security.cert.CertificateException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** What a handshake with an endpoint failed of. */
public final class TlsFailure {
    private TlsFailure() {}

    /** The kind of failure; any cause is one of TLS. */
    public static FailureKind kindOf(@Nullable Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof CertificateException || each instanceof SSLPeerUnverifiedException) {
                return FailureKind.CERTIFICATE_REFUSED;
            }
            if (isAlert(each)) {
                // An endpoint that knows none of the protocols that were offered says so (RFC 7301 §3.2).
                return upper(each).contains("NO_APPLICATION_PROTOCOL") ? FailureKind.HTTP2_UNSUPPORTED
                        : FailureKind.TLS_ALERT;
            }
        }
        return FailureKind.TLS_HANDSHAKE_FAILED;
    }

    /** Whether this tells of an alert that the peer has sent, in the words of BoringSSL or of the JDK. */
    public static boolean isAlert(@Nullable Throwable cause) {
        String upper = upper(cause);
        return upper.contains("_ALERT_") || upper.contains("RECEIVED FATAL ALERT");
    }

    private static String upper(@Nullable Throwable cause) {
        String message = cause instanceof SSLException ? cause.getMessage() : null;
        return message == null ? "" : message.toUpperCase(Locale.ROOT);
    }
}
