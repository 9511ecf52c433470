package dev.sana4j.train.loop;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.nn.Linear;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingMemoryTest {
  /** Checks a layer of 99 x 10 weights and 10 biases. */
  private static void require(String optimizer, DType dtype, long bytesOfEach) {
    OptimizerRecipe recipe = Recipe.parse(optimizer, Path.of(""), OptimizerRecipe.class, List.of());
    try (RandomWeights random = new RandomWeights(1);
        Linear layer =
            Weights.load(
                random, dtype, Device.CPU, weights -> Linear.load(weights.at("layer"), 99, 10))) {
      var group =
          new TrainingTask.Group("student", true, layer.parameters(), recipe, recipe.rate(1, 0, 1));
      TrainingMemory.require(List.of(group), dtype, bytesOfEach * 1000);
    }
  }

  @Test
  void gradientsAndMomentsMustFit() {
    assertThatCode(() -> require("kind: adamw", DType.FLOAT32, 12)).doesNotThrowAnyException();
    assertThatThrownBy(() -> require("kind: adamw", DType.FLOAT32, 11))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("training student (1,000 parameters) needs at least")
        .hasMessageContaining("GiB are free");
    assertThatCode(() -> require("kind: came", DType.FLOAT32, 8)).doesNotThrowAnyException();
  }

  @Test
  void halfPrecisionHasWeightsInFloat32Beside() {
    assertThatCode(() -> require("kind: muon", DType.BFLOAT16, 14)).doesNotThrowAnyException();
    assertThatThrownBy(() -> require("kind: muon", DType.BFLOAT16, 13))
        .isInstanceOf(TrainingException.class);
    assertThatThrownBy(() -> require("{kind: muon, ema: 0.9}", DType.BFLOAT16, 17))
        .isInstanceOf(TrainingException.class);
  }
}
