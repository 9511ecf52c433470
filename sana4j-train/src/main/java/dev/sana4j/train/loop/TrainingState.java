package dev.sana4j.train.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sana4j.data.BatchPosition;
import dev.sana4j.files.StrictJson;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.train.TrainingException;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.SafetensorsHeader;
import dev.sana4j.weights.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Checkpoint state from which a training resumes bit for bit. It is one safetensors file, which
 * appears under its name only when it is complete.
 *
 * @param progress counters
 * @param tensors masters, moments and averages, by name; those of a read state belong to the scope
 *     it was read in
 */
public record TrainingState(Progress progress, Map<String, Tensor> tensors) {
  private static final ObjectMapper JSON = StrictJson.mapper();
  private static final String KEY = "sana4j.training";

  /**
   * Counters.
   *
   * @param step steps done
   * @param skipped steps skipped because of infinite or NaN values
   * @param badInRow successive skipped steps at the end
   * @param epoch of the next batch
   * @param batch number of the next batch in its epoch
   * @param dtype dtype of the networks
   * @param workers processes whose batches were averaged
   * @param lanes parts of each batch whose gradients were averaged
   * @param recipe the config, as it was written
   */
  public record Progress(
      long step,
      long skipped,
      int badInRow,
      long epoch,
      int batch,
      String dtype,
      int workers,
      int lanes,
      String recipe) {

    /** Checks for values that a damaged file may lack. */
    public Progress {
      Objects.requireNonNull(dtype, "dtype");
      Objects.requireNonNull(recipe, "recipe");
    }

    BatchPosition position() {
      return new BatchPosition(epoch, batch);
    }
  }

  void write(Path file) {
    try {
      SafetensorsWriter.write(file, tensors, Map.of(KEY, JSON.writeValueAsString(progress)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("counters are plain values", e);
    }
  }

  /** Reads a file; its tensors belong to the current scope. */
  static TrainingState read(Path file) {
    Progress progress = progress(file);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      checkpoint.names().forEach(name -> tensors.put(name, checkpoint.tensor(name)));
      return new TrainingState(progress, tensors);
    }
  }

  /** The counters of the newest checkpoint of a training's folder, or none at its beginning. */
  public static Optional<Progress> lastProgress(Path folder) {
    return Trainer.lastCheckpoint(folder).map(TrainingState::progress);
  }

  private static Progress progress(Path file) {
    String text = SafetensorsHeader.read(file).metadata().get(KEY);
    if (text == null) {
      throw new TrainingException(file + " is not a checkpoint of a training");
    }
    try {
      return JSON.readValue(text, Progress.class);
    } catch (JsonProcessingException e) {
      throw new TrainingException(file + " is damaged: " + e.getOriginalMessage(), e);
    }
  }
}
