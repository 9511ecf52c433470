package dev.sana4j.pipeline;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The model folders of the reference files, and damaged copies of them. */
public enum TinyModel {
  SANA,
  TEACHER,
  SPRINT;

  private static final Path REFERENCE =
      Path.of(
          System.getProperty("sana4j.reference", "../sana4j-verify/src/test/resources/reference"));

  // The scheduler's configs contain -Infinity, as Python writes it.
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .build();

  static {
    // One thread computes such small tensors faster, many times faster on a busy machine.
    Libtorch.threads(1);
  }

  public Path folder() {
    return REFERENCE.resolve("pipelines/tiny-" + name().toLowerCase(Locale.ROOT));
  }

  public ModelConfig config() {
    return ModelConfig.read(ModelFolder.open(folder()));
  }

  public SanaPipeline open() {
    return SanaPipeline.builder(folder()).dtype(DType.FLOAT32).open();
  }

  /**
   * Returns a quick request: two steps at a small size, without binning, with a short prompt
   * length.
   */
  public GenerationRequest.Builder quick(String... prompts) {
    ModelConfig config = config();
    return config
        .request(prompts)
        .size(size(config, 4, 4))
        .binning(GenerationRequest.Binning.OFF)
        .steps(2)
        .instruction(false)
        .maxSequenceLength(8);
  }

  public static ImageSize size(ModelConfig config, int columns, int rows) {
    return new ImageSize(columns * config.sizeStep(), rows * config.sizeStep());
  }

  public Path copyTo(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(folder())) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(folder().relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return target;
  }

  public static void edit(Path json, Consumer<ObjectNode> change) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(json.toFile());
    change.accept(root);
    JSON.writeValue(json.toFile(), root);
  }
}
