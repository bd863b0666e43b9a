package dev.ponticello.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A gateway with a fault in one method, which the simulation must find.
 *
 * <p>The method is changed when its class is loaded, by a loader that loads all of the gateway and of the simulation anew: production code knows nothing of it.
 *
 * @param what what is broken, in words
 * @param type the class, below {@code dev.ponticello}
 * @param method all of its methods of this name
 * @param first the seed to begin with; for a fault that few seeds show, one of them, so that the build is quick
 */
record Mutant(String what, String type, String method, Change change, long first) {
    private static final String ROOT = "dev.ponticello.";

    Mutant(String what, String type, String method, Change change) {
        this(what, type, method, change, 0);
    }

    /** Plays it. */
    Run begin() {
        return new Run(this);
    }

    @Override
    public String toString() {
        return what + " (" + type + "." + method + ")";
    }

    /** The mutant at work. */
    static final class Run implements AutoCloseable {
        private final Mutant mutant;
        private final AtomicInteger changes = new AtomicInteger();
        private final Object simulator;

        private Run(Mutant mutant) {
            this.mutant = mutant;
            try {
                simulator = new Loader().loadClass(Simulator.class.getName()).getConstructor().newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(mutant + ": not loaded", e);
            }
        }

        /** What the simulation finds in this seed; null if nothing. */
        @Nullable
        String play(long seed) {
            try {
                return (String) simulator.getClass().getMethod("play", long.class, Consumer.class)
                        .invoke(simulator, seed, null);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(mutant + ": not played", e);
            }
        }

        @Override
        public void close() {
            try {
                simulator.getClass().getMethod("close").invoke(simulator);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(mutant + ": not ended", e);
            }
        }

        /** Whether there was something to change. */
        boolean isChanged() {
            return changes.get() > 0;
        }

        private final class Loader extends ClassLoader {
            Loader() {
                super(Mutant.class.getClassLoader());
            }

            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (!name.startsWith(ROOT)) {
                    return super.loadClass(name, resolve);
                }
                synchronized (getClassLoadingLock(name)) {
                    Class<?> loaded = findLoadedClass(name);
                    return loaded != null ? loaded : define(name);
                }
            }

            private Class<?> define(String name) throws ClassNotFoundException {
                try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                    if (in == null) {
                        throw new ClassNotFoundException(name);
                    }
                    byte[] bytes = in.readAllBytes();
                    if (name.equals(ROOT + mutant.type)) {
                        bytes = changed(bytes);
                    }
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }

            private byte[] changed(byte[] bytes) {
                ClassFile files = ClassFile.of();
                ClassTransform transform = (builder, element) -> {
                    if (element instanceof MethodModel method && method.methodName().equalsString(mutant.method)
                            && method.code().isPresent()) {
                        builder.transformMethod(method, mutant.change.of(method, changes::incrementAndGet));
                    } else {
                        builder.with(element);
                    }
                };
                return files.transformClass(files.parse(bytes), transform);
            }
        }
    }
}
