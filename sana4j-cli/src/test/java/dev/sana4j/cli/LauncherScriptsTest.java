package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the text of {@code sana.cmd}, which only Windows can run, against the script for sh. */
class LauncherScriptsTest {
  private static final Path SCRIPTS = Path.of("..", "sana4j-dist", "src", "dist", "bin");

  /** Options that depend on the terminal or on unpacked natives, which only sh handles. */
  private static final List<String> ONLY_SH =
      List.of("-Dsana4j.terminal=", "-Dsana4j.terminal.output=", "-Djava.library.path=");

  private static String script(String name) throws IOException {
    return Files.readString(SCRIPTS.resolve(name));
  }

  private static Set<String> found(String pattern, String text) {
    Set<String> found = new TreeSet<>();
    Pattern.compile(pattern).matcher(text).results().map(MatchResult::group).forEach(found::add);
    return found;
  }

  @Test
  void windowsGetsTheOptionsOfJavaThatShGets() throws IOException {
    String options = "--enable-[\\w=-]+|-XX:[\\w+=]+|-D[\\w.]+=(true|0)?";
    Set<String> sh = found(options, script("sana"));
    ONLY_SH.forEach(sh::remove);
    assertThat(found(options, script("sana.cmd"))).isEqualTo(sh).hasSizeGreaterThan(5);
  }

  @Test
  void bothStartTheCommandLine() throws IOException {
    for (String name : List.of("sana", "sana.cmd")) {
      assertThat(script(name)).contains(" " + Sana.class.getName() + " ");
    }
  }

  @Test
  void windowsSetsVariablesOnlyIfTheUserHasNot() throws IOException {
    Set<String> set = found("(?<=set \")(O|SANA4J)\\w+(?==)", script("sana.cmd"));
    assertThat(set)
        .containsExactly("OMP_WAIT_POLICY", "OPENBLAS_THREAD_TIMEOUT", "SANA4J_REFERENCE");
    for (String name : set) {
      assertThat(script("sana.cmd")).contains("if not defined " + name + " set \"" + name + "=");
      assertThat(script("sana")).contains("${" + name + ":-");
    }
  }

  @Test
  void windowsGetsLinesThatItUnderstands() throws IOException {
    String text = script("sana.cmd");
    assertThat(text.replace("\r\n", "")).doesNotContain("\n").doesNotContain("\r");
    List<String> lines = text.lines().toList();
    assertThat(lines.get(0)).isEqualTo("@echo off");
    assertThat(lines.get(lines.size() - 1)).isEqualTo("exit /b %ERRORLEVEL%");
    for (String line : lines) {
      assertThat(line.chars().filter(c -> c == '"').count() % 2).as(line).isZero();
      assertThat(line.chars().allMatch(c -> c < 128)).as(line).isTrue();
    }
    assertThat(text.chars().filter(c -> c == '(').count())
        .isEqualTo(text.chars().filter(c -> c == ')').count());
  }
}
