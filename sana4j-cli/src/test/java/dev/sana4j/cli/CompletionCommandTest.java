package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionCommandTest {
  @TempDir private Path folder;

  private Path script(String shell) throws IOException {
    String text = Run.sana("completion", shell).succeeds().out();
    return Files.writeString(folder.resolve("sana." + shell), text);
  }

  private static boolean isInstalled(String shell) {
    String path = System.getenv().getOrDefault("PATH", "");
    return List.of(path.split(":", -1)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell)));
  }

  private String run(String... command) throws Exception {
    assumeTrue(isInstalled(command[0]), command[0] + " is not installed");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    return out;
  }

  @ParameterizedTest
  @CsvSource({
    "sana gen, generate",
    "sana train ba, base",
    "sana generate --over, --overwrite",
    "sana generate --format we, WEBP"
  })
  void bashCompletesCommandsOptionsAndValues(String typed, String completed) throws Exception {
    Path script = script("bash");
    assertThat(run("bash", "-n", script.toString())).isEmpty();
    String last = typed.contains("--format") ? "WE" : typed.substring(typed.lastIndexOf(' ') + 1);
    List<String> words = new ArrayList<>(List.of(typed.split(" ", -1)));
    words.set(words.size() - 1, last);
    String test =
        "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_sana; echo ${COMPREPLY[@]}"
            .formatted(script, String.join(" ", words), words.size() - 1);
    assertThat(run("bash", "-c", test).split("\\s+")).contains(completed);
  }

  @Test
  void zshLoadsTheEmulationOfBashFirst() throws Exception {
    Path script = script("zsh");
    assertThat(Files.readString(script))
        .startsWith("autoload -U +X compinit && compinit\n")
        .contains("bashcompinit\n", "complete -F _complete_sana");
    if (isInstalled("zsh")) {
      assertThat(run("zsh", "-n", script.toString())).isEmpty();
    }
  }

  @Test
  void fishCompletesCommandsOptionsAndValues() throws Exception {
    Path script = script("fish");
    assertThat(Files.readString(script).lines())
        .contains("function __sana_is", "end")
        .anyMatch(
            line -> line.startsWith("complete -c sana -n '__sana_is \\'\\'' -f -a 'generate'"))
        .anyMatch(line -> line.contains("__sana_is \\' generate\\'' -l overwrite -d 'Replace"))
        .anyMatch(line -> line.contains("__sana_is \\' generate\\'' -s o -l output -r -d"))
        .anyMatch(line -> line.contains("__sana_is \\' train base\\'' -s o -l output"))
        .anyMatch(line -> line.contains("-l format -x -a 'PNG JPEG WEBP'"));
    if (isInstalled("fish")) {
      assertThat(run("fish", "--no-execute", script.toString())).isEmpty();
      String test = "source " + script + "; complete -C 'sana gen'";
      assertThat(run("fish", "-c", test)).contains("generate");
    }
  }

  @Test
  void anUnknownShellIsRefused() {
    Run.sana("completion", "tcsh").isRefused("BASH, ZSH, FISH");
    Run.sana("completion").isRefused("SHELL");
  }
}
