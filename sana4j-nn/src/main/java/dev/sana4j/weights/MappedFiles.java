package dev.sana4j.weights;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;

/**
 * The files that a network's parameters are mapped from, so that the pages that were read can leave
 * memory while the network is not used.
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
   * The files of a network that has just been loaded from them.
   *
   * @param folder as for {@link Weights#open}
   * @param baseName as for {@link Weights#open}
   * @param dtype as for {@link Weights#open}
   * @param parameters of the network
   * @return its files
   */
  public static MappedFiles of(
      Path folder, String baseName, DType dtype, List<Parameter> parameters) {
    return new MappedFiles(Checkpoint.find(folder, baseName, dtype), parameters);
  }

  /**
   * Maps the files anew: nothing of them counts as memory of this process until it is touched
   * again. Parameters that were converted stay, and so does everything if the files have changed.
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
      throw new CheckpointException(file + " cannot be read: " + e.getMessage());
    }
  }
}
