package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import dev.sana4j.pipeline.ImageProvenance;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What scripts use: pipes, JSON, settings from variables and files. */
class GenerateScriptTest {
  @TempDir private Path folder;

  private Path cat() {
    return folder.resolve("cat.png");
  }

  private Run generate(Object... options) {
    return Run.sana(Models.generate(Models.SPRINT, options));
  }

  private static Run withInput(byte[] input, Object... arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input));
    try {
      return Run.sana(arguments);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aDashAsOutputWritesTheFileAndNothingElse() {
    var out = new ByteArrayOutputStream();
    Run.sana(out, Models.generate(Models.SPRINT, "a cat", "-o", "-", "--seed", 3)).succeeds();
    generate("a cat", "-o", cat(), "--seed", 3).succeeds();
    assertThat(cat()).hasBinaryContent(out.toByteArray());
  }

  @Test
  void theFormatOfStandardOutputCanBeChosen() {
    var out = new ByteArrayOutputStream();
    Object[] jpeg = Models.generate(Models.SPRINT, "a cat", "-o", "-", "--format", "JPEG", "-q");
    assertThat(Run.sana(out, jpeg).succeeds().err()).isEmpty();
    assertThat(out.toByteArray()).startsWith(0xFF, 0xD8, 0xFF);
    assertThat(ImageFiles.read(ImageSource.of("output", out.toByteArray())).size())
        .isEqualTo(Models.size(Models.SPRINT, 4, 4));
  }

  @Test
  void standardOutputTakesOneImageOnly() {
    generate("a cat", "-o", "-", "--count", 2).isRefused("-o - writes one image, but");
    generate("a cat", "-o", "-", "--json").isRefused("give -o - or --json, not both");
    generate("a cat", "-o", cat(), "--format", "webp").isRefused("--format needs");
  }

  @Test
  void anImageIsNotWrittenToATerminal() {
    System.setProperty("sana4j.terminal.output", "true");
    try {
      generate("a cat", "-o", "-").isRefused("does not write an image to a terminal");
    } finally {
      System.clearProperty("sana4j.terminal.output");
    }
  }

  @Test
  void jsonDescribesEachImageInALine() throws IOException {
    Run run =
        generate("一只猫", "--negative", "red", "-o", cat(), "--count", 2, "--seed", 3, "--json");
    List<String> lines = run.succeeds().out().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode second = Models.JSON.readTree(lines.get(1));
    assertThat(second.path("file").asText()).isEqualTo(folder.resolve("cat-2.png").toString());
    assertThat(second.path("prompt").asText()).isEqualTo("一只猫");
    assertThat(second.path("negative_prompt").asText()).isEqualTo("red");
    assertThat(second.path("seed").asLong()).isEqualTo(4);
    assertThat(second.path("width").asInt()).isEqualTo(Models.size(Models.SPRINT, 4, 4).width());
    assertThat(second.path("steps").asInt()).isEqualTo(2);
    assertThat(second.path("guidance_scale").asDouble()).isEqualTo(4.5);
    assertThat(second.path("model").asText()).isEqualTo(Models.SPRINT.toString());
    assertThat(second.path("dtype").asText()).isEqualTo("float32");
    assertThat(second.path("seconds").isNumber()).isTrue();
    assertThat(second.path("notes").get(0).asText()).contains("do not support a negative prompt");
  }

  @Test
  void quietKeepsErrorsOnly() {
    Run run = generate("a cat", "-o", cat(), "--negative", "red", "--quiet").succeeds();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualToIgnoringNewLines(cat().toString());
    generate("a cat", "-o", cat(), "-q").isRefused("cat.png exists");
  }

  @Test
  void aDashAsPromptReadsStandardInput() {
    byte[] prompt = "一只猫 🐱\n".getBytes(StandardCharsets.UTF_8);
    withInput(prompt, Models.generate(Models.SPRINT, "-", "-o", cat())).succeeds();
    assertThat(ImageProvenance.read(cat()).request().prompts()).containsExactly("一只猫 🐱");
  }

  @Test
  void anInputThatIsNotAPromptIsRefused() {
    Object[] arguments = Models.generate(Models.SPRINT, "-", "-o", cat());
    withInput(new byte[] {'a', (byte) 0xFF}, arguments).isRefused("is not valid UTF-8");
    withInput(new byte[PromptLines.MOST_BYTES + 1], arguments).isRefused("is longer than");
    withInput(new byte[0], arguments).isRefused("the prompt is empty");
  }

  @Test
  void aPromptThatLooksLikeAFileOfPromptsIsNoted() throws IOException {
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), "a cat");
    String note = "sana: @ does not read files, @%s is the prompt; use --prompts %s for the file";
    assertThat(generate("@" + prompts, "-o", cat()).succeeds().err().lines())
        .contains(note.formatted(prompts, prompts));
    assertThat(generate("@nobody", "-o", cat(), "--overwrite").succeeds().err())
        .doesNotContain("does not read files");
  }

  /** Returns the options after the other sources were read. */
  private static CommandLine parsed(Map<String, String> environment, String... arguments) {
    CommandLine command = new CommandLine(new GenerateCommand());
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setDefaultValueProvider(new OptionSource(environment));
    command.parseArgs(arguments);
    return command;
  }

  private static Object value(CommandLine command, String option) {
    return command.getCommandSpec().findOption(option).getValue();
  }

  @Test
  void anOptionWinsOverAVariableAndThatOverTheFile() throws IOException {
    Path config = folder.resolve("generate.properties");
    Files.write(config, List.of("steps=1", "seed=2", "negative=red", "quiet=true"));
    Map<String, String> environment =
        Map.of(
            "SANA4J_GENERATE_CONFIG",
            config.toString(),
            "SANA4J_GENERATE_SEED",
            "3",
            "SANA4J_GENERATE_STEPS",
            "4",
            "SANA4J_SERVE_GUIDANCE",
            "9");
    CommandLine command = parsed(environment, "a cat", "--steps", "5");
    assertThat(value(command, "--steps")).isEqualTo(5);
    assertThat(value(command, "--seed")).isEqualTo(3L);
    assertThat(value(command, "--negative")).isEqualTo("red");
    assertThat(value(command, "--quiet")).isEqualTo(true);
    assertThat(value(command, "--guidance")).isNull();
  }

  @Test
  void theSettingsOfAFileAreUsed() throws IOException {
    Path config = folder.resolve("generate.properties");
    Files.write(
        config, List.of("model=" + Models.SPRINT, "steps=3", "output=" + cat(), "max-length=8"));
    Run.sana("generate", "a cat", "--config", config).succeeds();
    assertThat(ImageProvenance.read(cat()).request().steps()).isEqualTo(3);
  }

  @Test
  void anUnknownNameInTheFileIsRefused() throws IOException {
    Path config = Files.writeString(folder.resolve("generate.properties"), "setps=3");
    Run.sana("generate", "a cat", "--config", config).isRefused("sets setps, which is not");
    Files.writeString(config, "help=true");
    Run.sana("generate", "a cat", "--config", config).isRefused("sets help, which is not");
  }
}
