package dev.ponticello.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The gateway with the faults of all mutants in it, one of which is at work at a time.
 *
 * <p>A loader loads all of the gateway and of the simulation anew. A method that a mutant breaks is there as it is, and once more for each mutant that breaks it; which of them runs says {@link AtWork}. So
 * the code stays warm from one mutant to the next, and production code knows nothing of it.
 */
final class MutatedGateway implements AutoCloseable {
    /** In place of a mutant's number: the gateway as it is. */
    static final int NONE = -1;

    private static final String ROOT = "dev.ponticello.";
    private static final ClassDesc AT_WORK = ClassDesc.of(AtWork.class.getName());

    private final List<Mutant> mutants;
    private final int[] changes;
    private final Class<?> atWork;
    private final Object simulator;

    MutatedGateway(List<Mutant> mutants) {
        this.mutants = mutants;
        this.changes = new int[mutants.size()];
        try {
            Loader loader = new Loader();
            atWork = loader.loadClass(AtWork.class.getName());
            simulator = loader.loadClass(Simulator.class.getName()).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the mutants cannot be loaded", e);
        }
    }

    /**
     * What the simulation finds in this seed; null if nothing.
     *
     * @param mutant the number of the one at work, or {@link #NONE}
     */
    @Nullable
    String play(int mutant, long seed) {
        try {
            atWork.getField("now").setInt(null, mutant);
            return (String) simulator.getClass().getMethod("play", long.class, Consumer.class)
                    .invoke(simulator, seed, null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("seed " + seed + ": not played", e);
        }
    }

    /** Whether there was something to change for a mutant that has been played. */
    boolean isChanged(int mutant) {
        return changes[mutant] > 0;
    }

    @Override
    public void close() {
        try {
            simulator.getClass().getMethod("close").invoke(simulator);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the simulator does not end", e);
        }
    }

    private final class Loader extends ClassLoader {
        Loader() {
            super(MutatedGateway.class.getClassLoader());
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
                byte[] bytes = changed(name, in.readAllBytes());
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private byte[] changed(String type, byte[] bytes) {
        int[] here = IntStream.range(0, mutants.size()).filter(i -> type.equals(ROOT + mutants.get(i).type()))
                .toArray();
        if (here.length == 0) {
            return bytes;
        }
        ClassTransform transform = (builder, element) -> {
            if (!(element instanceof MethodModel method) || method.code().isEmpty()
                    || !change(type, method, here, builder)) {
                builder.with(element);
            }
        };
        ClassFile files = ClassFile.of();
        return files.transformClass(files.parse(bytes), transform);
    }

    /** False if no mutant breaks this method. */
    private boolean change(String type, MethodModel method, int[] here, ClassBuilder builder) {
        int[] breaking = IntStream.of(here)
                .filter(i -> method.methodName().equalsString(mutants.get(i).method())).toArray();
        if (breaking.length == 0) {
            return false;
        }
        String name = method.methodName().stringValue();
        add(builder, method, name + "$right", MethodTransform.ACCEPT_ALL);
        for (int mutant : breaking) {
            add(builder, method, name + "$wrong" + mutant,
                    mutants.get(mutant).change().of(method, () -> changes[mutant]++));
        }
        builder.withMethodBody(name, method.methodTypeSymbol(), method.flags().flagsMask(), code -> {
            for (int mutant : breaking) {
                Label other = code.newLabel();
                code.getstatic(AT_WORK, "now", ConstantDescs.CD_int).loadConstant(mutant).if_icmpne(other);
                call(code, ClassDesc.of(type), method, name + "$wrong" + mutant);
                code.labelBinding(other);
            }
            call(code, ClassDesc.of(type), method, name + "$right");
        });
        return true;
    }

    private static void add(ClassBuilder builder, MethodModel method, String name, MethodTransform transform) {
        builder.withMethod(name, method.methodTypeSymbol(), method.flags().flagsMask(),
                copy -> copy.transform(method, transform));
    }

    private static void call(CodeBuilder code, ClassDesc type, MethodModel method, String name) {
        MethodTypeDesc signature = method.methodTypeSymbol();
        boolean isStatic = method.flags().has(AccessFlag.STATIC);
        if (!isStatic) {
            code.aload(0);
        }
        for (int i = 0; i < signature.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(signature.parameterType(i)), code.parameterSlot(i));
        }
        if (isStatic) {
            code.invokestatic(type, name, signature);
        } else {
            code.invokevirtual(type, name, signature);
        }
        code.return_(TypeKind.from(signature.returnType()));
    }
}
