package dev.sana4j.train.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.data.DataSet;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.ToyTraining;
import dev.sana4j.train.flow.TokenizerFolder;
import dev.sana4j.train.loop.TrainingTask.Group;
import dev.sana4j.train.optim.MasterWeights;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("numeric")
class TextTaskTest {
  @TempDir private static Path root;
  private static ToyTraining toy;

  @BeforeAll
  static void makeATokenizer() throws IOException {
    ToyTraining.draw(root.resolve("pictures"), 16, 0);
    toy = new ToyTraining(root);
    toy.run("text", toy.text("steps=1"), WorkerGroup.alone(), () -> false);
  }

  /** Uses a task of 8 captions of which each worker has its share, with recorded parameters. */
  private static void with(int lanes, int rank, int workers, Use use) {
    TextTrainingRecipe recipe = toy.textRecipe("batch=" + 8 / workers);
    try (RandomWeights random = new RandomWeights(3)) {
      GemmaEncoder encoder =
          Weights.load(
              random,
              DType.FLOAT32,
              Device.CPU,
              weights -> new GemmaEncoder(weights, recipe.text().config()));
      var setup =
          new TextTask.Setup(
              encoder,
              new TokenizerFolder(root.resolve("text/tokenizer")),
              DataSet.open(root.resolve("pictures")),
              recipe,
              lanes,
              rank,
              workers,
              Device.CPU);
      try (TextTask task = new TextTask(setup)) {
        Group group = task.groups().get(0);
        MasterWeights recorded = new MasterWeights(group.parameters());
        TensorScope.run(
            () -> {
              task.nextBatch(0);
              use.of(task, group);
            });
        recorded.close();
      }
    }
  }

  /** A use of a task with a batch. */
  private interface Use {
    void of(TextTask task, Group group);
  }

  private static float[] flat(List<Tensor> tensors) {
    int length = tensors.stream().mapToInt(tensor -> (int) tensor.elements()).sum();
    float[] all = new float[length];
    int filled = 0;
    for (Tensor tensor : tensors) {
      float[] values = tensor.toFloats();
      System.arraycopy(values, 0, all, filled, values.length);
      filled += values.length;
    }
    return all;
  }

  private static float[] gradients(int lanes, int rank, int workers) {
    float[][] found = new float[1][];
    with(
        lanes,
        rank,
        workers,
        (task, group) -> found[0] = flat(task.lossAndGradients(group).tensors()));
    return found[0];
  }

  @Test
  void lossAndGradientsDoNotDependOnTheLanes() {
    float[] whole = gradients(1, 0, 1);
    float[] parts = gradients(3, 0, 1);
    for (int i = 0; i < whole.length; i++) {
      assertThat(parts[i]).isCloseTo(whole[i], within(1e-4f));
    }
  }

  @Test
  void workersHaveDifferentCaptions() {
    assertThat(gradients(1, 0, 2)).isNotEqualTo(gradients(1, 1, 2));
  }

  @Test
  void theGradientIsTheSlopeOfTheLoss() {
    with(
        1,
        0,
        1,
        (task, group) -> {
          List<Tensor> slopes = task.lossAndGradients(group).gradients();
          double square = 0;
          for (float slope : flat(slopes)) {
            square += (double) slope * slope;
          }
          double step = 0.01 / Math.sqrt(square);
          double above = lossAt(task, group, slopes, step);
          double below = lossAt(task, group, slopes, -step);
          assertThat((above - below) / (2 * step * square)).isCloseTo(1, within(0.03));
        });
  }

  /** Returns the loss after a step along a direction, and takes the step back. */
  private static double lossAt(TextTask task, Group group, List<Tensor> direction, double step) {
    move(group, direction, step);
    double loss = task.lossAndGradients(group).loss().item();
    move(group, direction, -step);
    return loss;
  }

  private static void move(Group group, List<Tensor> direction, double step) {
    Libtorch.noGrad(
        () -> {
          for (int i = 0; i < direction.size(); i++) {
            group.leaves().get(i).add_(direction.get(i), step);
          }
          return null;
        });
  }

  @Test
  void aNewEncoderIsAsGoodAsGuessing() {
    with(
        1,
        0,
        1,
        (task, group) -> {
          double loss = task.lossAndGradients(group).loss().item();
          assertThat(task.figures().get("perplexity")).isCloseTo(Math.exp(loss), within(1e-3));
          assertThat(loss).isGreaterThan(3);
        });
  }
}
