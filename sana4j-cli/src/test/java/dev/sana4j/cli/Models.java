package dev.sana4j.cli;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The model folders of the reference files, and changed copies of them. */
final class Models {
  static final Path REFERENCE =
      Path.of(
          System.getProperty("sana4j.reference", "../sana4j-verify/src/test/resources/reference"));
  static final Path SANA = REFERENCE.resolve("pipelines/tiny-sana");
  static final Path TEACHER = REFERENCE.resolve("pipelines/tiny-teacher");
  static final Path SPRINT = REFERENCE.resolve("pipelines/tiny-sprint");

  // The scheduler's configs contain -Infinity, as Python writes it.
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .build();

  private Models() {}

  static ModelConfig config(Path model) {
    return ModelConfig.read(ModelFolder.open(model));
  }

  static ImageSize size(Path model, int columns, int rows) {
    int step = config(model).sizeStep();
    return new ImageSize(columns * step, rows * step);
  }

  /** Returns the arguments of a small and quick image; given arguments override them. */
  static Object[] generate(Path model, Object... given) {
    List<Object> arguments = new ArrayList<>(List.of("generate", "--model", model));
    List<Object> named = List.of(given);
    if (!named.contains("--size")) {
      arguments.addAll(List.of("--size", size(model, 4, 4)));
    }
    if (!named.contains("--size") && !named.contains("--binning")) {
      arguments.addAll(List.of("--binning", "off")); // quick
    }
    if (!named.contains("--steps") && !named.contains("--times")) {
      arguments.addAll(List.of("--steps", 2));
    }
    if (!named.contains("--max-length")) {
      arguments.addAll(List.of("--max-length", 8, "--no-instruction"));
    }
    arguments.addAll(named);
    return arguments.toArray();
  }

  static Path copy(Path model, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(model)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(model.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return target;
  }

  static void edit(Path json, Consumer<ObjectNode> change) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(json.toFile());
    change.accept(root);
    JSON.writeValue(json.toFile(), root);
  }
}
