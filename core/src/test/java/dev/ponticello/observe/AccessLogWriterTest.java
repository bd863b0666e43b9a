package dev.ponticello.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.loop.Clock;
import dev.ponticello.testing.Await;
import dev.ponticello.testing.Meanwhile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AccessLogWriterTest {
    private final Script output = new Script();
    private final AccessLogWriter writer = AccessLogWriter.start("test", output, Clock.SYSTEM);

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void writesLinesInTheirOrderBeforeItCloses() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            expected.add("line " + i);
            writer.write(line("line " + i));
        }
        writer.close();
        assertThat(output.text().lines().toList()).isEqualTo(expected);
        assertThat(output.closed).isTrue();
        assertThat(writer.dropped()).isZero();
    }

    @Test
    void writesWithoutBeingClosed() {
        writer.write(line("one"));
        Await.until("the line is written", () -> output.text().equals("one\n"));
        writer.write(line("two"));
        Await.until("the next line is written", () -> output.text().equals("one\ntwo\n"));
        writer.close();
    }

    @Test
    void writesWhatWaitsInOneCall() {
        output.hold();
        writer.write(line("first"));
        output.awaitHeld();
        for (int i = 0; i < 1000; i++) {
            writer.write(line("line " + i));
        }
        output.letGo();
        writer.close();
        assertThat(output.text().lines()).hasSize(1001);
        assertThat(output.calls.get()).isEqualTo(2);
    }

    @Test
    void dropsWhatDoesNotFitAndTellsHowMuch() {
        output.hold();
        writer.write(line("first"));
        output.awaitHeld();
        byte[] kibibyte = line("x".repeat(1023));
        int fits = (int) (AccessLogWriter.MAX_QUEUED_BYTES / (1024 + AccessLogWriter.LINE_COST));
        for (int i = 0; i < fits + 12; i++) {
            writer.write(kibibyte);
        }
        assertThat(writer.dropped()).isEqualTo(12);

        output.letGo();
        Await.until("the loss is told", () -> output.text().endsWith("{\"dropped\":12}\n"));
        assertThat(output.text()).isEqualTo(
                "first\n" + new String(kibibyte, StandardCharsets.US_ASCII).repeat(fits) + "{\"dropped\":12}\n");
        assertThat(writer.dropped()).isZero();

        writer.write(line("after"));
        writer.close();
        assertThat(output.text()).endsWith("{\"dropped\":12}\nafter\n");
    }

    @Test
    void dropsALineThatNoBatchCanHold() {
        writer.write(line("x".repeat(64 * 1024)));
        writer.write(line("y".repeat(64 * 1024 - 1)));
        writer.close();
        String written = "y".repeat(64 * 1024 - 1) + "\n";
        String told = "{\"dropped\":1}\n";
        // The writer's thread may wake between the two.
        assertThat(output.text()).isIn(written + told, told + written);
    }

    @Test
    void dropsWhatComesAfterTheEnd() {
        writer.close();
        writer.write(line("late"));
        assertThat(output.text()).isEmpty();
        assertThat(writer.dropped()).isEqualTo(1);
    }

    @Test
    void countsWhatCannotBeWrittenAndGoesOn() {
        output.failAfter(0);
        writer.write(line("lost"));
        Await.until("the line is counted", () -> writer.dropped() == 1);
        writer.write(line("lost too"));
        Await.until("that line is counted", () -> writer.dropped() == 2);

        output.recover();
        writer.write(line("kept"));
        writer.close();
        assertThat(output.text().lines()).containsExactlyInAnyOrder("kept", "{\"dropped\":2}");
    }

    @Test
    void beginsANewLineBehindOneThatWasCut() {
        output.hold();
        writer.write(line("first"));
        output.awaitHeld();
        writer.write(line("whole"));
        writer.write(line("cut"));
        writer.write(line("lost"));
        output.failAfter("first\nwhole\ncu".length());
        output.letGo();
        Await.until("the rest is counted", () -> writer.dropped() == 2);

        output.recover();
        writer.write(line("after"));
        writer.close();
        assertThat(output.text()).startsWith("first\nwhole\ncu\n");
        assertThat(output.text().lines().skip(3)).containsExactlyInAnyOrder("after", "{\"dropped\":2}");
    }

    @Test
    void losesNothingOfManyThreads() {
        List<Meanwhile> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            String prefix = thread + " ";
            threads.add(Meanwhile.play(() -> {
                for (int i = 0; i < 5000; i++) {
                    writer.write(line(prefix + i));
                }
            }));
        }
        threads.forEach(Meanwhile::join);
        writer.close();

        Map<String, Integer> next = new HashMap<>();
        output.text().lines().forEach(line -> {
            String[] parts = line.split(" ", 2);
            int expected = next.getOrDefault(parts[0], 0);
            assertThat(line).isEqualTo(parts[0] + " " + expected);
            next.put(parts[0], expected + 1);
        });
        assertThat(next).isEqualTo(Map.of("0", 5000, "1", 5000, "2", 5000, "3", 5000));
    }

    @Test
    void endsInTimeThoughTheOutputDoesNot() {
        output.hold();
        writer.write(line("stuck"));
        output.awaitHeld();
        long start = System.nanoTime();
        writer.close();
        assertThat(System.nanoTime() - start).isBetween(TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(10));
        output.letGo();
    }

    /** An output that holds and fails as the test says. */
    private static final class Script implements LogOutput, WritableByteChannel {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private final Semaphore gate = new Semaphore(0);
        private final Semaphore held = new Semaphore(0);
        private final AtomicInteger calls = new AtomicInteger();
        private volatile boolean holding;
        private volatile int room = Integer.MAX_VALUE;
        private volatile boolean closed;

        /** The next call waits. */
        void hold() {
            holding = true;
        }

        void awaitHeld() {
            held.acquireUninterruptibly();
        }

        void letGo() {
            holding = false;
            gate.release();
        }

        /** Takes no more than so many bytes in all. */
        void failAfter(int bytes) {
            room = bytes;
        }

        void recover() {
            room = Integer.MAX_VALUE;
        }

        String text() {
            synchronized (written) {
                return written.toString(StandardCharsets.US_ASCII);
            }
        }

        @Override
        public WritableByteChannel channel(long nowNanos) {
            return this;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            if (holding) {
                held.release();
                gate.acquireUninterruptibly();
            }
            calls.incrementAndGet();
            synchronized (written) {
                int count = Math.min(source.remaining(), room - written.size());
                if (count == 0) {
                    throw new IOException("no space left");
                }
                byte[] taken = new byte[count];
                source.get(taken);
                written.writeBytes(taken);
                return count;
            }
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
