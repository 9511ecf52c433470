package dev.sana4j.train.flow;

import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.loop.Trainer.Place;
import dev.sana4j.train.loop.TrainingLoop;
import dev.sana4j.train.loop.TrainingRun;
import java.util.function.BooleanSupplier;

/** Runs a training with flow matching to its end, and writes the model. */
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
    return TrainingRun.run(task, plan, place, workers, stop);
  }
}
