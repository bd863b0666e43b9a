package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Signals end a whole process, so they are sent to one of its own. */
class SignalsTest {

    /** Listens, says so, tells the first and the second signal, and goes on for ever. */
    static final class Child {

        private Child() {}

        public static void main(String[] args) throws InterruptedException {
            Signals signals = new Signals();
            signals.listen();
            System.out.println("listening");
            signals.onSecond(() -> System.out.println("asked again"));
            signals.await();
            System.out.println("asked");
            new CountDownLatch(1).await();
        }
    }

    @Test
    void firstAsksAndSecondAsksAgainAndThirdEnds() throws Exception {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                folder(Signals.class) + ":" + folder(Child.class), Child.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
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

    private static Path folder(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
