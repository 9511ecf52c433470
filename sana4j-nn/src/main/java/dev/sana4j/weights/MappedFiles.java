package dev.sana4j.weights;

import dev.sana4j.files.IoReason;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;

/**
 * The files from which a network's parameters are mapped. They allow releasing the memory of pages
 * that were read while the network is not used.
 */
public final class MappedFiles {
  private final Path origin;
  private final List<Parameter> parameters;
  private final FileTime changed;

  private MappedFiles(Path origin, List<Parameter> parameters) {
    this.origin = origin;
    this.parameters = parameters;
    this.changed = lastChange(origin);
  }

  /**
   * Returns the files of a network that was just loaded from them.
   *
   * @param folder as for {@link Weights#open}
   * @param baseName as for {@link Weights#open}
   * @param dtype as for {@link Weights#open}
   * @param parameters the parameters of the network
   * @return the files
   */
  public static MappedFiles of(
      Path folder, String baseName, DType dtype, List<Parameter> parameters) {
    return new MappedFiles(Checkpoint.find(folder, baseName, dtype), parameters);
  }

  /**
   * Maps the files again, so that they take no memory of this process until they are accessed.
   * Converted parameters are not released. If the files have changed, the method has no effect.
   *
   * @throws CheckpointException if the files cannot be opened any more
   */
  public void release() {
    if (!lastChange(origin).equals(changed)) {
      return;
    }
    try (Checkpoint checkpoint = Checkpoint.open(origin)) {
      TensorScope.run(() -> parameters.forEach(parameter -> remap(parameter, checkpoint)));
    }
  }

  private static void remap(Parameter parameter, Checkpoint checkpoint) {
    Tensor stored = checkpoint.tensor(parameter.name());
    if (stored.dtype() == parameter.value().dtype()) {
      parameter.value().shareMemory_(stored);
    }
  }

  private static FileTime lastChange(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new CheckpointException(file + " cannot be read: " + IoReason.of(e));
    }
  }
}
