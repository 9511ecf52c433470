package dev.sana4j.train;

import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.Trainer.Place;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Runs a task to its end, and writes the model. */
final class FlowRun {
  private FlowRun() {}

  static boolean run(
      FlowTraining recipe,
      String text,
      FlowTask task,
      Place place,
      WorkerGroup workers,
      BooleanSupplier stop) {
    var plan =
        new TrainingLoop.Plan(
            place.folder(), recipe.steps(), recipe.run(), task.network().dtype(), text);
    return run(task, plan, place, workers, stop);
  }

  static boolean run(
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
