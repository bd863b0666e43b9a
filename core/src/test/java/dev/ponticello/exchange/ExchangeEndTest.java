package dev.ponticello.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.outcome.Outcome;
import dev.ponticello.routing.Match;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An exchange that is over holds nothing of the config, and nothing of own code. */
class ExchangeEndTest {
    private static final Key<String> USER = Key.of("user");

    @Test
    void letsGoOfItsRouteAndOfWhatOwnCodeHasSet() {
        List<Exchange> kept = new ArrayList<>();
        List<String> users = new ArrayList<>();
        Policy keeping = new Policy() {
            @Override
            public Decision onRequest(Exchange exchange) {
                users.add(String.valueOf(exchange.get(USER)));
                exchange.set(USER, "ann");
                kept.add(exchange);
                return Decision.CONTINUE;
            }

            @Override
            public void onConclude(Exchange exchange, Outcome outcome) {
                assertThat(exchange.route()).isNotNull();
                users.add(exchange.get(USER));
            }
        };
        new TestExchanges().play(List.of(keeping), (_, _) -> Decision.respond(Response.empty(204)), "GET / HTTP/1.1");
        assertThat(users).containsExactly("null", "ann");
        Exchange over = kept.getFirst();
        assertThat(over.route()).isNull();
        assertThat(over.match().kind()).isEqualTo(Match.Kind.NOT_FOUND);
        assertThat(over.get(USER)).isNull();
    }
}
