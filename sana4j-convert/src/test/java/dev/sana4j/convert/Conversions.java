package dev.sana4j.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.SafetensorsHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Conversions of the reference files, and the expected results. */
final class Conversions {
  static final Path REFERENCE =
      Path.of(
          System.getProperty("sana4j.reference", "../sana4j-verify/src/test/resources/reference"));

  private Conversions() {}

  static ModelFolder base(String name) {
    return ModelFolder.open(REFERENCE.resolve("pipelines").resolve(name));
  }

  static Stream<Path> pthFiles() {
    try (Stream<Path> files = Files.list(REFERENCE.resolve("pth"))) {
      return files.filter(file -> file.toString().endsWith(".pth")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the pipeline of the reference whose name has the same ending as a file. */
  static ModelFolder baseOf(Path pth) {
    String name = pth.getFileName().toString().replace(".pth", "");
    return base("tiny-" + name);
  }

  static Path toOriginal(Path partFolder, Path target) {
    try (OriginalConversion conversion = OriginalConversion.ofPart(partFolder, DType.FLOAT32)) {
      conversion.write(target, (what, done, total) -> {});
    }
    return target;
  }

  static Path toOriginal(ModelFolder model, Path target) {
    try (OriginalConversion conversion = OriginalConversion.ofModel(model, DType.FLOAT32)) {
      conversion.write(target, (what, done, total) -> {});
    }
    return target;
  }

  static Path toFolder(
      Path file, @Nullable ModelFolder base, ConversionSettings settings, Path target) {
    try (FolderConversion conversion = FolderConversion.open(file, base, settings)) {
      conversion.write(target, (what, done, total) -> {});
    }
    return target;
  }

  static Path toFolder(Path file, ModelFolder base, Path target) {
    return toFolder(file, base, ConversionSettings.none(), target);
  }

  static Path weights(Path partFolder) {
    return partFolder.resolve("diffusion_pytorch_model.safetensors");
  }

  /** Asserts that names, types, shapes and bytes of all tensors are the same. */
  static void assertSameTensors(Path file, Path expected) {
    assertThat(contents(file)).isEqualTo(contents(expected));
  }

  private static Map<String, String> contents(Path file) {
    return TensorScope.compute(
        () -> {
          Map<String, String> contents = new TreeMap<>();
          try (Checkpoint checkpoint = Checkpoint.open(file)) {
            for (SafetensorsHeader.Entry entry : SafetensorsHeader.read(file).entries().values()) {
              byte[] bytes = checkpoint.tensor(entry.name()).toBytes();
              contents.put(
                  entry.name(), entry.dtype() + entry.shape() + HexFormat.of().formatHex(bytes));
            }
          }
          return contents;
        });
  }
}
