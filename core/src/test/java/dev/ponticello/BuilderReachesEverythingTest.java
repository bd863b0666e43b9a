package dev.ponticello;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.ponticello.config.Cidr;
import dev.ponticello.config.ErrorBody;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.GroupConfig;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.Secret;
import dev.ponticello.exchange.Decision;
import dev.ponticello.exchange.Handler;
import dev.ponticello.exchange.OwnAnswer;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.Policy;
import dev.ponticello.exchange.PolicyFactory;
import dev.ponticello.exchange.Response;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every component of every config record can be set by the builder: found by reflection, so that one which is added is asked for, too.
 *
 * <p>A record is made by its public constructor, from values that it accepts; then once more for each component, with another value there. A place for it is sought up to the root, where the builder puts
 * it.
 */
class BuilderReachesEverythingTest {
    private static final Map<Class<?>, List<?>> VARIANTS = new HashMap<>();
    private static boolean inGroup;

    /** Records of own code: nothing that is sealed names them. */
    private static final List<Class<?>> OWN = List.of(OwnPolicy.Given.class, OwnPolicy.Made.class, OwnAnswer.class);

    /** What may stand in a component of this type; the first that the record's constructor accepts does. */
    private static List<?> candidates(Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return List.of(308, 301, 1, 2, 3, 24, 200, 404, 1000, 2048);
        } else if (type == long.class || type == Long.class) {
            return List.of(1L, 2L, 4096L, 2048L, 8192L, 1L << 21, 1L << 22);
        } else if (type == boolean.class || type == Boolean.class) {
            return List.of(false, true);
        } else if (type == double.class || type == Double.class) {
            return List.of(0.25, 0.5);
        } else if (type == String.class) {
            return List.of("/a", "/b", "X-A", "X-B", "GET", "PUT", "a", "b", "a.example", "b.example",
                    "https://a.example",
                    "https://b.example", "http://a.example", "http://b.example", "");
        } else if (type == ErrorBody.class) {
            return List.of(ErrorBody.of("text/html", new byte[]{'a'}), ErrorBody.of("text/plain", new byte[]{'b'}));
        } else if (type == Duration.class) {
            return List.of(Duration.ofSeconds(1), Duration.ofSeconds(2));
        } else if (type == Path.class) {
            return List.of(Path.of("a"), Path.of("b"));
        } else if (type == Secret.class) {
            return List.of(Secret.of("a".repeat(64)), Secret.of("b".repeat(64)));
        } else if (type == Cidr.class) {
            return List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("::1"));
        } else if (type == Policy.class) {
            return List.of(new Policy() {}, Policy.before(_ -> Decision.CONTINUE));
        } else if (type == Handler.class) {
            return List.<Handler>of(_ -> Response.empty(200), _ -> Response.empty(204));
        } else if (type == PolicyFactory.class) {
            return List.of(new FirstFactory(), new SecondFactory());
        } else if (type == Object.class) {
            return List.of("settings", "other settings");
        } else if (type.isEnum()) {
            return Arrays.asList(type.getEnumConstants());
        } else if (type.isRecord()) {
            List<?> known = VARIANTS.get(type);
            if (known == null) {
                known = variants(type.asSubclass(Record.class));
                VARIANTS.put(type, known);
            }
            return known;
        } else if (type.isSealed()) {
            return implementations(type).stream().flatMap(each -> candidates(each).stream()).toList();
        }
        throw new AssertionError("no candidates for " + type + " (expected: some in this test)");
    }

    private static class FirstFactory implements PolicyFactory<Object> {
        @Override
        public String type() {
            return "first";
        }

        @Override
        public Object read(dev.ponticello.config.Section section) {
            return "settings";
        }

        @Override
        public Policy make(Object settings) {
            return new Policy() {};
        }
    }

    private static final class SecondFactory extends FirstFactory {
        @Override
        public String type() {
            return "second";
        }
    }

    private static List<?> candidates(Type type) {
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            Type[] arguments = generic.getActualTypeArguments();
            if (List.class.isAssignableFrom(raw)) {
                return candidates(arguments[0]).stream().map(List::of).toList();
            } else if (Map.class.isAssignableFrom(raw)) {
                List<Object> maps = new ArrayList<>();
                for (Object key : candidates(arguments[0])) {
                    for (Object value : candidates(arguments[1])) {
                        maps.add(new LinkedHashMap<>(Map.of(key, value)));
                    }
                }
                return maps;
            }
            return candidates(raw);
        } else if (type instanceof TypeVariable<?> || type instanceof WildcardType) {
            return candidates(Object.class);
        }
        return candidates((Class<?>) type);
    }

    /** The records and enums that may stand for a sealed interface, those of own code included. */
    private static List<Class<?>> implementations(Class<?> type) {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            if (permitted.isInterface()) {
                all.addAll(permitted.isSealed() ? implementations(permitted)
                        : OWN.stream().filter(permitted::isAssignableFrom).toList());
            } else {
                all.add(permitted);
            }
        }
        return List.copyOf(all);
    }

    /** Records of this class, each with values that it accepts: one, and for each component another that differs there. */
    private static <R extends Record> List<R> variants(Class<R> type) {
        @Nullable
        Object[] base = arguments(type);
        List<R> variants = new ArrayList<>();
        variants.add(Objects.requireNonNull(make(type, base)));
        for (int i = 0; i < base.length; i++) {
            R variant = differing(type, base, i);
            if (variant != null) {
                variants.add(variant);
            }
        }
        return variants;
    }

    /** A record that differs here from the plain one; with one other component changed, where the constructor asks for that. */
    private static <R extends Record> @Nullable R differing(Class<R> type, @Nullable Object[] base, int component) {
        R plain = Objects.requireNonNull(make(type, base));
        R variant = differing(type, base, component, plain);
        for (int beside = 0; variant == null && beside < base.length; beside++) {
            for (Object candidate : beside == component ? List.of() : component(type, beside)) {
                @Nullable
                Object[] changed = base.clone();
                changed[beside] = candidate;
                variant = variant == null ? differing(type, changed, component, plain) : variant;
            }
        }
        return variant;
    }

    private static <R extends Record> @Nullable R differing(Class<R> type, @Nullable Object[] base, int component,
            R plain) {
        for (Object candidate : component(type, component)) {
            @Nullable
            Object[] changed = base.clone();
            changed[component] = candidate;
            R variant = make(type, changed);
            if (variant != null && !Objects.equals(get(variant, component), get(plain, component))) {
                return variant;
            }
        }
        return null;
    }

    private static List<?> component(Class<? extends Record> type, int component) {
        if (type.equals(GroupConfig.class) && type.getRecordComponents()[component].getName().equals("groups")) {
            // A group may hold groups: two levels show it.
            return groupsOfAGroup();
        }
        List<@Nullable Object> values = new ArrayList<>(
                candidates(type.getRecordComponents()[component].getGenericType()));
        if (isNullable(type.getRecordComponents()[component])) {
            values.add(null);
        }
        return values;
    }

    private static List<?> groupsOfAGroup() {
        if (inGroup) {
            return List.of(List.of());
        }
        inGroup = true;
        try {
            return List.of(List.of(),
                    List.of(Objects.requireNonNull(make(GroupConfig.class, arguments(GroupConfig.class)))));
        } finally {
            inGroup = false;
        }
    }

    /** Arguments that the constructor accepts: what its message refuses by name is replaced by the next candidate, and else the first component. */
    private static @Nullable Object[] arguments(Class<? extends Record> type) {
        RecordComponent[] components = type.getRecordComponents();
        int[] chosen = new int[components.length];
        while (true) {
            @Nullable
            Object[] arguments = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                arguments[i] = component(type, i).get(chosen[i]);
            }
            String refusal = refusal(type, arguments);
            if (refusal == null) {
                return arguments;
            }
            int refused = 0;
            while (refused < components.length && !refusal.startsWith(key(components[refused]))) {
                refused++;
            }
            if (!choose(type, chosen, refused == components.length ? 0 : refused)) {
                throw new AssertionError("nothing that " + type + " accepts: " + refusal);
            }
        }
    }

    /** The next candidate here; when there is none any more, the first again, and the next of the component behind. */
    private static boolean choose(Class<? extends Record> type, int[] chosen, int from) {
        for (int i = from; i < chosen.length; i++) {
            chosen[i]++;
            if (chosen[i] < component(type, i).size()) {
                return true;
            }
            chosen[i] = 0;
        }
        return false;
    }

    private static String key(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    private static <R extends Record> @Nullable R make(Class<R> type, @Nullable Object[] arguments) {
        try {
            return constructor(type).newInstance(arguments);
        } catch (InvocationTargetException e) {
            return null;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static @Nullable String refusal(Class<? extends Record> type, @Nullable Object[] arguments) {
        try {
            constructor(type).newInstance(arguments);
            return null;
        } catch (InvocationTargetException e) {
            return String.valueOf(Objects.requireNonNull(e.getCause()).getMessage());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static <R extends Record> Constructor<R> constructor(Class<R> type) throws NoSuchMethodException {
        Class<?>[] types = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        Constructor<R> constructor = type.getDeclaredConstructor(types);
        assertThat(Modifier.isPublic(constructor.getModifiers()) && Modifier.isPublic(type.getModifiers()))
                .as("%s can be made by everybody", type).isTrue();
        return constructor;
    }

    private static @Nullable Object get(Record of, int component) {
        try {
            return of.getClass().getRecordComponents()[component].getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    // ---- where a record may stand

    private static Set<Class<? extends Record>> records() {
        Set<Class<? extends Record>> found = new LinkedHashSet<>();
        collect(GatewayConfig.class, found);
        return found;
    }

    private static void collect(Type type, Set<Class<? extends Record>> found) {
        if (type instanceof ParameterizedType generic) {
            Arrays.stream(generic.getActualTypeArguments()).forEach(argument -> collect(argument, found));
        } else if (type instanceof Class<?> plain) {
            if (plain.isRecord() && found.add(plain.asSubclass(Record.class))) {
                for (RecordComponent component : plain.getRecordComponents()) {
                    collect(component.getGenericType(), found);
                }
            } else if (plain.isSealed()) {
                implementations(plain).forEach(each -> collect(each, found));
            }
        }
    }

    /** A config in which this value stands somewhere. */
    private static GatewayConfig around(Record value, Set<Class<?>> seen) {
        if (value instanceof GatewayConfig config) {
            return config;
        }
        for (Class<? extends Record> holder : records()) {
            RecordComponent[] components = holder.getRecordComponents();
            for (int i = 0; i < components.length; i++) {
                Object held = held(components[i].getGenericType(), value);
                if (held == null || seen.contains(holder) || holder.isInstance(value)) {
                    continue;
                }
                @Nullable
                Object[] arguments = arguments(holder);
                arguments[i] = held;
                Record made = make(holder, arguments);
                for (int beside = 0; made == null && beside < components.length; beside++) {
                    // One of two that exclude each other.
                    if (beside != i && isNullable(components[beside])) {
                        arguments[beside] = null;
                        made = make(holder, arguments);
                    }
                }
                if (made != null) {
                    Set<Class<?>> deeper = new LinkedHashSet<>(seen);
                    deeper.add(holder);
                    return around(made, deeper);
                }
            }
        }
        throw new AssertionError("no place for " + value);
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static @Nullable Object held(Type type, Record value) {
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (!(last instanceof Class<?> item) || !item.isInstance(value)) {
                return null;
            }
            return List.class.isAssignableFrom((Class<?>) generic.getRawType()) ? List.of(value)
                    : new LinkedHashMap<>(Map.of("a", value));
        }
        return type instanceof Class<?> plain && plain.isInstance(value) ? value : null;
    }

    @TestFactory
    Stream<DynamicTest> everyComponentCanBeSet() {
        return records().stream().flatMap(type -> {
            RecordComponent[] components = type.getRecordComponents();
            @Nullable
            Object[] base = arguments(type);
            return java.util.stream.IntStream.range(0, components.length)
                    .mapToObj(i -> dynamicTest(type.getSimpleName() + "." + components[i].getName(), () -> {
                        // Where there is but one value so far, that one.
                        Record variant = component(type, i).size() == 1 ? make(type, base) : differing(type, base, i);
                        assertThat(variant).as("another value that it accepts").isNotNull();
                        GatewayConfig wanted = around(Objects.requireNonNull(variant), Set.of());
                        assertThat(built(wanted)).isEqualTo(wanted);
                        assertThat(wanted.toString()).as("the value is there").contains(String.valueOf(variant));
                    }));
        });
    }

    /** By the builder's own means: a change of each component of the root. */
    private static GatewayConfig built(GatewayConfig wanted) {
        GatewayBuilder builder = Gateway.builder();
        for (RecordComponent component : GatewayConfig.class.getRecordComponents()) {
            String name = component.getName();
            String with = "with" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
            builder.with(config -> {
                try {
                    return (GatewayConfig) GatewayConfig.class.getMethod(with, component.getType()).invoke(config,
                            component.getAccessor().invoke(wanted));
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError(with + ": missing (expected: a copy with another " + name + ")", e);
                }
            });
        }
        return builder.build();
    }

    @Test
    void everyKindOfPolicyIsAmongThem() {
        assertThat(records()).containsAll(
                implementations(PolicyConfig.class).stream().map(each -> each.<Record>asSubclass(Record.class))
                        .toList());
        assertThat(records()).hasSizeGreaterThan(25);
    }
}
