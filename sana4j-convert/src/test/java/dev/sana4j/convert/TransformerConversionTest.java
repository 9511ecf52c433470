package dev.sana4j.convert;

import static dev.sana4j.convert.Conversions.REFERENCE;
import static dev.sana4j.convert.Conversions.assertSameTensors;
import static dev.sana4j.convert.Conversions.base;
import static dev.sana4j.convert.Conversions.baseOf;
import static dev.sana4j.convert.Conversions.toFolder;
import static dev.sana4j.convert.Conversions.toOriginal;
import static dev.sana4j.convert.Conversions.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.files.FileException;
import dev.sana4j.files.Remedy;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.SamplerConfig;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.SafetensorsHeader;
import dev.sana4j.weights.pth.PthFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransformerConversionTest {
  @TempDir private Path folder;

  private static SanaConfig config(Path part) {
    return SanaConfig.read(ConfigFile.read(part.resolve("config.json")));
  }

  private static ConversionSettings with(Variant variant) {
    return new ConversionSettings(variant, null, null, null, null, null, null);
  }

  /**
   * Returns the original checkpoint of a transformer of the reference, in a file with a neutral
   * name.
   */
  private Path original(String variant) {
    return toOriginal(REFERENCE.resolve("dit").resolve(variant), folder.resolve("model.pth"));
  }

  @ParameterizedTest
  @MethodSource("dev.sana4j.convert.Conversions#pthFiles")
  void theTensorsAreThoseOfTheReference(Path pth) {
    Path model = toFolder(pth, baseOf(pth), folder.resolve("model"));
    String expected = pth.getFileName().toString().replace(".pth", "_converted.safetensors");
    assertSameTensors(weights(model.resolve("transformer")), pth.resolveSibling(expected));
  }

  @ParameterizedTest
  @MethodSource("dev.sana4j.convert.Conversions#pthFiles")
  void thereAndBackIsTheSameFile(Path pth) {
    Path model = toFolder(pth, baseOf(pth), folder.resolve("model"));
    Path back = toOriginal(ModelFolder.open(model), folder.resolve("back.pth"));
    assertThat(back).hasSameBinaryContentAs(pth);
  }

  @ParameterizedTest
  @MethodSource("dev.sana4j.convert.Conversions#pthFiles")
  void theFolderOpensWithTheOtherPartsOfTheBase(Path pth) {
    ModelFolder base = baseOf(pth);
    Path model = toFolder(pth, base, folder.resolve("model"));
    ModelConfig config = ModelConfig.read(ModelFolder.open(model));
    ModelConfig expected = ModelConfig.read(base);
    assertThat(config.textEncoder()).isEqualTo(expected.textEncoder());
    assertThat(config.autoencoder()).isEqualTo(expected.autoencoder());
    assertThat(config.sampler()).isEqualTo(expected.sampler());
    assertThat(Variant.of(config.transformer())).isEqualTo(Variant.of(expected.transformer()));
    assertThat(model.resolve("tokenizer/tokenizer.json"))
        .hasSameBinaryContentAs(base.root().resolve("tokenizer/tokenizer.json"));
  }

  /**
   * Returns a folder that was converted from the original checkpoint of a transformer of the
   * reference.
   */
  private Path converted(Path original, SanaConfig expected) {
    var settings =
        new ConversionSettings(
            Variant.of(expected),
            expected.heads(),
            expected.crossHeads(),
            expected.sampleSize() * 32,
            null,
            null,
            null);
    return toFolder(original, null, settings, folder.resolve("converted"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sana_1_0", "sana_1_5", "teacher", "sprint", "sana_4k", "patch2"})
  void everyVariantComesBackWithTheSameConfigAndTensors(String variant) {
    Path part = REFERENCE.resolve("dit").resolve(variant);
    SanaConfig expected = config(part);
    Path back = converted(original(variant), expected);
    assertThat(config(back)).isEqualTo(expected);
    assertSameTensors(weights(back), weights(part));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sana_1_0", "sana_1_5", "teacher", "sprint", "sana_4k", "patch2"})
  void theFileOfEveryVariantComesBackByteForByte(String variant) {
    Path original = original(variant);
    Path part = converted(original, config(REFERENCE.resolve("dit").resolve(variant)));
    assertThat(toOriginal(part, folder.resolve("back.pth"))).hasSameBinaryContentAs(original);
  }

  @Test
  void namesAreThoseOfTheOriginalCode() {
    try (PthFile file = PthFile.open(original("sana_1_5"))) {
      assertThat(file.names())
          .contains(
              "x_embedder.proj.weight",
              "y_embedder.y_proj.fc1.weight",
              "t_block.1.bias",
              "blocks.0.attn.qkv.weight",
              "blocks.1.cross_attn.kv_linear.bias",
              "blocks.0.mlp.point_conv.conv.weight",
              "final_layer.scale_shift_table")
          .doesNotContain("pos_embed", "y_embedder.y_embedding");
    }
  }

  @Test
  void aPositionEmbeddingTellsItsScaleAndSize() {
    Path file = original("sana_4k");
    SanaConfig expected = config(REFERENCE.resolve("dit/sana_4k"));
    SanaConfig found =
        config(toFolder(file, base("tiny-sana"), folder.resolve("m")).resolve("transformer"));
    assertThat(expected.interpolationScale()).isPositive();
    assertThat(found.interpolationScale()).isEqualTo(expected.interpolationScale());
    assertThat(found.sampleSize()).isEqualTo(expected.sampleSize());
  }

  @Test
  void positionsThatAreNoneMustBeSaid() throws IOException {
    Path file = original("sana_4k");
    byte[] content = Files.readAllBytes(file);
    try (PthFile opened = PthFile.open(file)) {
      int at = indexOf(content, opened);
      Arrays.fill(content, at, at + 64, (byte) 0x3f);
    }
    Path changed = Files.write(folder.resolve("changed.pth"), content);
    ModelFolder base = base("tiny-sana");
    assertThatThrownBy(() -> FolderConversion.open(changed, base, ConversionSettings.none()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("give the interpolation scale")
        .extracting("remedy")
        .isEqualTo(Remedy.INTERPOLATION_SCALE);
    var settings = new ConversionSettings(null, null, null, null, 0.0, null, null);
    try (var conversion = FolderConversion.open(changed, base, settings)) {
      assertThat(conversion.description()).noneMatch(line -> line.contains("positions"));
    }
  }

  /** Returns the offset of the elements of the position embedding. */
  private static int indexOf(byte[] content, PthFile file) {
    byte[] positions = TensorScope.compute(() -> file.tensor("pos_embed").toBytes());
    String text = new String(content, StandardCharsets.ISO_8859_1);
    return text.indexOf(new String(positions, StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource({"tiny-sana, 0.001", "tiny-sprint, 0.001"})
  void aTeacherIsKnownByTheNameOfItsFile(String base, double timestepScale) throws IOException {
    Path named = Files.move(original("teacher"), folder.resolve("Some_1.6B_Teacher.pth"));
    Path model = toFolder(named, base(base), folder.resolve("m"));
    assertThat(config(model.resolve("transformer")).timestepScale()).isEqualTo(timestepScale);
    assertThat(SamplerConfig.read(ModelFolder.open(model)))
        .isNotInstanceOf(SamplerConfig.Consistency.class);
  }

  @Test
  void aBaseOfTheSameKindTellsATeacher() {
    Path model = toFolder(original("sana_1_5"), base("tiny-teacher"), folder.resolve("m"));
    assertThat(Variant.of(config(model.resolve("transformer")))).isEqualTo(Variant.TEACHER);
  }

  @Test
  void whatIsSaidWinsOverTheBase() {
    Path model =
        toFolder(
            original("sana_1_5"),
            base("tiny-teacher"),
            with(Variant.SANA_1_5),
            folder.resolve("m"));
    assertThat(config(model.resolve("transformer")).timestepScale()).isEqualTo(1);
  }

  @Test
  void whatCannotBeToldMustBeSaid() {
    Path file = original("teacher");
    assertThatThrownBy(() -> toFolder(file, base("tiny-sprint"), folder.resolve("m")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("SANA 1.5", "name the variant, sana-1.5 or teacher");
    var settings = with(Variant.TEACHER);
    assertThatThrownBy(() -> FolderConversion.open(file, null, settings))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("heads and cross-heads", "a base");
  }

  @Test
  void aVariantThatTheTensorsContradictIsRefused() {
    Path file = original("sprint");
    ModelFolder base = base("tiny-sprint");
    assertThatThrownBy(() -> FolderConversion.open(file, base, with(Variant.TEACHER)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("sprint", "not of teacher");
  }

  @Test
  void headsMustDivideTheWidth() {
    Path file = original("sana_1_0");
    var settings = new ConversionSettings(null, 7, 2, null, null, null, null);
    assertThatThrownBy(() -> FolderConversion.open(file, null, settings))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("7 heads do not divide the width");
  }

  @Test
  void aSprintStudentBesideOtherPartsHasItsOwnSampler() {
    Path model = toFolder(original("sprint"), base("tiny-sana"), folder.resolve("m"));
    assertThat(ModelConfig.read(ModelFolder.open(model)).isSprint()).isTrue();
    assertThat(ModelFolder.open(model).pipelineClass()).isEqualTo("SanaSprintPipeline");
  }

  @Test
  void weightsCanBeRoundedOnTheWay() {
    Path pth = Conversions.pthFiles().findFirst().orElseThrow();
    var settings = new ConversionSettings(null, null, null, null, null, null, DType.BFLOAT16);
    Path model = toFolder(pth, baseOf(pth), settings, folder.resolve("model"));
    assertThat(SafetensorsHeader.read(weights(model.resolve("transformer"))).entries().values())
        .allMatch(entry -> entry.dtype().equals("BF16"));
    Path back = toOriginal(ModelFolder.open(model), folder.resolve("back.pth"));
    try (PthFile before = PthFile.open(pth);
        PthFile after = PthFile.open(back)) {
      assertThat(List.copyOf(after.names())).isEqualTo(List.copyOf(before.names()));
      assertThat(after.specs()).allMatch(spec -> spec.dtype() == DType.BFLOAT16);
    }
  }

  @Test
  void changedWeightsGoBackInTheSameOrder() throws IOException {
    Path pth = Conversions.pthFiles().findFirst().orElseThrow();
    Path model = toFolder(pth, baseOf(pth), folder.resolve("model"));
    Path weights = weights(model.resolve("transformer"));
    byte[] content = Files.readAllBytes(weights);
    content[content.length - 1] ^= 1;
    Files.write(weights, content);
    Path back = toOriginal(ModelFolder.open(model), folder.resolve("back.pth"));
    try (PthFile before = PthFile.open(pth);
        PthFile after = PthFile.open(back)) {
      after.checkSums(bytes -> {});
      assertThat(after.specs()).isEqualTo(before.specs());
    }
    assertThat(Files.mismatch(pth, back)).isNotNegative();
  }

  @Test
  void damagedElementsLeaveNoFolder() throws IOException {
    Path pth = Conversions.pthFiles().findFirst().orElseThrow();
    byte[] content = Files.readAllBytes(pth);
    content[content.length / 2] ^= 1;
    Path damaged = Files.write(folder.resolve("teacher.pth"), content);
    assertThatThrownBy(() -> toFolder(damaged, baseOf(pth), folder.resolve("model")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("checksum");
    assertThat(folder).isDirectoryNotContaining(file -> !file.equals(damaged));
  }

  @Test
  void nothingThatExistsIsReplaced() throws IOException {
    Path file = original("sana_1_0");
    Path mine = Files.writeString(folder.resolve("mine"), "mine");
    assertThatThrownBy(() -> toFolder(file, base("tiny-sana"), mine))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("mine exists");
    assertThatThrownBy(() -> original("sana_1_0"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model.pth exists");
  }

  @Test
  void anOriginalCheckpointEndsInPthOrSafetensors() {
    Path part = REFERENCE.resolve("dit/sana_1_0");
    assertThatThrownBy(() -> toOriginal(part, folder.resolve("model.bin")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(".pth or .safetensors");
  }
}
