package dev.sana4j.train.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DryRun;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.ToyTraining;
import dev.sana4j.train.loop.StepReport;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trainings with shapes only: every kind of step, and what is copied in each. */
class TrainingOnDeviceTest {
  @TempDir private Path root;

  /** Trains three steps and checks the copies of the second and the third. */
  private void train(String folder, Trainer trainer, HostCopies second, HostCopies third)
      throws IOException {
    try (DryRun run = DryRun.start()) {
      int[] steps = new int[1];
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void step(StepReport report) {
              if (steps[0]++ > 0) {
                (steps[0] == 2 ? second : third).check(run);
              }
              run.restart();
            }

            @Override
            public void preparing(String what, int done, int total) {}

            @Override
            public void note(String text) {}

            @Override
            public void wrote(Path file) {}
          };
      Path place = Files.createDirectories(root.resolve(folder));
      var where = new Trainer.Place(place, DryRun.DEVICE, listener);
      trainer.prepare(where);
      assertThat(trainer.train(where, WorkerGroup.alone(), () -> false)).isTrue();
      assertThat(steps[0]).isEqualTo(3);
    }
  }

  @Test
  void everyTraining() throws IOException {
    ToyTraining.draw(root.resolve("pictures"), 16, 0);
    ToyTraining.draw(root.resolve("reds"), 8, 99);
    ToyTraining toy = new ToyTraining(root);
    train(
        "autoencoder",
        toy.autoencoder("steps=3", "run.gradient_checkpointing=true", "adversarial.weight=0.1"),
        HostCopies.AUTOENCODER_STEP,
        HostCopies.AUTOENCODER_STEP);
    train(
        "base",
        toy.base("steps=3"),
        HostCopies.FLOW_STEP_WITH_TEXT,
        HostCopies.FLOW_STEP_WITH_TEXT);
    train("teacher", toy.teacher("steps=3"), HostCopies.FLOW_STEP, HostCopies.FLOW_STEP);
    train("lora", toy.lora("steps=3"), HostCopies.ADAPTER_STEP, HostCopies.ADAPTER_STEP);
    train("distill", toy.distill("steps=3"), HostCopies.HEADS_STEP, HostCopies.STUDENT_STEP);
  }
}
