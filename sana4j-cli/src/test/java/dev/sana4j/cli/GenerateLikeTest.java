package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GuidanceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateLikeTest {
  @TempDir private Path folder;

  static Path[] models() {
    return new Path[] {Models.SANA, Models.TEACHER, Models.SPRINT};
  }

  private Path cat(Path model, Object... options) {
    Path file = folder.resolve("cat.png");
    Object[] more = new Object[options.length + 5];
    System.arraycopy(new Object[] {"一只猫 🐱 in a hat", "-o", file, "--seed", 7}, 0, more, 0, 5);
    System.arraycopy(options, 0, more, 5, options.length);
    Run.sana(Models.generate(model, more)).succeeds();
    return file;
  }

  private byte[] again(Path like, Object... options) {
    Path file = folder.resolve("again.png");
    Object[] arguments = new Object[options.length + 6];
    System.arraycopy(
        new Object[] {"generate", "--like", like, "-o", file, "--overwrite"}, 0, arguments, 0, 6);
    System.arraycopy(options, 0, arguments, 6, options.length);
    Run.sana(arguments).succeeds();
    return ImageFiles.read(file).rgb();
  }

  @ParameterizedTest
  @MethodSource("models")
  void anImageIsMadeAgainFromItselfAlone(Path model) {
    Path cat = cat(model);
    assertThat(again(cat)).isEqualTo(ImageFiles.read(cat).rgb());
    assertThat(ImageProvenance.read(folder.resolve("again.png")))
        .isEqualTo(ImageProvenance.read(cat));
  }

  @Test
  void theTimestepScaleOfAnImageIsUsedAgain() {
    Path cat = cat(Models.TEACHER, "--timestep-scale", 0.002);
    assertThat(ImageProvenance.read(cat).timestepScale()).isEqualTo(0.002);
    assertThat(again(cat)).isEqualTo(ImageFiles.read(cat).rgb());
    assertThat(again(cat, "--timestep-scale", 0.001)).isNotEqualTo(ImageFiles.read(cat).rgb());
  }

  @Test
  void theTimestepScaleOfAnImageIsNotAppliedToAnotherModel() {
    Path cat = cat(Models.TEACHER, "--timestep-scale", 0.002);
    again(cat, "--model", Models.SPRINT, "--guidance", 1);
    assertThat(ImageProvenance.read(folder.resolve("again.png")).timestepScale()).isZero();
  }

  @Test
  void everyOptionIsMadeAgain() {
    Path cat =
        cat(
            Models.SANA,
            "--negative",
            "blurry",
            "--guidance",
            3.3,
            "--guidance-interval",
            "0.1,0.95",
            "--guidance-rescale",
            0.7,
            "--size",
            Models.size(Models.SANA, 5, 3),
            "--clean-caption",
            "--binning",
            "off",
            "--dtype",
            "bfloat16",
            "--tiled");
    assertThat(again(cat)).isEqualTo(ImageFiles.read(cat).rgb());
  }

  @Test
  void customTimesAreMadeAgain() {
    Path cat = cat(Models.SPRINT, "--times", "1.5,1.1,0.3,0");
    assertThat(again(cat)).isEqualTo(ImageFiles.read(cat).rgb());
  }

  @Test
  void aMiddleImageOfACountIsMadeAgainAlone() {
    cat(Models.SPRINT, "--count", 3);
    Path second = folder.resolve("cat-2.png");
    assertThat(again(second)).isEqualTo(ImageFiles.read(second).rgb());
  }

  @Test
  void theModelCanBeNamedAnew() throws IOException {
    Path cat = cat(Models.SANA);
    Path copy = Models.copy(Models.SANA, folder.resolve("elsewhere"));
    assertThat(again(cat, "--model", copy)).isEqualTo(ImageFiles.read(cat).rgb());
    assertThat(again(cat, "--model", Models.TEACHER)).isNotEqualTo(ImageFiles.read(cat).rgb());
  }

  @Test
  void anOptionChangesWhatItNamesAndNothingElse() {
    Path cat = cat(Models.SANA, "--negative", "blurry");
    byte[] changed = again(cat, "--seed", 8);
    GenerationRequest before = ImageProvenance.read(cat).request();
    GenerationRequest after = ImageProvenance.read(folder.resolve("again.png")).request();
    assertThat(after).isEqualTo(before.toBuilder().seed(8).build());
    assertThat(changed).isNotEqualTo(ImageFiles.read(cat).rgb());
  }

  @Test
  void ofTheGuidanceLimitsOneCanBeChangedAlone() {
    Path cat = cat(Models.SANA, "--guidance-interval", "0.1,0.95", "--guidance-rescale", 0.7);
    assertThat(again(cat, "--guidance-rescale", 0.2)).isNotEqualTo(ImageFiles.read(cat).rgb());
    assertThat(ImageProvenance.read(folder.resolve("again.png")).request().guidanceLimits())
        .isEqualTo(new GuidanceLimits(0.1, 0.95, 0.2));
  }

  @Test
  void aPromptCanBeChanged() {
    Path cat = cat(Models.SANA);
    assertThat(again(cat, "a dog")).isNotEqualTo(ImageFiles.read(cat).rgb());
    assertThat(ImageProvenance.read(folder.resolve("again.png")).request().prompts())
        .containsExactly("a dog");
  }

  @Test
  void moreImagesOfTheKindCanBeMade() {
    Path cat = cat(Models.SANA);
    Path more = folder.resolve("more.png");
    Run.sana("generate", "--like", cat, "-o", more, "--count", 2).succeeds();
    assertThat(ImageFiles.read(folder.resolve("more-1.png")).rgb())
        .isEqualTo(ImageFiles.read(cat).rgb());
  }

  @Test
  void anImageCanReplaceItself() {
    Path cat = cat(Models.SANA);
    byte[] before = ImageFiles.read(cat).rgb();
    Run.sana("generate", "--like", cat, "-o", cat, "--overwrite").succeeds();
    assertThat(ImageFiles.read(cat).rgb()).isEqualTo(before);
  }

  @Test
  void anImageThatSaysNothingIsRefused() throws IOException {
    Path plain = folder.resolve("plain.png");
    ImageFiles.write(RgbImage.of(1, 1, new byte[3]), plain);
    refused(plain, "plain.png contains no sana4j request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat.jpg", "cat.webp"})
  void anImageOfAnotherKindIsRefused(String name) throws IOException {
    Path file = folder.resolve(name);
    Run.sana(Models.generate(Models.SANA, "a cat", "-o", file)).succeeds();
    refused(file, name);
  }

  @Test
  void aMissingImageIsRefused() throws IOException {
    refused(folder.resolve("missing.png"), "missing.png does not exist");
  }

  @Test
  void aFolderIsNoImage() throws IOException {
    refused(folder, folder.toString());
  }

  private Run refused(Path like, String... because) throws IOException {
    Map<Path, String> before = Run.contents(folder);
    Run run =
        Run.sana("generate", "--like", like, "-o", folder.resolve("again.png")).isRefused(because);
    Run.sana("show", like).isRefused(because);
    assertThat(Run.contents(folder)).isEqualTo(before);
    return run;
  }

  private Path hostile(String json) {
    Path file = folder.resolve("hostile.png");
    ImageFiles.write(
        RgbImage.of(1, 1, new byte[3]), file, new WriteOptions(Map.of("sana4j", json), true));
    return file;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"model\": null}",
        "not json",
        "{\"model\":\"\\u0000\"}"
      })
  void aRequestThatIsNoneIsRefused(String json) throws IOException {
    refused(hostile(json), "hostile.png");
  }

  @Test
  void deepJsonIsRefused() throws IOException {
    refused(hostile("{\"a\":" + "[".repeat(100_000)), "hostile.png");
    refused(hostile("[".repeat(100_000)), "hostile.png");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steps|1000000",
        "steps|null",
        "prompts|[]",
        "prompts|[null]",
        "prompts|null",
        "prompts|[\"\"]",
        "times|[null]",
        "guidance|\"NaN\"",
        "guidance|1e999",
        "size|null",
        "size|{\"width\":1000000000,\"height\":1}",
        "size|[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]",
        "imagesPerPrompt|1000000",
        "maxSequenceLength|1000000000",
        "unknown|1",
        "noise|\"LOUD\"",
      })
  void aRequestWithAHostileValueIsRefused(String key, String value) throws IOException {
    ObjectNode root = request();
    ((ObjectNode) root.get("request")).set(key, Models.JSON.readTree(value));
    refused(hostile(root.toString()), "hostile.png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"float128", "", "int64"})
  void anUnknownDtypeInARequestIsRefusedUnlessOneIsNamed(String dtype) throws IOException {
    Path hostile = hostile(request().put("dtype", dtype).toString());
    Path again = folder.resolve("again.png");
    Run.sana("generate", "--like", hostile, "-o", again).isRefused("'" + dtype + "'");
    assertThat(again).doesNotExist();
    Run.sana("generate", "--like", hostile, "-o", again, "--dtype", "float32").succeeds();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/no/such/model", "", "\u0000", "/dev/null", "a\u001b[2Jb"})
  void aModelThatIsNotThereIsRefused(String model) throws IOException {
    Path hostile = hostile(request().put("model", model).toString());
    Path again = folder.resolve("again.png");
    Run run = Run.sana("generate", "--like", hostile, "-o", again);
    assertThat(run.err()).startsWith("sana: ").hasLineCount(1).doesNotContain("\u001b", "\u0000");
    assertThat(run.status()).isEqualTo(2);
    assertThat(again).doesNotExist();
  }

  @Test
  void whatARequestAsksForIsCheckedLikeAnyOther() throws IOException {
    ObjectNode root = request();
    ((ObjectNode) root.get("request")).put("binning", "OFF");
    ObjectNode size = ((ObjectNode) root.get("request")).putObject("size");
    size.put("width", 16384).put("height", 16384);
    Path again = folder.resolve("again.png");
    Run.sana("generate", "--like", hostile(root.toString()), "-o", again).isRefused("16384x16384");
    assertThat(again).doesNotExist();
  }

  /** Returns the metadata of a valid image. */
  private ObjectNode request() throws IOException {
    Path cat = cat(Models.SPRINT);
    JsonNode root = Models.JSON.readTree(ImageProvenance.read(cat).json());
    Files.delete(cat);
    return (ObjectNode) root;
  }
}
