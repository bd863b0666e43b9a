package dev.ponticello.identity;

import dev.ponticello.identity.JwsAlgorithm.Family;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;
import org.jspecify.annotations.Nullable;

/** A curve that tokens are signed on (RFC 7518 §3.4). */
enum EcCurve {
    P_256("P-256", "secp256r1", Family.P_256),
    P_384("P-384", "secp384r1", Family.P_384),
    P_521("P-521", "secp521r1", Family.P_521);

    private final String jwkName;
    private final Family family;
    @SuppressWarnings("ImmutableEnumChecker") // the JDK's class is immutable
    private final ECParameterSpec parameters;

    EcCurve(String jwkName, String jdkName, Family family) {
        this.jwkName = jwkName;
        this.family = family;
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(jdkName));
            this.parameters = named.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a JDK without " + jwkName, e);
        }
    }

    /** The curve that a JWK calls so, or null. */
    static @Nullable EcCurve named(@Nullable String name) {
        for (EcCurve curve : values()) {
            if (curve.jwkName.equals(name)) {
                return curve;
            }
        }
        return null;
    }

    Family family() {
        return family;
    }

    ECParameterSpec parameters() {
        return parameters;
    }

    /** The length of a coordinate, and of a half of a signature. */
    int fieldBytes() {
        return (parameters.getCurve().getField().getFieldSize() + 7) / 8;
    }

    /** Whether the key is of this curve. */
    boolean isOf(ECPublicKey key) {
        ECParameterSpec of = key.getParams();
        return of.getCurve().equals(parameters.getCurve())
                && of.getGenerator().equals(parameters.getGenerator())
                && of.getOrder().equals(parameters.getOrder());
    }

    /** Whether the point is on the curve; each curve here is one group without others inside it. */
    boolean has(ECPoint point) {
        EllipticCurve curve = parameters.getCurve();
        BigInteger p = ((ECFieldFp) curve.getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        return !point.equals(ECPoint.POINT_INFINITY)
                && x.signum() >= 0
                && y.signum() >= 0
                && x.compareTo(p) < 0
                && y.compareTo(p) < 0
                && y.multiply(y).mod(p)
                        .equals(x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB()).mod(p));
    }

    @Override
    public String toString() {
        return jwkName;
    }
}
