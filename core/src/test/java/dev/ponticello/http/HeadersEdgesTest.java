package dev.ponticello.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HeadersEdgesTest {
    @Test
    void growsFromNothing() {
        Headers headers = new Headers(0, 0);
        headers.add(HeaderName.of("X"), 1);
        assertThat(headers).hasToString("X: 1\n");
    }

    @Test
    void staysAsItWasWhenANumberIsRefused() {
        Headers headers = new Headers();
        assertThatThrownBy(() -> headers.add(HeaderName.of("X"), -1)).hasMessage("X: -1 (expected: >= 0)");
        assertThat(headers.length()).isZero();
        assertThat(headers.slots()).isZero();
    }
}
