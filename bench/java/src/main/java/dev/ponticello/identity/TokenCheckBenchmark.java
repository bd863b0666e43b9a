package dev.ponticello.identity;

import dev.ponticello.config.Problems;
import dev.ponticello.config.TokenKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A bearer token that was seen before, or is new each time. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets parameters, setUp the rest
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenCheckBenchmark {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final long NOW_MILLIS = 1_800_000_000_000L;

    @Param({"cached", "HS256", "RS256", "ES256"})
    private String token;

    private final TokenProbe probe = new TokenProbe();
    private TokenVerifier verifier;
    private byte[] bytes;

    @Setup
    public void setUp() throws GeneralSecurityException {
        boolean cached = token.equals("cached");
        JwsAlgorithm algorithm = JwsAlgorithm.valueOf(cached ? "HS256" : token);
        byte[] signed = (base64("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}") + "."
                + base64("{\"sub\":\"user-1\",\"role\":\"admin\",\"iat\":1790000000,\"exp\":1900000000}"))
                .getBytes(StandardCharsets.US_ASCII);
        KeySet keys;
        byte[] signature;
        if (algorithm == JwsAlgorithm.HS256) {
            HmacSecret secret = new HmacSecret("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
            keys = KeySet.of(secret);
            signature = secret.sign(algorithm, signed, 0, signed.length);
        } else {
            boolean rsa = algorithm == JwsAlgorithm.RS256;
            KeyPairGenerator generator = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC");
            if (rsa) {
                generator.initialize(2048);
            } else {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            KeyPair pair = generator.generateKeyPair();
            Signature signer = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
            signer.initSign(pair.getPrivate());
            signer.update(signed);
            signature = signer.sign();
            String pem = "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                    + "\n-----END PUBLIC KEY-----\n";
            Problems problems = new Problems();
            keys = KeyReader.read(new TokenKeys(pem), List.of(algorithm), "keys", problems);
            if (keys == null) {
                throw new IllegalStateException(problems.toString());
            }
        }
        // Without room in the cache every token is a new one.
        TokenVerifier.Builder builder = TokenVerifier.builder(keys, List.of(algorithm), new Random(1));
        verifier = (cached ? builder : builder.cacheBytes(0)).build();
        bytes = (new String(signed, StandardCharsets.US_ASCII) + "." + BASE64URL.encodeToString(signature))
                .getBytes(StandardCharsets.US_ASCII);
        if (!(check() instanceof VerifiedToken)) {
            throw new IllegalStateException("verification: " + check() + " (expected: a good token)");
        }
    }

    private static String base64(String text) {
        return BASE64URL.encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Benchmark
    public Verification check() {
        return verifier.verify(probe, bytes, 0, bytes.length, NOW_MILLIS);
    }
}
