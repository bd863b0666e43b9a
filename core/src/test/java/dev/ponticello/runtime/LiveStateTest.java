package dev.ponticello.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveStateTest {
    private static LiveState served() {
        LiveState live = LiveState.none();
        live.adopt(StringBuilder.class, "a", old -> begun(old, "a"));
        live.settle();
        return live;
    }

    private static StringBuilder begun(@Nullable StringBuilder old, String text) {
        assertThat(old).isNull();
        return new StringBuilder(text);
    }

    @Test
    void handsOnWhatLivesUnderTheSameName() {
        LiveState next = served().next();
        StringBuilder heir = next.adopt(StringBuilder.class, "a",
                old -> new StringBuilder(Objects.requireNonNull(old)).append("1"));
        assertThat(heir).hasToString("a1");
        next.settle();
        assertThat(next.next().adopt(StringBuilder.class, "a", old -> Objects.requireNonNull(old))).isSameAs(heir);
    }

    @Test
    void beginsUnderAnotherNameOrForAnotherKindOfThing() {
        LiveState next = served().next();
        next.adopt(StringBuilder.class, "b", old -> begun(old, "b"));
        String other = next.adopt(String.class, "a", old -> {
            assertThat(old).isNull();
            return "a";
        });
        assertThat(other).isEqualTo("a");
    }

    @Test
    void givesTheSameThingToAllWhoAskForOneName() {
        LiveState next = served().next();
        StringBuilder heir = next.adopt(StringBuilder.class, "a", old -> new StringBuilder("heir"));
        assertThat(next.adopt(StringBuilder.class, "a", _ -> new StringBuilder("second"))).isSameAs(heir);
    }

    @Test
    void forgetsWhatASnapshotDidNotTakeOver() {
        LiveState next = served().next();
        next.settle();
        next.next().adopt(StringBuilder.class, "a", old -> begun(old, "a"));
    }

    @Test
    void isNotTouchedByASnapshotThatIsNotServed() {
        LiveState live = served();
        StringBuilder kept = live.next().adopt(StringBuilder.class, "a", old -> Objects.requireNonNull(old));
        live.next().adopt(StringBuilder.class, "a", _ -> new StringBuilder("refused"));
        assertThat(live.next().adopt(StringBuilder.class, "a", old -> Objects.requireNonNull(old))).isSameAs(kept);
    }

    @Test
    void tellsApartWhatStandsAtOnePlaceWithoutAName() {
        LiveState live = LiveState.none();
        Object first = live.nameAt("/api");
        Object second = live.nameAt("/api");
        assertThat(second).isNotEqualTo(first).isNotEqualTo(live.nameAt("/other"));
        LiveState next = live.next();
        assertThat(next.nameAt("/api")).isEqualTo(first);
        assertThat(next.nameAt("/api")).isEqualTo(second);
    }
}
