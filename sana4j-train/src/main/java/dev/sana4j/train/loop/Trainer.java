package dev.sana4j.train.loop;

import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.TrainingException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A training from its config to a model folder. */
public interface Trainer {

  /**
   * Where and how a training runs.
   *
   * @param folder for checkpoints, metrics, samples and the model; an existing training is resumed
   * @param device where the networks are
   * @param listener receives the progress
   */
  record Place(Path folder, Device device, TrainingListener listener) {}

  /**
   * Returns the checkpoint from which a training in a folder resumes.
   *
   * @param folder as in {@link Place}
   * @return the newest, or none at the beginning
   */
  static Optional<Path> lastCheckpoint(Path folder) {
    return new Checkpoints(folder.resolve("checkpoints"), 1).last();
  }

  /**
   * Creates the files that all workers of this machine read (caches, a tokenizer), before they
   * connect.
   *
   * @param place where it runs
   * @throws TrainingException if something does not fit
   */
  void prepare(Place place);

  /**
   * Trains, from the last checkpoint if there is one, and writes {@code model/} at the end.
   *
   * @param place where it runs
   * @param workers the processes that train together
   * @param stop checked after every step; if true, a checkpoint is written
   * @return whether all steps are done
   * @throws TrainingException if something does not fit, or the training cannot continue
   */
  boolean train(Place place, WorkerGroup workers, BooleanSupplier stop);
}
