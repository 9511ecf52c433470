package dev.sana4j.convert;

import static dev.sana4j.convert.Conversions.REFERENCE;
import static dev.sana4j.convert.Conversions.assertSameTensors;
import static dev.sana4j.convert.Conversions.base;
import static dev.sana4j.convert.Conversions.toFolder;
import static dev.sana4j.convert.Conversions.toOriginal;
import static dev.sana4j.convert.Conversions.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.SafetensorsHeader;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.pth.PthFile;
import dev.sana4j.weights.pth.PthOutline;
import dev.sana4j.weights.pth.PthWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtherNetworksConversionTest {
  @TempDir private Path folder;

  private static AutoencoderConfig config(Path part) {
    return AutoencoderConfig.read(ConfigFile.read(part.resolve("config.json")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sana", "pixel_shuffle"})
  void anAutoencoderComesBackWithTheSameTensors(String kind) {
    Path part = REFERENCE.resolve("dcae").resolve(kind);
    Path original = toOriginal(part, folder.resolve("model.safetensors"));
    AutoencoderConfig expected = config(part);
    var settings =
        new ConversionSettings(null, null, null, null, null, expected.scalingFactor(), null);
    Path back = folder.resolve("vae");
    try (var conversion = FolderConversion.open(original, null, settings)) {
      conversion.write(back, (what, done, total) -> {});
    }
    assertSameTensors(weights(back), weights(part));
    AutoencoderConfig found = config(back);
    assertThat(found.encoder().depths()).isEqualTo(expected.encoder().depths());
    assertThat(found.decoder().blockTypes()).isEqualTo(expected.decoder().blockTypes());
    assertThat(found.decoder().scales()).isEqualTo(expected.decoder().scales());
    assertThat(found.pixelUnshuffle()).isEqualTo(expected.pixelUnshuffle());
    assertThat(found.interpolate()).isEqualTo(expected.interpolate());
    assertThat(found.compression()).isEqualTo(expected.compression());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sana", "pixel_shuffle"})
  void theFileOfAnAutoencoderComesBackByteForByte(String kind) {
    Path part = REFERENCE.resolve("dcae").resolve(kind);
    Path original = toOriginal(part, folder.resolve("model.pth"));
    double factor = config(part).scalingFactor();
    var settings = new ConversionSettings(null, null, null, null, null, factor, null);
    Path vae = toFolder(original, null, settings, folder.resolve("vae"));
    assertThat(toOriginal(vae, folder.resolve("back.pth"))).hasSameBinaryContentAs(original);
  }

  @Test
  void anAutoencoderOfTheSizesOfTheBaseHasItsConfig() {
    ModelFolder base = base("tiny-sana");
    Path original = toOriginal(base.path(Part.VAE), folder.resolve("model.safetensors"));
    Path model = toFolder(original, base, folder.resolve("model"));
    assertThat(config(model.resolve("vae"))).isEqualTo(config(base.path(Part.VAE)));
    assertSameTensors(weights(model.resolve("transformer")), weights(base.path(Part.TRANSFORMER)));
  }

  @Test
  void attentionOfAnOriginalAutoencoderIsAConvolutionOfPixels() {
    Path part = REFERENCE.resolve("dcae/sana");
    Path original = toOriginal(part, folder.resolve("model.safetensors"));
    var entries = SafetensorsHeader.read(original).entries();
    String name = "encoder.stages.2.op_list.0.context_module.main.qkv.conv.weight";
    List<Long> shape = Objects.requireNonNull(entries.get(name), name).shape();
    int width = config(part).encoder().widths().get(2);
    assertThat(shape).containsExactly(3L * width, (long) width, 1L, 1L);
    assertThat(entries)
        .containsKeys(
            "encoder.project_in.conv.weight",
            "encoder.project_out.main.op_list.0.conv.bias",
            "decoder.project_in.main.conv.weight",
            "decoder.stages.0.op_list.0.main.conv.conv.weight",
            "decoder.project_out.op_list.2.conv.weight");
  }

  @Test
  void theFactorOfAnUnknownAutoencoderMustBeSaid() {
    Path part = REFERENCE.resolve("dcae/pixel_shuffle");
    Path original = toOriginal(part, folder.resolve("model.safetensors"));
    assertThatThrownBy(() -> FolderConversion.open(original, null, ConversionSettings.none()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("give its scaling factor");
  }

  @Test
  void aControlNetAndItsTransformerAreOneFile() {
    Path part = REFERENCE.resolve("controlnet/controlnet");
    Path original = toOriginal(part, folder.resolve("control.pth"));
    try (PthFile file = PthFile.open(original)) {
      assertThat(file.names())
          .contains(
              "controlnet.0.before_proj.weight",
              "controlnet.1.after_proj.bias",
              "controlnet.1.copied_block.attn.qkv.weight",
              "x_embedder.proj.weight")
          .doesNotContain("final_layer.linear.weight");
    }
    Path model = toFolder(original, base("tiny-controlnet"), folder.resolve("model"));
    assertSameTensors(weights(model.resolve("controlnet")), weights(part));
    ModelFolder opened = ModelFolder.open(model);
    assertThat(opened.pipelineClass()).isEqualTo("SanaControlNetPipeline");
    assertThat(opened.path(Part.CONTROLNET)).isEqualTo(model.resolve("controlnet"));
    ConfigFile config = ConfigFile.read(model.resolve("controlnet/config.json"));
    assertThat(config.integer("num_layers"))
        .isEqualTo(ConfigFile.read(part.resolve("config.json")).integer("num_layers"));
  }

  @Test
  void theFileOfAControlNetComesBackByteForByte() {
    Path original =
        toOriginal(REFERENCE.resolve("controlnet/controlnet"), folder.resolve("control.pth"));
    Path model = toFolder(original, base("tiny-controlnet"), folder.resolve("model"));
    Path back = toOriginal(model.resolve("controlnet"), folder.resolve("back.pth"));
    assertThat(back).hasSameBinaryContentAs(original);
  }

  @Test
  void aControlNetThatWasTrainedApartFromItsTransformerHasNoSuchFile() {
    ModelFolder model = base("tiny-controlnet");
    assertThatThrownBy(() -> OriginalConversion.ofModel(model, DType.FLOAT32))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("differs in");
  }

  @Test
  void tensorsOfNoNetworkAreRefusedByName() {
    TensorSpec known =
        new TensorSpec("x_embedder.proj.weight", DType.FLOAT32, List.of(4L, 2L, 1L, 1L));
    TensorSpec unknown = new TensorSpec("blocks.0.attn.rope", DType.FLOAT32, List.of(4L));
    Path file = written(known, unknown);
    assertThatThrownBy(() -> OriginalCheckpoint.open(file).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("do not belong to the network", "blocks.0.attn.rope");
  }

  @Test
  void aCheckpointOfAnotherModelIsRefused() {
    Path file = written(new TensorSpec("unet.conv_in.weight", DType.FLOAT32, List.of(4L)));
    assertThatThrownBy(() -> OriginalCheckpoint.open(file).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("not an original checkpoint of SANA");
  }

  @Test
  void aTensorThatDoesNotDivideIsRefused() {
    Path file =
        written(
            new TensorSpec("x_embedder.proj.weight", DType.FLOAT32, List.of(4L, 2L, 1L, 1L)),
            new TensorSpec("blocks.0.attn.qkv.weight", DType.FLOAT32, List.of(7L, 4L)));
    assertThatThrownBy(() -> OriginalCheckpoint.open(file).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("blocks.0.attn.qkv.weight", "does not divide into 3");
  }

  @Test
  void aFolderWithoutAnOriginalLayoutIsRefused() {
    Path part = REFERENCE.resolve("gemma2");
    assertThatThrownBy(() -> OriginalConversion.ofPart(part, DType.FLOAT32))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no original layout");
  }

  private Path written(TensorSpec... specs) {
    Path file = folder.resolve("model.pth");
    PthWriter.write(
        file,
        PthOutline.of("model/", List.of(specs)),
        (tensor, start, count) -> Tensors.zeros(tensor.dtype(), Device.CPU, count));
    return file;
  }
}
