package dev.sana4j.train.loop;

import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.TrainingException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Runs a training from its config to a model folder. */
public interface Trainer {

  /**
   * Folder, device and listener of a training.
   *
   * @param folder folder of checkpoints, metrics, samples and the model; an existing training in it
   *     is resumed
   * @param device device of the networks
   * @param listener receives the progress
   */
  record Place(Path folder, Device device, TrainingListener listener) {}

  /**
   * Returns the checkpoint from which a training in a folder is resumed.
   *
   * @param folder as in {@link Place}
   * @return the newest checkpoint, or empty if there is none
   */
  static Optional<Path> lastCheckpoint(Path folder) {
    return new Checkpoints(folder.resolve("checkpoints"), 1).last();
  }

  /**
   * Creates the files that all workers of this machine read (caches, a tokenizer). Call it before
   * the workers connect.
   *
   * @param place folder, device and listener
   * @throws TrainingException if the config, the models or the data do not fit together
   */
  void prepare(Place place);

  /**
   * Trains, from the last checkpoint if there is one, and writes {@code model/} at the end.
   *
   * @param place folder, device and listener
   * @param workers the processes that train together
   * @param stop checked after every step; if true, a checkpoint is written
   * @return whether all steps are done
   * @throws TrainingException if the config, the models or the data do not fit together, or the
   *     training cannot continue
   */
  boolean train(Place place, WorkerGroup workers, BooleanSupplier stop);
}
