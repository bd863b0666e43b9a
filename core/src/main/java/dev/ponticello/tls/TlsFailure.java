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
                return FailureKind.TLS_ALERT;
            }
        }
        return FailureKind.TLS_HANDSHAKE_FAILED;
    }

    /** Whether this tells of an alert that the peer has sent, in the words of BoringSSL or of the JDK. */
    public static boolean isAlert(@Nullable Throwable cause) {
        String message = cause instanceof SSLException ? cause.getMessage() : null;
        if (message == null) {
            return false;
        }
        String upper = message.toUpperCase(Locale.ROOT);
        return upper.contains("_ALERT_") || upper.contains("RECEIVED FATAL ALERT");
    }
}
