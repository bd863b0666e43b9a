package dev.ponticello.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The packages are as {@code docs/ARCHITECTURE.md} draws them, and the request path never waits. */
class LayersTest {

    private static final String ROOT = "dev.ponticello";
    private static final Set<String> REQUEST_PATH = Set.of("http1", "http2", "grpc", "websocket", "listener",
            "exchange",
            "routing", "policy",
            "limit", "upstream", "answer", "coding");
    private static final Set<String> OWNER_OF_TIME_AND_CHANCE = Set.of("loop");

    private static final Path CHECKOUT = checkout();
    private static final Arrows ARROWS = arrows(CHECKOUT);
    private static final Classes CORE = Classes.in(CHECKOUT.resolve("core/target/classes"), ROOT);

    @Test
    void packagesUseOnlyWhatTheirArrowsAllow() {
        assertThat(CORE.outside(ARROWS)).isEmpty();
    }

    @Test
    void everyPackageIsInThePicture() {
        Set<String> drawn = ARROWS.allowed().keySet();
        assertThat(drawn).containsAll(CORE.folders());
        assertThat(drawn).containsAll(sourceFolders(CHECKOUT.resolve("core/src/main/java/dev/ponticello")));
        assertThat(drawn).containsAll(sourceFolders(CHECKOUT.resolve("app/src/main/java/dev/ponticello")));
    }

    @Test
    void theRequestPathIsInThePicture() {
        assertThat(ARROWS.allowed().keySet()).containsAll(REQUEST_PATH).containsAll(OWNER_OF_TIME_AND_CHANCE);
    }

    @Test
    void theRequestPathDoesNotBlock() {
        assertThat(CORE.blocking(REQUEST_PATH)).isEmpty();
    }

    @Test
    void timeAndChanceComeFromTheLoop() {
        assertThat(CORE.timeAndChance(OWNER_OF_TIME_AND_CHANCE)).isEmpty();
    }

    /** The rules meet classes that break them, and say so. */
    @Nested
    class CanFail {

        private static final String BROKEN = "dev.ponticello.rules.broken";
        private static final String BLOCKING = BROKEN + ".exchange.Blocking";
        private static final String OWN = BROKEN + ".limit.OwnTimeAndChance";

        private static final Classes CLASSES = Classes.in(CHECKOUT.resolve("core/target/test-classes"), BROKEN);

        @Test
        void seesAUseWithoutAnArrow() {
            assertThat(CLASSES.outside(ARROWS)).containsExactly(
                    "http -> exchange: " + BROKEN + ".http.Upwards uses " + BLOCKING);
        }

        @Test
        void seesThePackages() {
            assertThat(CLASSES.folders()).containsExactly("exchange", "http", "limit", "routing");
        }

        @Test
        void seesWhatBlocks() {
            assertThat(CLASSES.blocking(REQUEST_PATH)).containsExactlyInAnyOrder(
                    BLOCKING + ".synchronizedMethod() is synchronized",
                    BLOCKING + ".monitor enters a monitor",
                    BLOCKING + " uses java.util.concurrent.locks.ReentrantLock",
                    BLOCKING + " uses java.io.FileInputStream",
                    BLOCKING + ".sleeps() calls java.lang.Thread.sleep(long)",
                    BLOCKING + ".waits() calls java.lang.Object.wait()",
                    BLOCKING + ".gets(java.util.concurrent.Future) calls java.util.concurrent.Future.get()",
                    BLOCKING + ".joins(java.util.concurrent.CompletableFuture) calls "
                            + "java.util.concurrent.CompletableFuture.join()",
                    BLOCKING + ".takes(java.util.concurrent.BlockingQueue) calls "
                            + "java.util.concurrent.BlockingQueue.take()",
                    BLOCKING + ".resolves(java.lang.String) calls "
                            + "java.net.InetSocketAddress.<init>(java.lang.String, int)");
        }

        @Test
        void seesTimeAndChance() {
            assertThat(CLASSES.timeAndChance(OWNER_OF_TIME_AND_CHANCE)).containsExactlyInAnyOrder(
                    OWN + ".<init>() calls java.lang.System.nanoTime()",
                    OWN + ".now() calls java.time.Instant.now()",
                    OWN + ".chance() calls java.util.concurrent.ThreadLocalRandom.current()",
                    OWN + ".chance() calls java.util.concurrent.ThreadLocalRandom.nextInt()",
                    OWN + ".seedsItself() calls java.util.Random.<init>()");
        }

        @Test
        void refusesAPageWithoutAPicture() {
            assertThatThrownBy(() -> Arrows.read("# Architecture\n\n```\nhttp ->\n```\n"))
                    .hasMessage("page: no block (expected: ```arrows … ```)");
        }

        @Test
        void refusesAnEmptyPicture() {
            assertThatThrownBy(() -> Arrows.read("```arrows\n\n```\n"))
                    .hasMessage("arrows: none (expected: a line for each package)");
        }

        @Test
        void refusesALineThatIsNoArrow() {
            assertThatThrownBy(() -> Arrows.read("```arrows\nhttp\n```\n"))
                    .hasMessage("arrow: 'http' (expected: name -> name name)");
        }

        @Test
        void refusesAnArrowUpwards() {
            assertThatThrownBy(() -> Arrows.read("```arrows\nhttp -> exchange\nexchange -> http\n```\n"))
                    .hasMessage("arrow: http -> exchange (expected: a package of a line above)");
        }

        @Test
        void refusesTwoLinesForOnePackage() {
            assertThatThrownBy(() -> Arrows.read("```arrows\nhttp ->\nhttp ->\n```\n"))
                    .hasMessage("arrow: 'http' (expected: one line for each package)");
        }
    }

    /** The nearest folder above the working directory that holds the page: tests run in the module or in the root. */
    private static Path checkout() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("docs/ARCHITECTURE.md"))) {
                return folder;
            }
        }
        throw new IllegalStateException("docs/ARCHITECTURE.md: missing (expected: above the working directory)");
    }

    private static Arrows arrows(Path checkout) {
        try {
            return Arrows.read(Files.readString(checkout.resolve("docs/ARCHITECTURE.md")));
        } catch (IOException e) {
            throw new IllegalStateException("docs/ARCHITECTURE.md: unreadable", e);
        }
    }

    /** The folders that hold sources, and the root package when it does. */
    private static Set<String> sourceFolders(Path root) {
        if (!Files.exists(root)) {
            throw new IllegalStateException(root + ": missing (expected: the sources of the module)");
        }
        Set<String> folders = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> file.toString().endsWith(".java")).map(root::relativize)
                    .forEach(file -> folders.add(file.getNameCount() == 1 ? ROOT : file.getName(0).toString()));
        } catch (IOException e) {
            throw new IllegalStateException(root + ": unreadable", e);
        }
        return folders;
    }
}
