package dev.sana4j.train.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.data.Buckets;
import dev.sana4j.data.DataSet;
import dev.sana4j.data.DrawnImages;
import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.image.ImageSize;
import dev.sana4j.objective.Discriminator;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.train.loop.TrainingListener;
import dev.sana4j.train.loop.TrainingTask;
import dev.sana4j.train.optim.MasterWeights;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("numeric")
class AutoencoderTaskTest {
  private static final String TOY =
      """
      data: {path: pictures, resolution: 32}
      network:
        latent_channels: 4
        head_width: 8
        encoder_widths: [8, 16, 16]
        decoder_widths: [8, 16, 16]
        encoder_blocks: [1, 1, 1]
        decoder_blocks: [1, 1, 1]
        scales: [3]
      loss: {latent_noise: 0.3}
      adversarial: {weight: 0.1, width: 4, layers: 2}
      """;

  @TempDir static Path folder;

  @BeforeAll
  static void draw() throws IOException {
    DrawnImages.write(folder.resolve("pictures"), 8, 32, 0);
  }

  /** Returns the gradients of both groups for the third batch, as floats. */
  private static List<float[]> gradients(int rank, int workers, String... overrides) {
    AutoencoderRecipe recipe =
        Recipe.parse(TOY, folder, AutoencoderRecipe.class, List.of(overrides));
    try (AutoencoderTask task = task(recipe, rank, workers)) {
      List<TrainingTask.Group> groups = task.groups();
      List<MasterWeights> recorded =
          groups.stream().map(group -> new MasterWeights(group.parameters())).toList();
      List<float[]> found = new ArrayList<>();
      TensorScope.run(
          () -> {
            task.nextBatch(0);
            task.nextBatch(1);
            task.nextBatch(2);
            for (TrainingTask.Group group : groups) {
              task.lossAndGradients(group).tensors().stream()
                  .map(Tensor::toFloats)
                  .forEach(found::add);
            }
          });
      recorded.forEach(MasterWeights::close);
      return found;
    }
  }

  private static AutoencoderTask task(AutoencoderRecipe recipe, int rank, int workers) {
    try (RandomWeights first = new RandomWeights(1);
        RandomWeights second = new RandomWeights(2)) {
      Autoencoder network =
          Weights.load(
              first,
              DType.FLOAT32,
              Device.CPU,
              weights -> new Autoencoder(weights, recipe.network().config()));
      Discriminator discriminator =
          Weights.load(
              second, DType.FLOAT32, Device.CPU, weights -> new Discriminator(weights, 4, 2));
      TrainingImages images =
          new TrainingImages(
              DataSet.open(recipe.data().path()),
              Buckets.fixed(new ImageSize(32, 32)),
              recipe.data().flip(),
              0);
      return new AutoencoderTask(
          new AutoencoderTask.Setup(
              network,
              discriminator,
              images,
              recipe,
              DType.FLOAT32,
              Math.max(1, recipe.run().lanes()),
              rank,
              workers,
              Device.CPU,
              TrainingListener.SILENT));
    }
  }

  private static void assertClose(List<float[]> actual, List<float[]> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      double norm = 0;
      double error = 0;
      for (int j = 0; j < expected.get(i).length; j++) {
        norm += Math.pow(expected.get(i)[j], 2);
        error += Math.pow(actual.get(i)[j] - expected.get(i)[j], 2);
      }
      assertThat(Math.sqrt(error)).isCloseTo(0, within(1e-4 * Math.sqrt(norm) + 1e-6));
    }
  }

  @Test
  void partsSideBySideAverageToTheWholeBatch() {
    List<float[]> whole = gradients(0, 1, "batch=8");
    assertClose(gradients(0, 1, "batch=8", "run.lanes=3"), whole); // 2, 3 and 3 images
    assertClose(
        gradients(0, 1, "batch=8", "run.lanes=2", "run.gradient_checkpointing=true"), whole);
  }

  @Test
  void twoWorkersAverageToOneWithTheDoubledBatch() {
    List<float[]> whole = gradients(0, 1, "batch=4", "data.flip=true");

    List<float[]> mean = gradients(0, 2, "batch=2", "data.flip=true");
    List<float[]> other = gradients(1, 2, "batch=2", "data.flip=true");
    for (int i = 0; i < mean.size(); i++) {
      for (int j = 0; j < mean.get(i).length; j++) {
        mean.get(i)[j] = (mean.get(i)[j] + other.get(i)[j]) / 2;
      }
    }
    assertClose(mean, whole);
  }

  @Test
  void gradientsAreTheSameWhenActivationsAreComputedAgain() {
    assertClose(
        gradients(0, 1, "batch=4", "run.gradient_checkpointing=true"), gradients(0, 1, "batch=4"));
  }
}
