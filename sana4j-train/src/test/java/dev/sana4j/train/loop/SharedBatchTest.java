package dev.sana4j.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.ToyTraining;
import dev.sana4j.train.optim.SavedTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A divided batch has the same gradients as the whole one. The learning rate is so small that no
 * weight changes, because an optimizer would turn a difference in rounding into another training.
 * AdamW then stores the mean of all gradients, and all losses are for the same weights.
 */
@Tag("numeric")
@Timeout(300)
class SharedBatchTest {
  private static final int STEPS = 6; // four epochs of 24 images in batches of 16
  private static final double BOUND = 1e-5;

  @TempDir private static Path root;

  @BeforeAll
  static void makeWhatAllNeed() throws IOException {
    ToyTraining.draw(root.resolve("pictures"), 24, 0);
    ToyTraining toy = new ToyTraining(root);
    String[] brief = {"steps=2", "warm_up=1", "run.sample_every=0"};
    toy.run("autoencoder", toy.autoencoder(brief), WorkerGroup.alone(), () -> false);
    toy.run("start", toy.base(brief), WorkerGroup.alone(), () -> false);
  }

  /**
   * Returns a trainer whose network has an output other than zero; a new network outputs zero, so
   * most of its gradients are zero.
   */
  private static Trainer still(ToyTraining toy, String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.addAll(
        List.of(
            "start=" + root.resolve("start/model"),
            "steps=" + STEPS,
            "learning_rate=1e-30",
            "optimizer.clip=0", // clipping to a norm would hide a sum in place of a mean
            "run.sample_every=0"));
    return toy.base(all.toArray(String[]::new));
  }

  private static List<Double> train(String folder, String... overrides) throws IOException {
    ToyTraining toy = new ToyTraining(root);
    toy.run(folder, still(toy, overrides), WorkerGroup.alone(), () -> false);
    return toy.losses();
  }

  @Test
  void partsSideBySideHaveTheGradientsOfTheWholeBatch() throws IOException {
    List<Double> whole = train("one-lane", "run.lanes=1");
    List<Double> parts = train("three-lanes", "run.lanes=3"); // of 8 images: 2, 3 and 3
    assertSame(parts, whole, "three-lanes", "one-lane");
  }

  @Test
  void twoWorkersHaveTheGradientsOfOneWithTheDoubledBatch() throws IOException {
    List<Double> whole = train("doubled", "batch=16");
    List<ToyTraining> pair = List.of(new ToyTraining(root), new ToyTraining(root));
    ToyTraining.together(
        root.resolve("meeting"),
        2,
        workers -> {
          ToyTraining toy = pair.get(workers.rank());
          toy.run("two", still(toy), workers, () -> false);
        });
    assertSame(pair.get(0).losses(), whole, "two", "doubled");
  }

  private static void assertSame(
      List<Double> losses, List<Double> expected, String folder, String other) {
    assertThat(losses).hasSize(STEPS);
    for (int i = 0; i < STEPS; i++) {
      assertThat(Math.abs(losses.get(i) / expected.get(i) - 1))
          .as("relative error of the loss of step %d", i)
          .isLessThan(BOUND);
    }
    TensorScope.run(
        () -> {
          Map<String, Tensor> means = means(folder);
          Map<String, Tensor> wanted = means(other);
          assertThat(means.keySet()).isEqualTo(wanted.keySet()).hasSizeGreaterThan(20);
          double all = norm(wanted.values());
          assertThat(all).isPositive();
          wanted.forEach(
              (name, mean) ->
                  assertThat(SavedTensors.require(means, name).sub(mean).norm().item() / all)
                      .as("error of the mean gradient of %s, as a share of all", name)
                      .isLessThan(BOUND));
        });
  }

  private static double norm(Collection<Tensor> tensors) {
    double sum = 0;
    for (Tensor tensor : tensors) {
      sum += tensor.pow(2).sum().item();
    }
    return Math.sqrt(sum);
  }

  /** Returns the means of the gradients by the names of their parameters. */
  private static Map<String, Tensor> means(String folder) {
    String last = "checkpoints/step-%010d.safetensors".formatted(STEPS);
    TrainingState state = TrainingState.read(root.resolve(folder).resolve(last));
    Map<String, Tensor> moments = SavedTensors.part(state.tensors(), "model.optimizer.");
    moments.keySet().removeIf(name -> !name.endsWith(".first"));
    return moments;
  }
}
