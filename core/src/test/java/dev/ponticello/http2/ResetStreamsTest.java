package dev.ponticello.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResetStreamsTest {
    private final ResetStreams streams = new ResetStreams();

    @Test
    void neverForgetsOne() {
        for (int id = 1; id < 10_000; id += 2) {
            streams.add(id);
        }
        streams.add(1);
        for (int id = 1; id < 10_000; id += 2) {
            assertThat(streams.mayContain(id)).isTrue();
        }
        assertThat(streams.mayContain(10_001)).isFalse();
    }

    @Test
    void takesOneForAnotherOnlyWhenManyAreBetween() {
        assertThat(streams.mayContain(1)).isFalse();
        streams.add(501);
        for (int id = 1; id < 501; id += 2) {
            assertThat(streams.mayContain(id)).isFalse();
        }
        assertThat(streams.mayContain(501)).isTrue();
        assertThat(streams.mayContain(503)).isFalse();
    }
}
