package dev.sana4j.synth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pipeline with random weights: its images show nothing, but its numbers are ordinary. */
class SyntheticImagesTest {
  private static final int TOKENS = 12;

  @TempDir private Path root;

  private Path write(SyntheticModel model) {
    Path folder = root.resolve("model" + model.hashCode());
    new ModelSynthesis(model, DType.BFLOAT16, 1).write(folder, (part, done, total) -> {});
    return folder;
  }

  /** Returns the standard deviation of 8-bit values. */
  private static double contrast(byte[] rgb) {
    int[] values = IntStream.range(0, rgb.length).map(i -> rgb[i] & 0xFF).toArray();
    double mean = IntStream.of(values).average().orElseThrow();
    return Math.sqrt(
        IntStream.of(values).mapToDouble(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void everyKindOfModelMakesImagesThatAreNotFlat(DType dtype) {
    for (SyntheticModel model : List.of(ToyModels.FLOW, ToyModels.TEACHER, ToyModels.SPRINT)) {
      try (SanaPipeline pipeline = SanaPipeline.builder(write(model)).dtype(dtype).open()) {
        var request = pipeline.request("a cat").steps(2).maxSequenceLength(TOKENS);
        byte[] rgb = pipeline.generate(request.build()).get(0).pixels().rgb();
        assertThat(contrast(rgb)).isBetween(20.0, 120.0);
      }
    }
  }

  @Test
  void thePromptIsHeard() {
    try (SanaPipeline pipeline =
        SanaPipeline.builder(write(ToyModels.SPRINT)).dtype(DType.FLOAT32).open()) {
      var request =
          pipeline
              .request("a cat", "a bus in a busy street")
              .noise(GenerationRequest.Noise.SHARED)
              .instruction(false)
              .maxSequenceLength(TOKENS);
      var images = pipeline.generate(request.build());
      assertThat(images.get(0).pixels().rgb()).isNotEqualTo(images.get(1).pixels().rgb());
    }
  }

  private static List<Double> rootMeanSquares(Supplier<List<Tensor>> states) {
    return Libtorch.noGrad(
        () ->
            TensorScope.<List<Double>>compute(
                () ->
                    states.get().stream()
                        .map(state -> Math.sqrt(state.to(DType.FLOAT32).pow(2).mean().item()))
                        .toList()));
  }

  @Test
  void hiddenStatesKeepTheirScaleThroughTheWholeTextEncoder() {
    Path folder = write(ToyModels.SPRINT).resolve("text_encoder");
    try (GemmaEncoder encoder = GemmaEncoder.open(folder, DType.BFLOAT16, Device.CPU)) {
      List<Double> scales =
          rootMeanSquares(
              () ->
                  encoder.hiddenStates(
                      new GemmaEncoder.Input(
                          Tensors.range(TOKENS, DType.INT64, Device.CPU).reshape(1, TOKENS),
                          Tensors.full(1, DType.INT64, Device.CPU, 1, TOKENS))));
      assertThat(scales).hasSize(27).allMatch(scale -> scale > 0.5 && scale < 15);
      assertThat(scales.get(26)).isBetween(0.9, 1.1);
    }
  }

  @Test
  void tokensKeepTheirScaleThroughTheWholeTransformer() {
    Path folder = write(ToyModels.SPRINT).resolve("transformer");
    try (SanaTransformer network = SanaTransformer.open(folder, DType.BFLOAT16, Device.CPU);
        Generator generator = new Generator(1)) {
      int width = network.config().captionChannels();
      List<Double> scales =
          rootMeanSquares(
              () ->
                  network.trace(
                      new SanaInput(
                          generator
                              .normal(1, network.config().inChannels(), 4, 4)
                              .to(DType.BFLOAT16),
                          generator.normal(1, TOKENS, width).to(DType.BFLOAT16),
                          Tensors.full(1, DType.INT64, Device.CPU, 1, TOKENS),
                          Tensors.full(0.5, DType.FLOAT32, Device.CPU, 1),
                          Tensors.full(0.45, DType.FLOAT32, Device.CPU, 1),
                          null)));
      assertThat(scales).hasSize(21).allMatch(scale -> scale > 0.3 && scale < 10);
    }
  }
}
