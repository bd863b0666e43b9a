package dev.ponticello.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTest {

    private static final Settings ROOT = mapping(1, 1, new Settings.Entry(at(1, 1), "routes",
            new Settings.Sequence(at(2, 3),
                    List.of(mapping(2, 5, new Settings.Entry(at(2, 5), "to", text(2, 9, "users")),
                            new Settings.Entry(at(3, 5), "https://a.b/c", text(3, 22, "x")))))));

    @Test
    void showsThePathWithoutAPlace() {
        assertThat(new Problem(Problem.Severity.ERROR, "routes[0].to", null, "'x'", "y", "did you mean 'y'?"))
                .hasToString("routes[0].to: 'x' (expected: y); did you mean 'y'?");
        assertThat(new Problem(Problem.Severity.NOTE, "routes[0]", null, "so it is", null, null))
                .hasToString("routes[0]: note: so it is");
    }

    @Test
    void showsPlaceAndLastKey() {
        assertThat(located("routes[0].to")).isEqualTo("f.yaml:2:9: to: found");
        assertThat(located("routes[0]")).isEqualTo("f.yaml:2:5: routes[0]: found");
        assertThat(located("routes")).isEqualTo("f.yaml:1:1: routes: found");
        assertThat(located("")).isEqualTo("f.yaml:1:1: found");
        assertThat(located("routes[0]['https://a.b/c']")).isEqualTo("f.yaml:3:22: routes[0]['https://a.b/c']: found");
    }

    @Test
    void whatIsNotWrittenHasThePlaceAroundIt() {
        assertThat(located("routes[0].policies[2].rate-limit.name")).isEqualTo("f.yaml:2:5: name: found");
        assertThat(located("routes[7].to")).isEqualTo("f.yaml:1:1: to: found");
        assertThat(located("listeners")).isEqualTo("f.yaml:1:1: listeners: found");
    }

    @Test
    void showsTheLineWithACaret() {
        Problem problem = new Problem(Problem.Severity.ERROR, "to", new Place("f.yaml", 12, 6), "'x'", "y", null);
        List<String> lines = new java.util.ArrayList<>(java.util.Collections.nCopies(11, ""));
        lines.add("a\t🙂: x");
        assertThat(problem.toString(lines)).isEqualTo("""
                f.yaml:12:6: to: 'x' (expected: y)
                  12 | a\t🙂: x
                     |  \t   ^""");
    }

    @Test
    void sendsNothingToTheTerminalThatMovesItsCursor() {
        Problem problem = new Problem(Problem.Severity.ERROR, "a", new Place("f.yaml", 1, 4), "'\u001b[2J'", "\b",
                "\r");
        assertThat(problem.toString(List.of("a:\t\u001b[2J"))).isEqualTo("""
                f.yaml:1:4: a: '\\u001b[2J' (expected: \\u0008); \\u000d
                  1 | a:\t\uFFFD[2J
                    |   \t^""");
    }

    @Test
    void showsNoLineThatIsNotThere() {
        Problem problem = new Problem(Problem.Severity.ERROR, "", new Place("f.yaml", 2, 1), "x", null, null);
        assertThat(problem.toString(List.of("one"))).isEqualTo("f.yaml:2:1: x");
    }

    @Test
    void areOrderedByPlaceAndToldOnce() {
        Problems problems = new Problems();
        problems.locateIn(ROOT);
        problems.error("routes[0]['https://a.b/c']", "third", null);
        problems.warning("routes[0].to", "second");
        problems.error("", "first", null);
        problems.warning("routes[0].to", "second");
        assertThat(problems).hasToString("""
                f.yaml:1:1: first
                f.yaml:2:9: warning: to: second
                f.yaml:3:22: routes[0]['https://a.b/c']: third
                """);
    }

    @Test
    void withoutPlacesKeepTheOrderInWhichTheyWereFound() {
        Problems problems = new Problems();
        problems.warning("b", "1");
        assertThat(problems.hasErrors()).isFalse();
        problems.error("a", "2", null);
        assertThat(problems.hasErrors()).isTrue();
        assertThat(problems).hasToString("b: warning: 1\na: 2\n");
    }

    @Test
    void hintsAtTheNearestWordOnly() {
        List<String> known = List.of("endpoints", "timeouts", "title");
        assertThat(Words.hint("endpoint", known)).isEqualTo("did you mean 'endpoints'?");
        assertThat(Words.hint("tilte", known)).isEqualTo("did you mean 'title'?");
        assertThat(Words.hint("time-outs", known)).isEqualTo("did you mean 'timeouts'?");
        assertThat(Words.hint("ENDPOINTS", known)).isEqualTo("did you mean 'endpoints'?");
        assertThat(Words.hint("time", known)).isEqualTo("did you mean 'timeouts'?");
        assertThat(Words.hint("tim", known)).isNull();
        assertThat(Words.hint("retry", known)).isNull();
        assertThat(Words.hint("x", known)).isNull();
        assertThat(Words.anyOf(known)).isEqualTo("endpoints, timeouts or title");
        assertThat(Words.anyOf(List.of())).isEqualTo("none");
    }

    private static String located(String path) {
        Problems problems = new Problems();
        problems.locateIn(ROOT);
        problems.error(path, "found", null);
        return problems.all().getFirst().toString();
    }

    private static Settings mapping(int line, int column, Settings.Entry... entries) {
        return new Settings.Mapping(at(line, column), List.of(entries));
    }

    private static Settings text(int line, int column, String text) {
        return new Settings.Scalar(at(line, column), text);
    }

    private static Place at(int line, int column) {
        return new Place("f.yaml", line, column);
    }
}
