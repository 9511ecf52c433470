package dev.sana4j.pipeline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.nn.LowRank;
import dev.sana4j.nn.LowRankAdapters;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.ModelConfig;
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
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelAdaptersTest {
  @TempDir private Path folder;

  /** An adapter for some layers of a model, as if it had been trained. */
  private Path adapter(TinyModel model, String name, long seed, String... targets) {
    Path file = folder.resolve(name);
    try (SanaTransformer network =
            SanaTransformer.open(model.folder().resolve("transformer"), DType.FLOAT32, Device.CPU);
        LowRankAdapters adapters =
            LowRankAdapters.create(
                network, List.of(targets), new LowRank.Settings(2, 4, 0), seed)) {
      TensorScope.confine(
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

  private static byte[] picture(SanaPipeline pipeline, TinyModel model) {
    return pipeline.generate(model.quick("a cat").seed(3).build()).get(0).pixels().rgb();
  }

  private static LoraChoice choice(Path file, double scale) {
    return new LoraChoice(file.toString(), scale);
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void anAdapterChangesThePictureAndLeavesTheModelAsItWas(TinyModel model) {
    LoraChoice style = choice(adapter(model, "style.safetensors", 1, "to_q", "to_out.0"), 1);
    try (SanaPipeline pipeline = model.open()) {
      byte[] plain = picture(pipeline, model);
      long live = LiveTensors.count();
      pipeline.adapters().add(style);
      assertThat(picture(pipeline, model)).isNotEqualTo(plain);
      pipeline.adapters().remove(style);
      assertThat(picture(pipeline, model)).isEqualTo(plain);
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
      byte[] plain = picture(pipeline, model);
      pipeline.adapters().add(style);
      assertThat(picture(pipeline, model)).isNotEqualTo(plain);
      pipeline.adapters().clear();
      assertThat(picture(pipeline, model)).isEqualTo(plain);
    }
  }

  @Test
  void theScaleDecidesHowMuchItCounts() {
    TinyModel model = TinyModel.SANA;
    Path file = adapter(model, "style.safetensors", 1, "to_q", "to_v");
    try (SanaPipeline pipeline = model.open()) {
      byte[] plain = picture(pipeline, model);
      pipeline.adapters().add(choice(file, 0));
      assertThat(picture(pipeline, model)).isEqualTo(plain);
      pipeline.adapters().clear();
      pipeline.adapters().add(choice(file, 1));
      byte[] whole = picture(pipeline, model);
      pipeline.adapters().clear();
      pipeline.adapters().add(choice(file, 0.5));
      assertThat(picture(pipeline, model)).isNotEqualTo(plain).isNotEqualTo(whole);
    }
  }

  @Test
  void severalAdaptersCountTogetherAndAreRemovedOneByOne() {
    TinyModel model = TinyModel.SANA;
    LoraChoice first = choice(adapter(model, "first.safetensors", 1, "to_q", "to_k"), 0.7);
    LoraChoice second = choice(adapter(model, "second.safetensors", 2, "to_k", "to_v"), -0.4);
    try (SanaPipeline pipeline = model.open()) {
      pipeline.adapters().add(first);
      byte[] alone = picture(pipeline, model);
      pipeline.adapters().add(second);
      assertThat(pipeline.adapters().list()).containsExactly(first, second);
      assertThat(picture(pipeline, model)).isNotEqualTo(alone);
      pipeline.adapters().remove(second);
      assertThat(pipeline.adapters().list()).containsExactly(first);
      assertThat(picture(pipeline, model)).isEqualTo(alone);
    }
  }

  @Test
  void theSameAdapterTwiceIsRefused() {
    LoraChoice style = choice(adapter(TinyModel.SANA, "style.safetensors", 1, "to_q"), 1);
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      pipeline.adapters().add(style);
      LoraChoice again = new LoraChoice(style.file(), 0.5);
      assertThatThrownBy(() -> pipeline.adapters().add(again))
          .isInstanceOf(RequestException.class)
          .hasMessageContaining("style.safetensors is named twice");
    }
    assertThatThrownBy(() -> ModelAdapters.check(TinyModel.SANA.config(), List.of(style, style)))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("named twice");
  }

  @Test
  void removingWhatIsNotThereIsRefused() {
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      assertThatThrownBy(() -> pipeline.adapters().remove(new LoraChoice("style", 1)))
          .isInstanceOf(RequestException.class)
          .hasMessageContaining("style is not in use");
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
        .hasMessageContaining("there is no linear layer transformer_blocks.");
    ModelAdapters.check(model.config(), List.of(style));
  }

  @Test
  void aDamagedAdapterLeavesTheModelAsItWas() throws IOException {
    LoraChoice broken =
        choice(Files.writeString(folder.resolve("broken.safetensors"), "not tensors"), 1);
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      long live = LiveTensors.count();
      assertThatThrownBy(() -> pipeline.adapters().add(broken))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("broken.safetensors");
      assertThat(LiveTensors.count()).isEqualTo(live);
      assertThat(pipeline.adapters().list()).isEmpty();
    }
  }
}
