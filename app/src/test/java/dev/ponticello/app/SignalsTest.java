package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.testing.Signalled;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Signals end a whole process, so they are sent to one of its own. */
class SignalsTest {

    /** Listens, says so, tells each SIGHUP, the first and the second of the others, and goes on for ever. */
    static final class Child {

        private Child() {}

        public static void main(String[] args) throws InterruptedException, IOException {
            Signals signals = new Signals();
            signals.listen();
            System.out.println("listening");
            if (args.length > 0) {
                System.in.read();
            }
            signals.onReload(() -> System.out.println("reload"));
            signals.onSecond(() -> System.out.println("asked again"));
            signals.await();
            System.out.println("asked");
            new CountDownLatch(1).await();
        }
    }

    @Test
    void firstAsksAndSecondAsksAgainAndThirdEnds() throws Exception {
        Process child = start();
        try (BufferedReader out = child.inputReader()) {
            assertThat(out.readLine()).isEqualTo("listening");
            // By its handle, because Process.destroy would close the stream that is read here.
            assertThat(child.toHandle().destroy()).isTrue();
            assertThat(out.readLine()).isEqualTo("asked");
            assertThat(child.toHandle().destroy()).isTrue();
            assertThat(out.readLine()).isEqualTo("asked again");
            assertThat(child.isAlive()).isTrue();
            assertThat(child.toHandle().destroy()).isTrue();
            assertThat(child.waitFor()).isEqualTo(ExitCode.CUT);
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void everyHangUpAsksForAReload() throws Exception {
        Process child = start();
        try (BufferedReader out = child.inputReader()) {
            assertThat(out.readLine()).isEqualTo("listening");
            for (int i = 0; i < 3; i++) {
                Signalled.send(child, "HUP");
                assertThat(out.readLine()).isEqualTo("reload");
            }
            assertThat(child.toHandle().destroy()).isTrue();
            assertThat(out.readLine()).isEqualTo("asked");
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void aHangUpBeforeTheConfigIsServedIsNotForgotten() throws Exception {
        Process child = start("wait");
        try (BufferedReader out = child.inputReader()) {
            assertThat(out.readLine()).isEqualTo("listening");
            Signalled.send(child, "HUP");
            child.outputWriter().append("go on\n").flush();
            assertThat(out.readLine()).isEqualTo("reload");
        } finally {
            child.destroyForcibly();
        }
    }

    private static Process start(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                folder(Signals.class) + ":" + folder(Child.class), Child.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(Signalled.hearing(command)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static Path folder(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
