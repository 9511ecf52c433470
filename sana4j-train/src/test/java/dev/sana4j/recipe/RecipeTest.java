package dev.sana4j.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.recipe.Sample.Source;
import dev.sana4j.recipe.Sample.Times;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
  private static final Path FOLDER = Path.of("/configs").toAbsolutePath();

  @TempDir Path temporary;

  @Test
  void keysThatAreAbsentHaveTheirDefaults() {
    Sample read = parse("folder: out");
    assertThat(read.steps()).isEqualTo(1000);
    assertThat(read.times()).isEqualTo(Times.LOGIT_NORMAL);
    assertThat(read.targets()).containsExactly("to_q", "to_k");
    assertThat(read.resume()).isNull();
    assertThat(read.lora()).isNull();
    assertThat(read.optimizer().learningRate()).isEqualTo(2e-5);
    assertThat(read.optimizer().schedule().warmUp()).isEqualTo(100);
  }

  @Test
  void everyKindOfValueIsRead() {
    Sample read =
        parse(
            """
            folder: /out
            steps: 1e4
            seed: 1_234_567_890_123
            name: "007 🎈"
            resume: here/../there
            times: uniform
            targets:
              - a
            sizes: [1, 2]
            optimizer: {learning_rate: 3E-4, clip: false}
            lora:
              alpha: .5
            sources:
              - path: a
              - {path: b, weight: 2}
            """);
    assertThat(read.folder()).isEqualTo(Path.of("/out"));
    assertThat(read.steps()).isEqualTo(10_000);
    assertThat(read.seed()).isEqualTo(1_234_567_890_123L);
    assertThat(read.name()).isEqualTo("007 🎈");
    assertThat(read.resume()).isEqualTo(FOLDER.resolve("there"));
    assertThat(read.times()).isEqualTo(Times.UNIFORM);
    assertThat(read.targets()).containsExactly("a");
    assertThat(read.sizes()).containsExactly(1, 2);
    assertThat(read.optimizer().learningRate()).isEqualTo(3e-4);
    assertThat(read.optimizer().clip()).isFalse();
    assertThat(read.lora()).isEqualTo(new Sample.Lora(16, 0.5));
    assertThat(read.sources())
        .containsExactly(new Source(FOLDER.resolve("a"), 1), new Source(FOLDER.resolve("b"), 2));
  }

  @Test
  void aBlockWhoseKeysAreAllCommentedOutHasItsDefaults() {
    assertThat(parse("folder: out\noptimizer:\n  # learning_rate: 1\n"))
        .isEqualTo(parse("folder: out"));
  }

  @Test
  void anUnknownKeyIsRefusedByItsPathWithTheNearestKnownOne() throws IOException {
    Path file = temporary.resolve("train.yaml");
    Files.writeString(file, "folder: out\noptimizer:\n  learning_rte: 1\n");
    assertThatThrownBy(() -> Recipe.read(file, Sample.class))
        .isInstanceOf(RecipeException.class)
        .hasMessage(
            "unknown key 'optimizer.learning_rte' in train.yaml; did you mean 'learning_rate'?");
  }

  @ParameterizedTest
  @CsvSource({
    "optimizer: {learningRate: 1}, did you mean 'learning_rate'?",
    "warm_up: 1, did you mean 'optimizer.schedule.warm_up'?",
    "<<: {steps: 1}, 'the keys here are folder, steps,'",
    "lora: {zzzzzz: 1}, 'the keys here are rank, alpha'"
  })
  void anUnknownKeyGetsTheHintThatHelps(String yaml, String hint) {
    refused("folder: out\n" + yaml, "unknown key '", hint);
  }

  @Test
  void allProblemsAreInOneMessage() {
    refused(
        "step: 1\ntimes: never\noptimizer: {learning_rate: -1, schedule: {warm_up: -1}}",
        "4 problems: (1) unknown key 'step' in the config; did you mean 'steps'?",
        "(2) the required key 'folder' is missing in the config",
        "(3) 'times' in the config must be one of uniform, logit-normal, but is 'never'",
        "(4) 'optimizer.schedule.warm_up' in the config must not be negative");
  }

  @Test
  void aRefusalOfARecordNamesTheKeysPath() {
    refused(
        "folder: out\noptimizer: {learning_rate: -1}",
        "'optimizer.learning_rate' in the config must be positive, but is -1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "steps: many; 'steps' in the config must be a whole number",
        "steps: 1.5; 'steps' in the config must be a whole number",
        "steps: 3_000_000_000; 'steps' in the config must be a whole number",
        "steps: 1e999999999; 'steps' in the config must be a whole number",
        "steps: 1__0; 'steps' in the config must be a whole number",
        "steps: [1]; 'steps' in the config must be a single value, but is a list",
        "steps:; 'steps' in the config is empty",
        "optimizer: {learning_rate: .nan}; 'optimizer.learning_rate' in the config must be a number",
        "optimizer: {learning_rate: 1e400}; 'optimizer.learning_rate' in the config must be a number",
        "optimizer: {clip: yes}; 'optimizer.clip' in the config must be true or false, but is 'yes'",
        "optimizer: fast; 'optimizer' in the config must be a block of keys, but is 'fast'",
        "targets: to_q; 'targets' in the config must be a list",
        "sizes: [1, x]; 'sizes.1' in the config must be a whole number",
        "sizes: [1, null]; 'sizes.1' in the config is empty",
        "sources: [{weight: 1}]; the required key 'sources.0.path' is missing",
        "resume: \"\"; 'resume' in the config must be a path",
        "`name: &a b\nresume: *a`; line 3 uses an alias",
        "name: !!str b; uses a tag",
        "`steps: 1\nsteps: 2`; has the key 'steps' twice"
      })
  void aWrongValueIsRefusedByItsPath(String yaml, String problem) {
    refused("folder: out\n" + yaml, problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: [",
        "\t- b",
        "a: b: c",
        "a: 1\n---\nb: 2",
        "- 1",
        "word",
        "? [a]\n: b",
        "a: \0"
      })
  void whatIsNoConfigIsRefusedInOneLine(String yaml) {
    refused(yaml, "the config");
  }

  @Test
  void aLineIsNamedWhereTheYamlIsBroken() {
    refused("a: 1\nb: c: d\n", "the config line 2: mapping values are not allowed");
  }

  @Test
  void aBillionLaughsAreRefused() {
    refused("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]", "uses an alias");
  }

  @Test
  void deepNestingIsRefused() {
    refused("folder: " + "[".repeat(100_000), "nested deeper than 32");
  }

  @Test
  void aHugeFileIsRefused() throws IOException {
    Path file = temporary.resolve("huge.yaml");
    try (var huge = new RandomAccessFile(file.toFile(), "rw")) {
      huge.setLength(1L << 32);
    }
    assertThatThrownBy(() -> Recipe.read(file, Sample.class))
        .hasMessageContaining("is larger than");
  }

  @Test
  void aFileThatIsNotThereOrNotTextIsNamed() throws IOException {
    Path missing = temporary.resolve("missing.yaml");
    assertThatThrownBy(() -> Recipe.read(missing, Sample.class))
        .hasMessage(missing + " does not exist; name a YAML file");
    assertThatThrownBy(() -> Recipe.read(temporary, Sample.class))
        .hasMessageContaining("is not a regular file");
    Path binary = Files.write(temporary.resolve("binary.yaml"), new byte[] {(byte) 0xFF, 0});
    assertThatThrownBy(() -> Recipe.read(binary, Sample.class))
        .hasMessage(binary + " is not text in UTF-8");
  }

  @Test
  void pathsStartFromTheFilesFolder() throws IOException {
    Path file = Files.writeString(temporary.resolve("train.yaml"), "\uFEFFfolder: out/here");
    assertThat(Recipe.read(file, Sample.class).folder()).isEqualTo(temporary.resolve("out/here"));
  }

  @Test
  void overridesReplaceValuesOfTheFile() {
    Sample read =
        Recipe.parse(
            "folder: out\nsteps: 5\nsources: [{path: a}]",
            FOLDER,
            Sample.class,
            List.of(
                "steps=7",
                "optimizer.learning_rate=1e-3",
                "name=a=b",
                "sources.0.weight=3",
                "targets=[x, y]",
                "folder=here"));
    assertThat(read.steps()).isEqualTo(7);
    assertThat(read.optimizer().learningRate()).isEqualTo(1e-3);
    assertThat(read.name()).isEqualTo("a=b");
    assertThat(read.sources().get(0).weight()).isEqualTo(3);
    assertThat(read.targets()).containsExactly("x", "y");
    assertThat(read.folder()).isEqualTo(Path.of("here").toAbsolutePath());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "stepz=1; unknown key 'stepz' in the command line; did you mean 'steps'?",
        "steps=x; 'steps' in the command line must be a whole number",
        "optimizer.clip.x=1; 'optimizer.clip.x' on the command line does not exist at 'x'",
        "sources.0.path=x; 'sources.0.path' on the command line does not exist at '0'",
        "steps; 'steps' on the command line is not key.path=value",
        "=1; '=1' on the command line is not key.path=value",
        "name=[; the value of 'name'"
      })
  void anOverrideThatDoesNotFitIsRefusedByName(String override, String problem) {
    assertThatThrownBy(
            () ->
                Recipe.parse(
                    "folder: out\noptimizer: {clip: true}\nsources: []",
                    FOLDER,
                    Sample.class,
                    List.of(override)))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void theTemplateHoldsEveryKeyItsMeaningAndItsDefault() {
    assertThat(Recipe.template(Sample.class))
        .isEqualTo(
            """
            # Folder of the run.
            folder: # required
            # Steps to train.
            steps: 1_000
            # Seed of everything random.
            seed: 0
            # A name | a label.
            name: run
            # Checkpoint to resume from.
            resume: null
            # How times are drawn. One of: uniform, logit-normal.
            times: logit-normal
            # The parts to adapt.
            targets: [to_q, to_k]
            # Sizes of the blocks.
            sizes: []

            # The optimizer.
            optimizer:
              # Peak learning rate.
              learning_rate: 2e-5
              # Whether gradients are clipped.
              clip: true

              # Its schedule.
              schedule:
                # Steps to warm up.
                warm_up: 100

            # Low rank adaptation.
            # lora:
            #   # Rank.
            #   rank: 16
            #   # Alpha.
            #   alpha: null

            # Data sets.
            sources: []
            # An entry:
            #   - # Where it lies.
            #     path: # required
            #     # How often it is drawn.
            #     weight: 1
            """);
  }

  @Test
  void theTemplateReadsAsTheDefaults() {
    String template = Recipe.template(Sample.class).replace("folder: # required", "folder: out");
    assertThat(parse(template)).isEqualTo(parse("folder: out"));
    refused(Recipe.template(Sample.class), "the required key 'folder' is missing");
  }

  @Test
  void theTableHasARowForEveryKey() {
    assertThat(Recipe.markdown(Sample.class))
        .startsWith("| key | default | meaning |\n|---|---|---|\n")
        .contains("\n| `folder` | required | Folder of the run. |\n")
        .contains("\n| `name` | `run` | A name \\| a label. |\n")
        .contains("\n| `resume` | none | Checkpoint to resume from. |\n")
        .contains("\n| `optimizer.schedule.warm_up` | `100` | Steps to warm up. |\n")
        .contains("\n| `lora.rank` | `16` | Rank. |\n")
        .contains("\n| `sources[].path` | required | Where it lies. |\n");
  }

  @Test
  void whatIsWrittenReadsBackEqual() {
    String awkward = "null ~ 1_0: # \" ' \n\t\0 \u0085 \u2028 \uFEFF 猫 🎈 \\ " + "long ".repeat(99);
    Sample recipe =
        new Sample(
            FOLDER.resolve("a: b #'c"),
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            awkward,
            null,
            Times.UNIFORM,
            List.of("", "null", "yes", "1e5", "- a", "&a", "!b", "猫"),
            List.of(-1),
            new Sample.Optimizer(Double.MIN_VALUE, false, new Sample.Schedule(0)),
            new Sample.Lora(1, 0.1 + 0.2),
            List.of(new Source(FOLDER, -0.0)));
    assertThat(parse(Recipe.write(recipe))).isEqualTo(recipe);
    Sample defaults = parse("folder: out");
    assertThat(parse(Recipe.write(defaults))).isEqualTo(defaults);
  }

  record Outer(
      @Key(doc = "The optimizer.", value = "{clip: false, schedule: {warm_up: 7}}")
          Sample.Optimizer optimizer) {}

  @Test
  void theDefaultOfABlockIsTheDefaultOfItsKeys() {
    Recipe.parse("", FOLDER, Outer.class, List.of());
    var given = List.of("optimizer.learning_rate=1");
    Outer read = Recipe.parse("optimizer: {schedule: {}}", FOLDER, Outer.class, given);
    assertThat(read.optimizer()).isEqualTo(new Sample.Optimizer(1, false, new Sample.Schedule(7)));
    assertThat(Recipe.markdown(Outer.class))
        .contains("| `optimizer.clip` | `false` |")
        .contains("| `optimizer.schedule.warm_up` | `7` |")
        .contains("| `optimizer.learning_rate` | `2e-5` |");
    assertThat(Recipe.template(Outer.class)).contains("clip: false").contains("warm_up: 7");
  }

  @Test
  void aWrittenConfigIsComparedKeyByKey() {
    String yaml = Recipe.write(parse("{folder: /out, lora: {rank: 3}, targets: [a, b]}"));
    assertThat(Recipe.values(yaml))
        .containsEntry("folder", "/out")
        .containsEntry("lora.rank", "3")
        .containsEntry("lora.alpha", "null")
        .containsEntry("resume", "null")
        .containsEntry("targets", "[\"a\",\"b\"]")
        .containsEntry("optimizer.schedule.warm_up", "100");
  }

  @Test
  void listsCannotBeChanged() {
    assertThatThrownBy(() -> parse("folder: out").targets().add("x"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static Sample parse(String yaml) {
    return Recipe.parse(yaml, FOLDER, Sample.class, List.of());
  }

  private static void refused(String yaml, String... parts) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(RecipeException.class)
        .hasMessageContainingAll(parts)
        .message()
        .hasLineCount(1);
  }
}
