package dev.ponticello.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The library as a module: it resolves, and what it shows to embedders has no type of Netty in it. */
class ModulesTest {
    private static final Path CLASSES = Path.of("target", "classes");
    private static final String MODULE = "dev.ponticello";

    /** Parts of a body on their way: for the gateway itself, beside the heads that are for everybody. */
    private static final Set<String> STREAMS = Set.of("dev.ponticello.http.BodyCoding",
            "dev.ponticello.http.MessageReceiver", "dev.ponticello.http.MessageSink");

    @Test
    void itsModulesResolve() {
        Configuration resolved = resolve(libraries());
        assertThat(resolved.findModule(MODULE)).isPresent();
        assertThat(resolved.modules().stream().map(ResolvedModule::name)).contains("io.netty.transport",
                "tools.jackson.core", "com.github.benmanes.caffeine");
        assertThat(resolved.modules().stream().map(ResolvedModule::reference).map(ModuleReference::descriptor)
                .filter(ModuleDescriptor::isAutomatic)).as("jars without a module of their own").isEmpty();
    }

    @Test
    void aMissingLibraryIsSeen() {
        Path[] without = Stream.of(libraries()).filter(path -> !path.toString().contains("netty-transport-4"))
                .toArray(Path[]::new);
        assertThat(without).hasSizeLessThan(libraries().length);
        assertThatThrownBy(() -> resolve(without)).isInstanceOf(FindException.class)
                .hasMessageContaining("io.netty.transport");
    }

    @Test
    void whatEmbeddersSeeHasNoTypeOfNetty() {
        Set<String> users = new TreeSet<>();
        for (JavaClass type : exported()) {
            if (isShown(type.getModifiers()) && type.getMembers().stream().anyMatch(ModulesTest::showsNetty)) {
                users.add(type.getName());
            }
        }
        // Compared both ways: the rule meets classes that break it, and these are no more than said.
        assertThat(users).isEqualTo(new TreeSet<>(STREAMS));
    }

    private static boolean showsNetty(JavaMember member) {
        if (!isShown(member.getModifiers())) {
            return false;
        }
        Stream<JavaClass> types = switch (member) {
            case JavaField field -> Stream.of(field.getRawType());
            case JavaCodeUnit method -> Stream.of(List.of(method.getRawReturnType()), method.getRawParameterTypes(),
                    method.getExceptionTypes()).flatMap(List::stream);
            default -> Stream.empty();
        };
        return types.anyMatch(type -> type.getBaseComponentType().getPackageName().startsWith("io.netty"));
    }

    private static boolean isShown(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static List<JavaClass> exported() {
        ModuleDescriptor module = ModuleFinder.of(CLASSES).find(MODULE).orElseThrow().descriptor();
        Set<String> packages = module.exports().stream().filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source).collect(Collectors.toSet());
        assertThat(packages).contains("dev.ponticello", "dev.ponticello.exchange");
        JavaClasses classes = new ClassFileImporter().importPath(CLASSES);
        return classes.stream().filter(type -> packages.contains(type.getPackageName())).toList();
    }

    /** The jars on the class path that are no part of this build or of its tests. */
    private static Path[] libraries() {
        return Arrays.stream(System.getProperty("java.class.path").split(System.getProperty("path.separator")))
                .filter(path -> path.endsWith(".jar"))
                .filter(path -> path.contains("netty") || path.contains("jackson") || path.contains("caffeine")
                        || path.contains("jspecify") || path.contains("zstd-jni") || path.contains("brotli4j"))
                .map(Path::of).toArray(Path[]::new);
    }

    private static Configuration resolve(Path[] libraries) {
        Path[] all = Stream.concat(Stream.of(CLASSES), Stream.of(libraries)).toArray(Path[]::new);
        return ModuleLayer.boot().configuration().resolve(ModuleFinder.of(all), ModuleFinder.of(), Set.of(MODULE));
    }
}
