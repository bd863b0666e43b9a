package dev.ponticello.exchange;

import dev.ponticello.config.Section;

/**
 * Makes policies of own code from config: {@code policies: [{ my-policy: { … } }]}.
 *
 * <p>{@link java.util.ServiceLoader} finds it: named in {@code META-INF/services/dev.ponticello.exchange.PolicyFactory}, or as {@code provides} in a module. One object serves every place and every config.
 *
 * @param <S> its settings, best a record: equal settings are then equal configs
 */
public interface PolicyFactory<S> {
    /** The name in config: {@code my-policy}. Not that of a built-in policy or of another factory: that is a problem, and nothing is served. */
    String type();

    /**
     * Reads the settings written below the name. What it asks the section for are the known keys; any other is a problem with its place. A value out of range is an {@link IllegalArgumentException} of the
     * settings' constructor, within {@link Section#build}. Nothing is to be opened or started here: a config may be read only to be checked.
     *
     * @param section empty if the policy is written as its name alone
     */
    S read(Section section);

    /**
     * Makes the policy, when a config is about to be served; not when it is only checked. Whatever it throws is a problem, and the config is not served.
     *
     * @param settings what {@link #read} gave, or what code gave in its place
     */
    Policy make(S settings);
}
