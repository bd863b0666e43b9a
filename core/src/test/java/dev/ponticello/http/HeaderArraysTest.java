package dev.ponticello.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderArraysTest {
    private static final HeaderName NAME = HeaderName.of("X-Name");

    private final HeaderArrays arrays = new HeaderArrays();

    @Test
    void lendsToOneAfterTheOther() {
        Headers first = new Headers(0, 0);
        arrays.lendTo(first);
        first.set(NAME, "1");
        byte[] lent = first.bytes();
        arrays.takeBack(first);
        assertThat(first.contains(NAME)).isFalse();
        assertThat(first.bytes()).isEmpty();

        Headers second = new Headers(0, 0);
        arrays.lendTo(second);
        assertThat(second.bytes()).isSameAs(lent);
        assertThat(second.contains(NAME)).isFalse();
        second.set(NAME, "2");
        arrays.lendTo(second);
        assertThat(second.get(NAME)).isEqualTo("2");

        first.set(NAME, "3");
        assertThat(first.get(NAME)).isEqualTo("3");
        assertThat(second.get(NAME)).isEqualTo("2");
    }

    @Test
    void keepsNothingLargeAndNoMoreThanItsBound() {
        Headers large = new Headers(0, 0);
        arrays.lendTo(large);
        large.set(NAME, "x".repeat(20_000));
        arrays.takeBack(large);
        Headers next = new Headers(0, 0);
        arrays.lendTo(next);
        assertThat(next.bytes()).hasSizeLessThan(20_000);

        List<Headers> many = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            Headers one = new Headers(0, 0);
            arrays.lendTo(one);
            many.add(one);
        }
        byte[] last = many.getLast().bytes();
        many.forEach(arrays::takeBack);
        assertThat(last).isNotEmpty();
        Headers again = new Headers(0, 0);
        arrays.lendTo(again);
        assertThat(again.bytes()).isNotEmpty().isNotSameAs(last);
    }
}
