package dev.sana4j.pipeline.source;

import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads checkpoints in the original layout and writes them as model folders. The module
 * sana4j-convert implements it; it is found with {@link ServiceLoader}.
 */
public interface CheckpointConverter {
  /**
   * The networks in a checkpoint, as far as its names and shapes show.
   *
   * @param parts a transformer, a ControlNet with or without its transformer, or an autoencoder
   * @param queryKeyNorm whether the transformer normalizes queries and keys
   * @param guidanceEmbedding whether the guidance scale is an input of the transformer
   * @param resolution side of the images in pixels that the position embedding belongs to; 0
   *     without one
   */
  record Contents(
      Set<Part> parts, boolean queryKeyNorm, boolean guidanceEmbedding, int resolution) {}

  /**
   * A checkpoint and what becomes of it.
   *
   * @param file a {@code .pth} or {@code .safetensors} file
   * @param name its name with that of its repository, from which a teacher is recognized
   * @param base model folder that provides the other parts; null to write only the part itself
   * @param dtype dtype of the written weights; null to keep that of the file
   */
  record Job(Path file, String name, @Nullable ModelFolder base, @Nullable DType dtype) {}

  /** Receives the progress of a conversion. */
  @FunctionalInterface
  interface Progress {
    /**
     * Called after each piece.
     *
     * @param what what is done, for example {@code checking} or the name of a part
     * @param done bytes processed so far
     * @param total bytes in total
     */
    void on(String what, long done, long total);
  }

  /**
   * Reads the names and shapes in a file.
   *
   * @param file a {@code .pth} or {@code .safetensors} file
   * @return the networks in it
   * @throws dev.sana4j.weights.CheckpointException if the file is damaged or contains none of the
   *     supported networks
   */
  Contents contents(Path file);

  /**
   * Writes a folder in the diffusers layout, which appears when it is complete.
   *
   * @param job the checkpoint
   * @param target the folder to create
   * @param progress receives the progress
   * @return one line per network: its kind and sizes
   * @throws dev.sana4j.weights.CheckpointException if the file is damaged, or its kind cannot be
   *     determined
   * @throws dev.sana4j.files.FileException if the folder cannot be written
   */
  List<String> convert(Job job, Path target, Progress progress);

  /**
   * Returns the converter on the class path.
   *
   * @return the converter
   * @throws ModelException if there is none
   */
  static CheckpointConverter require() {
    return ServiceLoader.load(CheckpointConverter.class)
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "checkpoints in the original layout need the module sana4j-convert on the"
                        + " class path"));
  }
}
