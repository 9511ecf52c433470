package dev.sana4j.cli;

import dev.sana4j.data.DrawnImages;
import dev.sana4j.files.IoReason;
import dev.sana4j.pipeline.request.RequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana train example}: writes images and configs to try every training with. */
@Command(
    name = "example",
    description = "Draws captioned images, and writes configs that train tiny models on them.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  sana train example -o example"})
final class TrainExampleCommand implements Callable<Integer> {
  private static final List<String> CONFIGS =
      List.of(
          "autoencoder.yaml",
          "text.yaml",
          "base.yaml",
          "teacher.yaml",
          "distill.yaml",
          "finetune.yaml");
  private static final int MULTIPLE = 32;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "Output folder; existing files are not replaced.")
  private Path output = Path.of("");

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "400",
      description = "Number of images (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Side of the images in pixels, a multiple of 32 (default: ${DEFAULT-VALUE}).")
  private int size;

  @Mixin private SeedOption seed;

  @Override
  public Integer call() {
    if (size < MULTIPLE || size % MULTIPLE != 0) {
      throw new RequestException("--size " + size + " is not a multiple of " + MULTIPLE);
    }
    Path images = output.resolve("pictures");
    for (Path target : targets(images)) {
      if (Files.exists(target)) {
        throw new RequestException(target + " exists; name another folder");
      }
    }
    DrawnImages.write(images, count, size, seed.seed());
    CONFIGS.forEach(name -> write(output.resolve(name), config(name)));
    targets(images).forEach(spec.commandLine().getOut()::println);
    return 0;
  }

  private List<Path> targets(Path images) {
    return Stream.concat(Stream.of(images), CONFIGS.stream().map(output::resolve)).toList();
  }

  private String config(String name) {
    try (InputStream in = TrainExampleCommand.class.getResourceAsStream("example/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its example " + name);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.replace("{size}", String.valueOf(size));
    } catch (IOException e) {
      throw new IllegalStateException("the program cannot read its example " + name, e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new RequestException(file + " cannot be written: " + IoReason.of(e));
    }
  }
}
