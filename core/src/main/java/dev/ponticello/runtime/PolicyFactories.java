package dev.ponticello.runtime;

import dev.ponticello.config.ConfigReader;
import dev.ponticello.config.PolicyConfig;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Section;
import dev.ponticello.exchange.OwnPolicy;
import dev.ponticello.exchange.PolicyFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The kinds of policies of own code that this program has, by the name that config calls them. */
public final class PolicyFactories {
    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private PolicyFactories() {}

    /** Those that {@link ServiceLoader} finds, and how each reads its settings. One that cannot be used is a problem. */
    public static Map<String, Function<Section, PolicyConfig>> find(Problems problems) {
        List<PolicyFactory<?>> found = new ArrayList<>();
        try {
            for (PolicyFactory<?> factory : ServiceLoader.load(PolicyFactory.class)) {
                found.add(factory);
            }
        } catch (ServiceConfigurationError e) {
            problems.error("", "a policy factory cannot be loaded: " + e.getMessage(), null);
        }
        return of(found, problems);
    }

    static Map<String, Function<Section, PolicyConfig>> of(List<PolicyFactory<?>> factories, Problems problems) {
        Map<String, PolicyFactory<?>> byType = new LinkedHashMap<>();
        for (PolicyFactory<?> factory : factories) {
            String type = factory.type();
            String what = "the policy factory " + factory.getClass().getName();
            PolicyFactory<?> other = byType.get(type);
            if (!TYPE.matcher(type).matches()) {
                problems.error("", what + " has the type '" + type + "'",
                        "small letters, digits and '-', like my-policy");
            } else if (ConfigReader.policyTypes().contains(type)) {
                problems.error("", what + " has the type of a built-in policy, '" + type + "'", "a name of its own");
            } else if (other != null) {
                problems.error("",
                        what + " has the type '" + type + "', which " + other.getClass().getName() + " has, too",
                        "a name of its own");
            } else {
                byType.put(type, factory);
            }
        }
        Map<String, Function<Section, PolicyConfig>> readers = new LinkedHashMap<>();
        byType.forEach((type, factory) -> readers.put(type, section -> read(factory, section)));
        return readers;
    }

    private static <S> PolicyConfig read(PolicyFactory<S> factory, Section section) {
        try {
            return new OwnPolicy.Made<>(factory,
                    Objects.requireNonNull(factory.read(section), "its settings are null"));
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalArgumentException("the policy's settings cannot be read: " + e, e);
        }
    }
}
