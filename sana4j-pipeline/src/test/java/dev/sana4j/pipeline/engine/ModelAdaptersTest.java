package dev.sana4j.pipeline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.nn.LowRank;
import dev.sana4j.nn.LowRankAdapters;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Int8Product;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.LiveTensors;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelAdaptersTest {
  @TempDir private Path folder;

  /** Writes an adapter with random weights for some layers of a model. */
  private Path adapter(TinyModel model, String name, long seed, String... targets) {
    Path file = folder.resolve(name);
    try (SanaTransformer network =
            SanaTransformer.open(model.folder().resolve("transformer"), DType.FLOAT32, Device.CPU);
        LowRankAdapters adapters =
            LowRankAdapters.create(
                network, List.of(targets), new LowRank.Settings(2, 4, 0), seed)) {
      TensorScope.compute(
          () -> {
            try (Generator generator = new Generator(seed)) {
              for (Parameter parameter : adapters.parameters()) {
                Tensor noise = generator.normal(parameter.value().shape()).mul(0.3);
                Libtorch.noGrad(() -> parameter.value().copy_(noise));
              }
            }
            return null;
          });
      adapters.save(file);
    }
    return file;
  }

  private static byte[] image(SanaPipeline pipeline, TinyModel model, LoraChoice... adapters) {
    GenerationRequest request = model.quick("a cat").seed(3).adapters(List.of(adapters)).build();
    GeneratedImage image = pipeline.generate(request).get(0);
    assertThat(image.request().adapters()).containsExactly(adapters);
    return image.pixels().rgb();
  }

  private static LoraChoice choice(Path file, double scale) {
    return new LoraChoice(file.toString(), scale);
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void anAdapterChangesTheImageAndLeavesTheModelAsItWas(TinyModel model) {
    LoraChoice style = choice(adapter(model, "style.safetensors", 1, "to_q", "to_out.0"), 1);
    try (SanaPipeline pipeline = model.open()) {
      byte[] plain = image(pipeline, model);
      byte[] styled = image(pipeline, model, style);
      assertThat(styled).isNotEqualTo(plain);
      long live = LiveTensors.count();
      assertThat(image(pipeline, model)).isEqualTo(plain);
      assertThat(image(pipeline, model, style)).isEqualTo(styled);
      assertThat(LiveTensors.count()).isEqualTo(live);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "INT8"})
  void anAdapterCountsBesideRoundedWeightsToo(DType dtype) {
    assumeTrue(dtype != DType.INT8 || Int8Product.isFast());
    TinyModel model = TinyModel.SANA;
    LoraChoice style = choice(adapter(model, "style.safetensors", 1, "to_q", "to_out.0"), 1);
    try (SanaPipeline pipeline = SanaPipeline.builder(model.folder()).dtype(dtype).open()) {
      byte[] plain = image(pipeline, model);
      assertThat(image(pipeline, model, style)).isNotEqualTo(plain);
      assertThat(image(pipeline, model)).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "INT8"})
  void anAdapterOfTheFeedForwardCountsToo(DType dtype) {
    assumeTrue(dtype != DType.INT8 || Int8Product.isFast());
    TinyModel model = TinyModel.SANA;
    LoraChoice style =
        choice(adapter(model, "style.safetensors", 1, "conv_inverted", "conv_point"), 1);
    try (SanaPipeline pipeline = SanaPipeline.builder(model.folder()).dtype(dtype).open()) {
      byte[] plain = image(pipeline, model);
      assertThat(image(pipeline, model, style)).isNotEqualTo(plain);
      assertThat(image(pipeline, model)).isEqualTo(plain);
    }
  }

  @Test
  void anAdapterInTheLayoutOfKohyasScriptsGivesTheSameImage() {
    TinyModel model = TinyModel.SANA;
    Path file = adapter(model, "style.safetensors", 1, "to_q", "to_k", "conv_point");
    Path renamed = folder.resolve("kohya.safetensors");
    TensorScope.run(
        () -> {
          try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (String name : checkpoint.names()) {
              String layer = name.replaceFirst("^transformer\\.(.*)\\.lora_[AB]\\.weight$", "$1");
              String place = "lora_unet_" + layer.replace('.', '_');
              String matrix = name.contains("lora_A") ? ".lora_down.weight" : ".lora_up.weight";
              tensors.put(place + matrix, checkpoint.tensor(name));
              tensors.put(place + ".alpha", Tensors.full(4, DType.FLOAT32, Device.CPU));
            }
            SafetensorsWriter.write(renamed, tensors, Map.of("ss_network_alpha", "1"));
          }
        });
    try (SanaPipeline pipeline = model.open()) {
      assertThat(image(pipeline, model, choice(renamed, 1)))
          .isEqualTo(image(pipeline, model, choice(file, 1)))
          .isNotEqualTo(image(pipeline, model));
    }
  }

  @Test
  void theScaleDecidesHowMuchItCounts() {
    TinyModel model = TinyModel.SANA;
    Path file = adapter(model, "style.safetensors", 1, "to_q", "to_v");
    try (SanaPipeline pipeline = model.open()) {
      byte[] plain = image(pipeline, model);
      assertThat(image(pipeline, model, choice(file, 0))).isEqualTo(plain);
      byte[] whole = image(pipeline, model, choice(file, 1));
      assertThat(image(pipeline, model, choice(file, 0.5))).isNotEqualTo(plain).isNotEqualTo(whole);
      assertThat(image(pipeline, model, choice(file, 1))).isEqualTo(whole);
    }
  }

  @Test
  void severalAdaptersCountTogether() {
    TinyModel model = TinyModel.SANA;
    LoraChoice first = choice(adapter(model, "first.safetensors", 1, "to_q", "to_k"), 0.7);
    LoraChoice second = choice(adapter(model, "second.safetensors", 2, "to_k", "to_v"), -0.4);
    try (SanaPipeline pipeline = model.open()) {
      byte[] alone = image(pipeline, model, first);
      assertThat(image(pipeline, model, first, second)).isNotEqualTo(alone);
      assertThat(image(pipeline, model, first)).isEqualTo(alone);
    }
  }

  @Test
  void theSameAdapterTwiceIsRefused() {
    GenerationRequest.Builder twice =
        TinyModel.SANA
            .quick("a cat")
            .adapters(List.of(new LoraChoice("style", 1), new LoraChoice("style", 0.5)));
    assertThatThrownBy(twice::build)
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("style is given twice");
  }

  @Test
  void aFileNamedInTwoWaysCountsTwice() {
    TinyModel model = TinyModel.SANA;
    LoraChoice file = choice(adapter(model, "adapter_model.safetensors", 1, "to_q"), 0.5);
    LoraChoice inside = choice(folder, 0.25);
    try (SanaPipeline pipeline = model.open()) {
      assertThat(image(pipeline, model, file, inside)).isNotEqualTo(image(pipeline, model, file));
    }
  }

  @Test
  void anAdapterThatIsKeptIsNotReadAgainUnlessItChanged() throws IOException {
    TinyModel model = TinyModel.SANA;
    LoraChoice style = choice(adapter(model, "style.safetensors", 1, "to_q"), 1);
    Path other = adapter(model, "other.safetensors", 2, "to_v");
    try (SanaPipeline pipeline = model.open()) {
      byte[] first = image(pipeline, model, style);
      Files.move(other, Path.of(style.file()), StandardCopyOption.REPLACE_EXISTING);
      byte[] second = image(pipeline, model, style);
      assertThat(second).isNotEqualTo(first);
      long live = LiveTensors.count();
      assertThat(image(pipeline, model, style)).isEqualTo(second);
      assertThat(LiveTensors.count()).isEqualTo(live);
    }
  }

  @Test
  void onlySomeAdaptersAreKept() {
    TinyModel model = TinyModel.SANA;
    List<Long> live = new ArrayList<>();
    try (SanaPipeline pipeline = model.open()) {
      for (int i = 0; i < 7; i++) {
        Path file = adapter(model, "style-" + i + ".safetensors", i, "to_q");
        assertThat(image(pipeline, model, choice(file, 1))).isNotEmpty();
        live.add(LiveTensors.count());
      }
    }
    assertThat(live.get(3)).isGreaterThan(live.get(0));
    assertThat(live.get(6)).isEqualTo(live.get(3));
  }

  @Test
  void requestsMadeTogetherHaveTheSameAdapters() {
    TinyModel model = TinyModel.SANA;
    LoraChoice style = choice(adapter(model, "style.safetensors", 1, "to_q", "to_v"), 1);
    GenerationRequest plain = model.quick("a cat").build();
    GenerationRequest styled = plain.toBuilder().adapters(List.of(style)).build();
    try (SanaPipeline pipeline = model.open()) {
      assertThatThrownBy(
              () -> pipeline.generateTogether(List.of(plain, styled), GenerationListener.NONE))
          .isInstanceOf(RequestException.class);
      assertThat(
              pipeline
                  .generateTogether(List.of(styled), GenerationListener.NONE)
                  .get(0)
                  .pixels()
                  .rgb())
          .isEqualTo(pipeline.generate(styled).get(0).pixels().rgb())
          .isNotEqualTo(pipeline.generate(plain).get(0).pixels().rgb());
    }
  }

  @Test
  void anAdapterOfAnotherNetworkIsRefusedByNameAndChangesNothing() throws IOException {
    TinyModel model = TinyModel.SANA;
    Path copy = model.copyTo(folder.resolve("deeper"));
    LoraChoice style = choice(adapter(model, "style.safetensors", 1, "to_q"), 1);
    TinyModel.edit(
        copy.resolve("transformer/config.json"),
        config -> config.put("num_layers", config.get("num_layers").intValue() - 1));
    ModelConfig shallow = ModelConfig.read(ModelFolder.open(copy));
    assertThatThrownBy(() -> ModelAdapters.check(shallow, List.of(style)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("style.safetensors: the LoRA does not fit the network")
        .hasMessageContaining("the network has no linear layer transformer_blocks.");
    ModelAdapters.check(model.config(), List.of(style));
  }

  @Test
  void aDamagedAdapterLeavesTheModelAsItWas() throws IOException {
    LoraChoice broken =
        choice(Files.writeString(folder.resolve("broken.safetensors"), "not tensors"), 1);
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      byte[] plain = image(pipeline, TinyModel.SANA);
      long live = LiveTensors.count();
      assertThatThrownBy(() -> image(pipeline, TinyModel.SANA, broken))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("broken.safetensors");
      assertThat(LiveTensors.count()).isEqualTo(live);
      assertThat(image(pipeline, TinyModel.SANA)).isEqualTo(plain);
    }
  }
}
