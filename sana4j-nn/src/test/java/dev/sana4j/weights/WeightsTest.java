package dev.sana4j.weights;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.LiveTensors;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {
  private static final float[] THIRD = {1f / 3};

  private static List<Parameter> load(
      WeightSource source, DType dtype, Function<Weights, List<Parameter>> network) {
    return Weights.load(source, dtype, Device.CPU, network);
  }

  private static void free(List<Parameter> parameters) {
    parameters.forEach(Parameter::close);
  }

  @Test
  void aPathLeadsToTheParameterAndIsItsName() {
    GivenWeights source = new GivenWeights().with("blocks.3.to_out.0.weight", THIRD, 1);
    List<Parameter> loaded =
        load(
            source,
            DType.FLOAT32,
            weights -> List.of(weights.at("blocks").at(3).at("to_out.0").parameter("weight", 1)));

    assertThat(loaded.get(0).name()).isEqualTo("blocks.3.to_out.0.weight");
    assertThat(loaded.get(0).value()).isCloseTo(THIRD, 0);
    free(loaded);
  }

  @Test
  void everyProblemIsInTheOneException() {
    GivenWeights source =
        new GivenWeights()
            .with("a.weight", new float[6], 2, 3)
            .with("a.left", new float[1], 1)
            .with("over", new float[1], 1)
            .with("count", () -> Tensors.of(new long[] {1}, 1));

    assertThatThrownBy(
            () ->
                load(
                    source,
                    DType.FLOAT32,
                    weights ->
                        List.of(
                            weights.at("a").parameter("weight", 3, 2),
                            weights.at("a").parameter("bias", 3),
                            weights.at("b").parameter("weight", 4, 4),
                            weights.parameter("count", 1))))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "given does not fit the network: a.weight has shape [2, 3], expected [3, 2];"
                + " missing a.bias [3]; missing b.weight [4, 4];"
                + " count has dtype int64, expected floating point;"
                + " unexpected a.left; unexpected over");
  }

  @Test
  void aFloodOfProblemsIsCounted() {
    assertThatThrownBy(
            () ->
                load(
                    new GivenWeights(),
                    DType.FLOAT32,
                    weights -> {
                      for (int i = 0; i < 25; i++) {
                        assertThat(weights.parameter("p" + i, 1).name()).isEqualTo("p" + i);
                      }
                      return List.of();
                    }))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("missing p19 [1]; and 5 more")
        .hasMessageNotContaining("p20");
  }

  @Test
  void aFailedLoadFreesWhatItRead() {
    GivenWeights source =
        new GivenWeights().with("a", THIRD, 1).with("b", THIRD, 1).with("c", new float[2], 2);
    long before = LiveTensors.count();

    assertThatThrownBy(
            () ->
                load(
                    source,
                    DType.BFLOAT16,
                    w -> List.of(w.parameter("a", 1), w.parameter("b", 1), w.parameter("c", 1))))
        .isInstanceOf(CheckpointException.class);
    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void aNetworkThatThrowsFreesWhatItRead() {
    long before = LiveTensors.count();

    assertThatThrownBy(
            () ->
                load(
                    new GivenWeights().with("a", THIRD, 1),
                    DType.FLOAT32,
                    w -> {
                      throw new IllegalArgumentException(w.parameter("a", 1).name());
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a");
    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void parametersSurviveTheScopeTheyWereLoadedIn() {
    GivenWeights source = new GivenWeights().with("a", THIRD, 1);
    List<List<Parameter>> kept = new ArrayList<>();
    TensorScope.compute(
        () -> kept.add(load(source, DType.FLOAT32, w -> List.of(w.parameter("a", 1)))));

    assertThat(kept.get(0).get(0).value()).isCloseTo(THIRD, 0);
    free(kept.get(0));
  }

  @Test
  void asStoredKeepsFloat32WhereTheRestIsRounded() {
    GivenWeights source =
        new GivenWeights()
            .with("exact.norm.weight", THIRD, 1)
            .with("rounded.weight", THIRD, 1)
            .with("exact.half", () -> Tensors.full(0.5, DType.FLOAT16, Device.CPU, 1));
    List<Parameter> loaded =
        load(
            source,
            DType.BFLOAT16,
            weights -> {
              Weights exact = weights.at("exact").asStored();
              return List.of(
                  exact.at("norm").parameter("weight", 1),
                  weights.at("rounded").parameter("weight", 1),
                  exact.parameter("half", 1));
            });

    assertThat(loaded)
        .extracting(parameter -> parameter.value().dtype())
        .containsExactly(DType.FLOAT32, DType.BFLOAT16, DType.BFLOAT16);
    assertThat(loaded.get(0).value()).isCloseTo(THIRD, 0);
    assertThat(loaded.get(1).value())
        .isCloseTo(THIRD, 1e-3)
        .differsFrom(loaded.get(0).value(), 1e-4);
    free(loaded);
  }

  @Test
  void askingWhetherATensorIsThereDoesNotReadIt() {
    GivenWeights source = new GivenWeights().with("a.b", THIRD, 1);

    assertThatThrownBy(
            () ->
                load(
                    source,
                    DType.FLOAT32,
                    weights -> {
                      assertThat(weights.at("a").has("b")).isTrue();
                      assertThat(weights.at("a").has("c")).isFalse();
                      return List.of();
                    }))
        .hasMessage("given does not fit the network: unexpected a.b");
  }

  @Test
  @EnabledOnOs(OS.LINUX) // where a private mapping shows later writes to pages not yet changed
  void aParameterInTheStoredDtypeIsAViewOfTheFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("m.safetensors");
    try (Tensor stored = Tensors.of(THIRD, 1)) {
      SafetensorsWriter.write(file, Map.of("a", stored), Map.of());
    }
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      List<Parameter> same = load(checkpoint, DType.FLOAT32, w -> List.of(w.parameter("a", 1)));
      List<Parameter> wider = load(checkpoint, DType.FLOAT64, w -> List.of(w.parameter("a", 1)));
      try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
        opened.seek(opened.length() - 4);
        opened.writeInt(0);
      }
      assertThat(same.get(0).value()).isCloseTo(new float[] {0}, 0);
      assertThat(wider.get(0).value()).isCloseTo(THIRD, 0);
      free(same);
      free(wider);
    }
  }

  @Test
  void aNetworkTellsItsParametersWithoutMemoryForThem() {
    List<TensorSpec> specs =
        Weights.specs(
            DType.BFLOAT16,
            weights -> {
              weights.at("block").parameter("weight", 1L << 40, 1 << 10);
              weights.asStored().table("table", 3);
            });

    assertThat(specs)
        .containsExactly(
            new TensorSpec("block.weight", DType.BFLOAT16, List.of(1L << 40, 1L << 10)),
            new TensorSpec("table", DType.BFLOAT16, List.of(3L)));
    assertThat(specs.get(0).bytes()).isEqualTo(1L << 51);
  }
}
