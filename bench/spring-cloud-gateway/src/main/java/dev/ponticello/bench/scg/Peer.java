package dev.ponticello.bench.scg;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Spring Cloud Gateway as a user would write it for the rows of the comparison: one route, and with policies a limit by client address and a token check. */
@SpringBootApplication
public class Peer {
    private static final String BEARER = "Bearer ";
    private static final long WINDOW_MILLIS = 60_000;

    public static void main(String[] args) {
        SpringApplication.run(Peer.class, args);
    }

    @Bean
    RouteLocator routes(RouteLocatorBuilder builder, @Value("${bench.endpoint}") String endpoint) {
        return builder.routes().route("all", route -> route.path("/**").uri(endpoint)).build();
    }

    @Bean
    @ConditionalOnProperty("bench.policies")
    GlobalFilter policies(@Value("${bench.secret}") String secret, @Value("${bench.limit}") long limit)
            throws JOSEException {
        return new Policies(secret, limit);
    }

    /** In this order: the limit, then the token, as in the other gateways' configs. */
    private static final class Policies implements GlobalFilter, Ordered {
        private final Map<String, Window> windows = new ConcurrentHashMap<>();
        private final MACVerifier verifier;
        private final long limit;

        private record Window(long number, AtomicLong used) {}

        Policies(String secret, long limit) throws JOSEException {
            this.verifier = new MACVerifier(secret);
            this.limit = limit;
        }

        @Override
        public int getOrder() {
            return 0;
        }

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            String client = exchange.getRequest().getHeaders().getFirst("X-Forwarded-For");
            if (!permit(client == null ? "" : client)) {
                return refuse(exchange, HttpStatus.TOO_MANY_REQUESTS);
            }
            JWTClaimsSet claims = claims(exchange.getRequest().getHeaders().getFirst("Authorization"));
            if (claims == null) {
                return refuse(exchange, HttpStatus.UNAUTHORIZED);
            }
            return chain.filter(exchange.mutate()
                    .request(exchange.getRequest().mutate()
                            .header("X-User-Id", claims.getSubject())
                            .header("X-User-Role", String.valueOf(claims.getClaim("role")))
                            .build())
                    .build());
        }

        private boolean permit(String client) {
            long number = System.currentTimeMillis() / WINDOW_MILLIS;
            Window window = windows.compute(client, (key, old) -> old != null && old.number == number ? old
                    : new Window(number, new AtomicLong()));
            return window.used.incrementAndGet() <= limit;
        }

        private JWTClaimsSet claims(String authorization) {
            if (authorization == null || !authorization.startsWith(BEARER)) {
                return null;
            }
            try {
                SignedJWT token = SignedJWT.parse(authorization.substring(BEARER.length()));
                if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm()) || !token.verify(verifier)) {
                    return null;
                }
                Date end = token.getJWTClaimsSet().getExpirationTime();
                return end != null && end.after(new Date()) ? token.getJWTClaimsSet() : null;
            } catch (ParseException | JOSEException e) {
                return null;
            }
        }

        private static Mono<Void> refuse(ServerWebExchange exchange, HttpStatus status) {
            exchange.getResponse().setStatusCode(status);
            return exchange.getResponse().setComplete();
        }
    }
}
