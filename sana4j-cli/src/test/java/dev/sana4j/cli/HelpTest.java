package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.files.Remedy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HelpTest {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
  private static final Pattern FILE_NAME = Pattern.compile("[a-z]+\\.(png|webp|jpg|json|txt)");

  private static final String LORA = "style.safetensors";

  @TempDir private Path folder;

  @Test
  void theProgramsHelpNamesEveryCommand() {
    Run run = Run.sana("--help").succeeds();
    assertThat(run.out())
        .contains(
            "generate",
            "upscale",
            "show",
            "inspect",
            "models",
            "pull",
            "cache",
            "synth",
            "quantize",
            "convert",
            "verify",
            "bench",
            "train",
            "evaluate",
            "batch",
            "serve",
            "mcp",
            "health",
            "doctor",
            "completion",
            "Examples:");
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void everyRemedyNamesOptionsOfACommand(Remedy remedy) {
    assertThat(new CommandLine(Sana.class).getSubcommands().values())
        .anyMatch(
            command ->
                Sana.options(remedy).stream()
                    .allMatch(name -> command.getCommandSpec().findOption(name) != null));
  }

  @Test
  void theVersionIsPrintedWithThoseOfItsParts() {
    assertThat(Run.sana("--version").succeeds().out().lines())
        .hasSize(3)
        .anyMatch(line -> line.matches("sana4j \\S+ \\(commit (unknown|[0-9a-f]{7,40})\\)"))
        .anyMatch(line -> line.startsWith("Java " + System.getProperty("java.version")))
        .anyMatch(line -> line.matches("libtorch \\d+\\.\\d+.*"));
  }

  @Test
  void withoutACommandTheHelpIsPrinted() {
    Run run = Run.sana().succeeds();
    assertThat(run.out()).isEqualTo(Run.sana("--help").out());
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "genrate, unknown command 'genrate'; did you mean generate?; see sana --help",
    "gen, did you mean generate?",
    "modles, did you mean models?",
    "train bse, unknown command 'bse'; did you mean base?; see sana train --help",
    "generate --setps 3, unknown option '--setps'; did you mean --steps?; see sana generate --help",
    "generate --overwrit=1, did you mean --overwrite?",
    "generate a cat, Unmatched argument at index 2: 'cat'; put a prompt of several words in quotes"
  })
  void aMisspeltNameIsRefusedWithTheRightOne(String command, String because) {
    Run.sana((Object[]) command.split(" ", -1)).isRefused(because);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xyz", "--unlike-any-other", "一只猫"})
  void aNameUnlikeAnyOtherIsRefusedWithoutAGuess(String name) {
    assertThat(Run.sana(name).isRefused("see sana --help").err()).doesNotContain("did you mean");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate",
        "upscale",
        "show",
        "inspect",
        "models",
        "pull",
        "cache",
        "cache prune",
        "synth",
        "quantize",
        "convert",
        "verify",
        "bench",
        "evaluate",
        "batch",
        "serve",
        "mcp",
        "health",
        "doctor",
        "completion",
        "train",
        "train example",
        "train scenes",
        "train base",
        "train teacher",
        "train autoencoder",
        "finetune",
        "distill"
      })
  void everyCommandHasHelpWithExamples(String command) {
    Run run = Run.sana((Object[]) (command + " --help").split(" ", -1)).succeeds();
    assertThat(run.out()).startsWith("Usage: sana " + command + " ");
    assertThat(examples(run.out())).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--negative",
        "--steps",
        "--guidance",
        "--seed",
        "--size",
        "--count",
        "--strength",
        "--at"
      })
  void everyOptionOfARequestIsExplainedWithItsDefault(String option) {
    assertThat(Run.sana("generate", "--help").out()).containsPattern(option + "=\\S+ +\\S+");
  }

  @Test
  void theExamplesWorkInTheirOrder() throws IOException {
    Path reference = folder.resolve("reference");
    Models.copy(Models.REFERENCE.resolve("random"), reference.resolve("random"));
    String before = System.getProperty("sana4j.reference");
    System.setProperty("sana4j.reference", reference.toString());
    Files.writeString(folder.resolve("prompts.txt"), "a flat cat\na flat dog\n");
    try {
      for (String command : new String[] {"", "generate", "upscale", "show", "inspect", "models"}) {
        String help = Run.sana((Object[]) (command + " --help").trim().split(" ", -1)).out();
        for (String example : examples(help)) {
          Run run = Run.sana(arguments(example));
          assertThat(run.status()).as(example + ": " + run.err()).isZero();
        }
      }
    } finally {
      if (before == null) {
        System.clearProperty("sana4j.reference");
      } else {
        System.setProperty("sana4j.reference", before);
      }
    }
  }

  private static List<String> examples(String help) {
    return help.lines().filter(line -> line.startsWith("  sana ")).map(String::trim).toList();
  }

  /** Replaces DIR by a model, the adapter by one of this model, and puts files into a folder. */
  private Object[] arguments(String example) {
    List<Object> arguments = new ArrayList<>();
    Matcher words = WORD.matcher(example.substring("sana ".length()));
    while (words.find()) {
      String word = words.group(1) != null ? words.group(1) : words.group(2);
      if (word.equals("DIR")) {
        arguments.add(model(example));
      } else if (word.equals("CLIP")) {
        arguments.add(Models.REFERENCE.resolve("clip/model"));
      } else if (word.startsWith(LORA)) {
        arguments.add(Models.REFERENCE.resolve("lora") + word.substring(LORA.length()));
      } else if (FILE_NAME.matcher(word).matches() || isOutput(arguments)) {
        arguments.add(folder.resolve(word));
      } else {
        arguments.add(word);
      }
    }
    return arguments.toArray();
  }

  /** Returns the model that fits the adapter or the control image. */
  private static Path model(String example) {
    if (example.contains("--control")) {
      return Models.REFERENCE.resolve("pipelines/tiny-controlnet");
    }
    return example.contains("--lora") ? Models.SANA : Models.SPRINT;
  }

  private static boolean isOutput(List<Object> before) {
    return !before.isEmpty() && before.get(before.size() - 1).equals("-o");
  }
}
