package dev.sana4j.train;

import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.workers.WorkerPlan;
import dev.sana4j.train.workers.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** A process with a toy training: root, folder, workers, base or distill, overrides. */
final class TrainingMain {
  private TrainingMain() {}

  public static void main(String[] arguments) {
    ToyTraining toy = new ToyTraining(Path.of(arguments[0]));
    int count = Integer.parseInt(arguments[2]);
    String[] overrides = arguments[4].split(" ", -1);
    Workers.run(
        WorkerPlan.of(count == 1 ? null : count, null, null),
        TrainingMain.class,
        List.of(arguments),
        message -> System.err.println(message),
        workers -> {
          try {
            boolean isBase = arguments[3].equals("base");
            Trainer trainer = isBase ? toy.base(overrides) : toy.distill(overrides);
            return toy.run(arguments[1], trainer, workers, () -> false);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
