package dev.sana4j.train.loop;

import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.loop.Trainer.Place;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Runs a task to its end, and writes the model. */
public final class TrainingRun {
  private TrainingRun() {}

  /**
   * Runs a task.
   *
   * @param task the task
   * @param plan steps, and the folder of checkpoints
   * @param place folder and listener
   * @param workers that share the work
   * @param stop asked between steps
   * @return whether all steps were done
   */
  public static boolean run(
      TrainingTask task,
      TrainingLoop.Plan plan,
      Place place,
      WorkerGroup workers,
      BooleanSupplier stop) {
    TrainingMemory.require(task.groups(), plan.dtype());
    try (TrainingLoop loop = new TrainingLoop(task, plan, workers, place.listener())) {
      boolean done = loop.run(stop);
      if (done && workers.rank() == 0) {
        Path model = place.folder().resolve("model");
        ModelFiles.replace(model, loop::write);
        place.listener().wrote(model);
      }
      return done;
    }
  }
}
