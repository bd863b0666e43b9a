package dev.ponticello.rules;

import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.MonitorInstruction;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The compiled classes below a root package, and what they do that a rule forbids.
 *
 * <p>Every violation is a sentence that names the place. A <i>folder</i> is the first name below the root package, or the root itself.
 */
final class Classes {

    /** Types that nothing on an event loop may touch at all, nor their subtypes. */
    private static final Set<String> BLOCKING_TYPES = Set.of("java.util.concurrent.locks.Lock",
            "java.util.concurrent.locks.ReadWriteLock", "java.util.concurrent.locks.Condition",
            "java.util.concurrent.locks.StampedLock", "java.util.concurrent.locks.LockSupport",
            "java.util.concurrent.locks.AbstractOwnableSynchronizer", "java.util.concurrent.CountDownLatch",
            "java.util.concurrent.CyclicBarrier", "java.util.concurrent.Phaser", "java.util.concurrent.Exchanger",
            "java.net.Socket", "java.net.ServerSocket", "java.net.DatagramSocket", "java.net.URLConnection",
            "java.net.http.HttpClient", "java.nio.channels.SelectableChannel", "java.nio.channels.FileChannel",
            "java.nio.file.Files", "java.io.File", "java.io.FileInputStream", "java.io.FileOutputStream",
            "java.io.FileReader", "java.io.FileWriter", "java.io.RandomAccessFile", "java.lang.Process",
            "java.lang.ProcessBuilder");

    /** Methods that wait, by the type that has them; a call through a subtype counts. */
    private static final Map<String, Set<String>> BLOCKING_CALLS = Map.ofEntries(
            entry("java.lang.Thread", Set.of("sleep", "join")),
            entry("java.util.concurrent.TimeUnit", Set.of("sleep", "timedWait", "timedJoin")),
            entry("java.util.concurrent.Future",
                    Set.of("get", "join", "await", "awaitUninterruptibly", "sync", "syncUninterruptibly")),
            entry("java.util.concurrent.BlockingQueue", Set.of("take", "put")),
            entry("java.util.concurrent.BlockingDeque", Set.of("takeFirst", "takeLast", "putFirst", "putLast")),
            entry("java.util.concurrent.Semaphore", Set.of("acquire", "acquireUninterruptibly")),
            entry("java.util.concurrent.ExecutorService",
                    Set.of("invokeAll", "invokeAny", "awaitTermination", "close")),
            entry("java.net.InetAddress", Set.of("getByName", "getAllByName", "getLocalHost", "isReachable",
                    "getHostName", "getCanonicalHostName")));

    /** What reads the JVM's own clock or its own chance; no names means every method. */
    private static final Map<String, Set<String>> TIME_AND_CHANCE = Map.ofEntries(
            entry("java.lang.System", Set.of("nanoTime", "currentTimeMillis")),
            entry("java.time.Instant", Set.of("now")),
            entry("java.time.LocalDate", Set.of("now")),
            entry("java.time.LocalDateTime", Set.of("now")),
            entry("java.time.OffsetDateTime", Set.of("now")),
            entry("java.time.ZonedDateTime", Set.of("now")),
            entry("java.time.Clock", Set.of("system", "systemUTC", "systemDefaultZone")),
            entry("java.time.InstantSource", Set.of("system")),
            entry("io.netty.util.concurrent.Ticker", Set.of("systemTicker")),
            entry("java.lang.Math", Set.of("random")),
            entry("java.util.UUID", Set.of("randomUUID")),
            entry("java.util.random.RandomGenerator", Set.of("getDefault", "of")),
            entry("java.util.concurrent.ThreadLocalRandom", Set.of()),
            entry("java.security.SecureRandom", Set.of()));

    /** Types that start from the JVM's clock or chance when nothing is given to their constructor. */
    private static final Set<String> SEEDED_BY_ITSELF = Set.of("java.util.Random", "java.util.SplittableRandom",
            "java.util.Date");

    private static final String CONSTRUCTOR = JavaConstructor.CONSTRUCTOR_NAME;

    private final String root;
    private final JavaClasses classes;

    private Classes(String root, JavaClasses classes) {
        this.root = root;
        this.classes = classes;
    }

    /** The classes of the root package and below, from a folder of class files. */
    static Classes in(Path folder, String root) {
        Path below = folder.resolve(root.replace('.', '/'));
        return new Classes(root, new ClassFileImporter().importPath(below));
    }

    Set<String> folders() {
        Set<String> folders = new TreeSet<>();
        classes.forEach(type -> folders.add(folder(type)));
        return folders;
    }

    /** Every use of a folder for which the picture has no arrow. */
    Set<String> outside(Arrows arrows) {
        Set<String> violations = new TreeSet<>();
        for (JavaClass type : classes) {
            String from = folder(type);
            Set<String> allowed = arrows.allowed().getOrDefault(from, Set.of());
            for (Dependency use : type.getDirectDependenciesFromSelf()) {
                JavaClass target = use.getTargetClass().getBaseComponentType();
                String to = folder(target);
                if (isBelowRoot(target) && !to.equals(from) && !allowed.contains(to)) {
                    violations.add(from + " -> " + to + ": " + type.getName() + " uses " + target.getName());
                }
            }
        }
        return violations;
    }

    /** Every lock, every blocking type and every call that may wait, in these folders. */
    Set<String> blocking(Set<String> folders) {
        Set<String> violations = new TreeSet<>();
        for (JavaClass type : in(folders::contains)) {
            for (JavaCodeUnit method : type.getCodeUnits()) {
                if (method.getModifiers().contains(JavaModifier.SYNCHRONIZED)) {
                    violations.add(method.getFullName() + " is synchronized");
                }
            }
            for (String method : methodsWithMonitor(type)) {
                violations.add(type.getName() + "." + method + " enters a monitor");
            }
            for (Dependency use : type.getDirectDependenciesFromSelf()) {
                JavaClass target = use.getTargetClass().getBaseComponentType();
                if (BLOCKING_TYPES.stream().anyMatch(target::isAssignableTo)) {
                    violations.add(type.getName() + " uses " + target.getName());
                }
            }
            violations.addAll(calls(type, target -> isOneOf(target, BLOCKING_CALLS)
                    || isObjectWait(target) || asksTheNameService(target)));
        }
        return violations;
    }

    /** Every use of the JVM's clock or chance, outside these folders. */
    Set<String> timeAndChance(Set<String> except) {
        Set<String> violations = new TreeSet<>();
        for (JavaClass type : in(folder -> !except.contains(folder))) {
            violations.addAll(calls(type, target -> isOneOf(target, TIME_AND_CHANCE) || seedsItself(target)));
        }
        return violations;
    }

    private List<JavaClass> in(Predicate<String> folders) {
        return classes.stream().filter(type -> folders.test(folder(type))).toList();
    }

    private static Set<String> calls(JavaClass type, Predicate<CodeUnitAccessTarget> forbidden) {
        Set<String> violations = new TreeSet<>();
        for (JavaCodeUnitAccess<?> access : type.getCodeUnitAccessesFromSelf()) {
            if (forbidden.test(access.getTarget())) {
                violations.add(access.getOrigin().getFullName() + " calls " + access.getTarget().getFullName());
            }
        }
        return violations;
    }

    private static boolean isOneOf(CodeUnitAccessTarget target, Map<String, Set<String>> calls) {
        return calls.entrySet().stream().anyMatch(each -> target.getOwner().isAssignableTo(each.getKey())
                && (each.getValue().isEmpty() || each.getValue().contains(target.getName())));
    }

    /** Every type is an object: only the method of {@code Object} itself counts, not what is called the same. */
    private static boolean isObjectWait(CodeUnitAccessTarget target) {
        return target.getOwner().isEquivalentTo(Object.class) && target.getName().equals("wait");
    }

    /** {@code new InetSocketAddress(name, port)} does; {@code createUnresolved} does not. */
    private static boolean asksTheNameService(CodeUnitAccessTarget target) {
        return target.getOwner().isEquivalentTo(InetSocketAddress.class) && target.getName().equals(CONSTRUCTOR)
                && target.getRawParameterTypes().getFirst().isEquivalentTo(String.class);
    }

    private static boolean seedsItself(CodeUnitAccessTarget target) {
        return SEEDED_BY_ITSELF.contains(target.getOwner().getName()) && target.getName().equals(CONSTRUCTOR)
                && target.getRawParameterTypes().isEmpty();
    }

    /** ArchUnit does not show instructions, so the class file is read for them. */
    private static List<String> methodsWithMonitor(JavaClass type) {
        Path file = Path.of(type.getSource().orElseThrow().getUri());
        ClassModel model;
        try {
            model = ClassFile.of().parse(file);
        } catch (IOException e) {
            throw new IllegalStateException("class file: " + file + " (expected: readable)", e);
        }
        List<String> methods = new ArrayList<>();
        for (MethodModel method : model.methods()) {
            boolean enters = method.code().stream().flatMap(code -> code.elementStream())
                    .anyMatch(each -> each instanceof MonitorInstruction monitor
                            && monitor.opcode() == Opcode.MONITORENTER);
            if (enters) {
                methods.add(method.methodName().stringValue());
            }
        }
        return methods;
    }

    private boolean isBelowRoot(JavaClass type) {
        return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
    }

    private String folder(JavaClass type) {
        String name = type.getPackageName();
        if (!isBelowRoot(type) || name.equals(root)) {
            return root;
        }
        int start = root.length() + 1;
        int end = name.indexOf('.', start);
        return end < 0 ? name.substring(start) : name.substring(start, end);
    }
}
