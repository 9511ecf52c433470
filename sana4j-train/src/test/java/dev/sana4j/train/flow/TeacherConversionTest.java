package dev.sana4j.train.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.train.flow.ConversionRecipe.Initial;
import dev.sana4j.train.loop.FreshWeights;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TeacherConversionTest {
  private static SanaTransformer network(boolean qkNorm, double timestepScale) {
    SanaConfig config =
        new SanaConfig(
            4,
            4,
            1,
            2,
            8,
            2,
            8,
            8,
            2,
            false,
            4,
            1,
            false,
            1e-6,
            0,
            false,
            0.1,
            qkNorm,
            timestepScale);
    try (FreshWeights random = FreshWeights.ofTransformer(1)) {
      return Weights.load(
          random, DType.FLOAT32, Device.CPU, weights -> new SanaTransformer(weights, config));
    }
  }

  private static Map<String, float[]> values(SanaTransformer network) {
    return network.parameters().stream()
        .collect(Collectors.toMap(Parameter::name, each -> each.value().toFloats()));
  }

  private static void noData() {
    throw new AssertionError("there is nothing to measure");
  }

  @Test
  void aModelThatIsATeacherAlreadyStaysAsItIs() {
    try (SanaTransformer base = network(true, 0.001);
        SanaTransformer teacher =
            TeacherConversion.convert(
                base, Initial.FITTED, TeacherConversionTest::noData, 0, DType.FLOAT32)) {
      Map<String, float[]> after = values(teacher);
      values(base).forEach((name, before) -> assertThat(after.get(name)).isEqualTo(before));
    }
  }

  @Test
  void normsThatAreThereAreKeptWhenTheTimeEmbeddingChanges() {
    try (SanaTransformer base = network(true, 1);
        SanaTransformer teacher =
            TeacherConversion.convert(
                base, Initial.FITTED, TeacherConversionTest::noData, 0, DType.FLOAT32)) {
      Map<String, float[]> before = values(base);
      values(teacher)
          .forEach(
              (name, after) ->
                  assertThat(after)
                      .satisfies(
                          it -> {
                            if (name.contains("timestep_embedder")) {
                              assertThat(it).isNotEqualTo(before.get(name));
                            } else {
                              assertThat(it).isEqualTo(before.get(name));
                            }
                          }));
    }
  }
}
