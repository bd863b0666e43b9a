package dev.ponticello.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.Gateway;
import dev.ponticello.app.yaml.YamlReader;
import dev.ponticello.config.ConfigCheck;
import dev.ponticello.config.ConfigReader;
import dev.ponticello.config.Environment;
import dev.ponticello.config.GatewayConfig;
import dev.ponticello.config.Place;
import dev.ponticello.config.Problem;
import dev.ponticello.config.Problems;
import dev.ponticello.config.Settings;
import dev.ponticello.testing.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Any bytes as a config file: what is wrong is a problem with its place, and what is not can be compiled. */
class ConfigFuzzTest extends FuzzTest {
    private static final Environment ENVIRONMENT = new Environment(
            name -> name.equals("SECRET") ? Configs.SECRET : null, path -> {
                throw new NoSuchFileException(path.toString());
            }, Path.of("/etc/p"));

    @Override
    protected void test(byte[] input) {
        Problems problems = new Problems();
        GatewayConfig config = read(input, problems);
        Problems again = new Problems();
        assertThat(read(input, again)).isEqualTo(config);
        assertThat(again).hasToString(problems.toString());
        if (config == null) {
            assertThat(problems.hasErrors()).isTrue();
        }
        List<String> lines = new String(input, StandardCharsets.UTF_8).lines().toList();
        for (Problem problem : problems.all()) {
            assertIsPrintable(problem, lines);
        }
    }

    private static @Nullable GatewayConfig read(byte[] input, Problems problems) {
        Settings settings = YamlReader.read("gw.yaml", input, problems);
        if (settings == null) {
            return null;
        }
        GatewayConfig config = ConfigReader.read(settings, ENVIRONMENT, problems);
        ConfigCheck.check(config, problems);
        if (!problems.hasErrors()) {
            Gateway.check(config, problems);
        }
        return config;
    }

    private static void assertIsPrintable(Problem problem, List<String> lines) {
        Place place = problem.place();
        assertThat(place).as(problem.toString()).isNotNull();
        assertThat(place.line()).isBetween(1, lines.size() + 1);
        assertThat(place.column()).isPositive();
        assertThat(problem.found()).isNotBlank();
        assertThat(problem.toString().chars().noneMatch(Character::isISOControl)).as(problem.toString()).isTrue();
        assertThat(problem.toString(lines)).startsWith(problem.toString());
    }
}
