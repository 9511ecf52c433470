package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GuidanceLimits;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

public class ImageProvenanceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  /** A request without any default value. */
  public static GenerationRequest everyValueUnusual() {
    return GenerationRequest.builder(List.of("一只猫 🐱 \"in\" a\nhat", "a dog"))
        .negativePrompt("blurry, \\ low")
        .times(List.of(1.5, 0.1 + 0.2, 0.0))
        .guidance(0.1 + 0.7)
        .guidanceLimits(new GuidanceLimits(0.1 + 0.2, 0.9, 0.1 + 0.6))
        .seed(Long.MIN_VALUE + 1)
        .size(new ImageSize(640, 320))
        .imagesPerPrompt(3)
        .noise(GenerationRequest.Noise.SHARED)
        .binning(GenerationRequest.Binning.OFF)
        .maxSequenceLength(17)
        .instruction(false)
        .cleanCaption(true)
        .tiledDecoding(true)
        .task(
            new Task.Control(
                InputImage.of(RgbImage.of(2, 1, new byte[] {1, 2, 3, 4, 5, 6})),
                0.3,
                0.1,
                0.9,
                "controls/edges 🐱"))
        .adapters(
            List.of(new LoraChoice("style 🐱.safetensors", -0.3), new LoraChoice("folder", 1)))
        .build();
  }

  private static ImageProvenance provenance() {
    return new ImageProvenance("models/tiny 🐱", "bfloat16", everyValueUnusual());
  }

  private Path png(Map<String, String> texts) {
    Path file = folder.resolve("image.png");
    ImageFiles.write(RgbImage.of(1, 1, new byte[3]), file, new WriteOptions(texts, true));
    return file;
  }

  private Path pngHolding(String json) {
    return png(Map.of("sana4j", json));
  }

  private static void assertRefused(Path png, String why) {
    assertThatThrownBy(() -> ImageProvenance.read(png))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining(png.toString())
        .hasMessageContaining(why);
  }

  @Test
  void everyValueComesBackFromAPng() {
    assertThat(ImageProvenance.read(png(provenance().texts()))).isEqualTo(provenance());
  }

  @Test
  void anImageIsWrittenWithHowItWasMadeAndReplacesNoneUnlessAsked() {
    GenerationRequest request = TinyModel.SPRINT.quick("a cat").seed(7).build();
    try (SanaPipeline pipeline =
        SanaPipeline.builder(TinyModel.SPRINT.folder()).name("tiny").open()) {
      GeneratedImage image = pipeline.generate(request).get(0);
      Path file = folder.resolve("image.png");
      image.write(file);
      ImageProvenance expected =
          new ImageProvenance("tiny", pipeline.dtype().toString(), 0, "SCM", image.request());
      assertThat(ImageProvenance.read(file)).isEqualTo(image.provenance()).isEqualTo(expected);
      assertThat(ImageFiles.read(file).rgb()).isEqualTo(image.pixels().rgb());
      assertThatThrownBy(() -> image.write(file)).isInstanceOf(ImageException.class);
      image.write(file, true);
    }
  }

  @Test
  void aGivenTimestepScaleIsStoredWithTheImage() {
    GenerationRequest request = GenerationRequest.builder(List.of("a cat")).seed(7).build();
    try (SanaPipeline pipeline =
        SanaPipeline.builder(TinyModel.TEACHER.folder())
            .dtype(DType.FLOAT32)
            .timestepScale(0.5)
            .open()) {
      ImageProvenance made = ImageProvenance.of(pipeline, "tiny", request);
      assertThat(made.timestepScale()).isEqualTo(0.5);
      assertThat(ImageProvenance.read(png(made.texts()))).isEqualTo(made);
    }
  }

  @Test
  void theTimestepScaleOfTheFolderIsNotStored() {
    assertThat(provenance().json()).doesNotContain("timestepScale");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "\"NaN\"", "null"})
  void aTimestepScaleOutOfRangeIsRefused(String value) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(provenance().json());
    root.set("timestepScale", JSON.readTree(value));
    assertRefused(pngHolding(root.toString()), "invalid request");
  }

  static List<Task> tasks() {
    RgbImage image = RgbImage.of(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
    return List.of(
        Task.textToImage(),
        Task.imageToImage(image, 0.4),
        Task.inpaint(image, RgbImage.of(2, 1, new byte[6]), 0.7),
        Task.control(image, 0.8));
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void everyKindOfTaskComesBackFromAPng(Task task) {
    GenerationRequest request = GenerationRequest.builder(List.of("a cat")).task(task).build();
    ImageProvenance made = new ImageProvenance("tiny", "float32", request);
    assertThat(ImageProvenance.read(png(made.texts()))).isEqualTo(made);
  }

  @Test
  void anImageARequestBeganWithIsNamedByItsDigestAndNotKept() {
    GenerationRequest request = ImageProvenance.read(png(provenance().texts())).request();
    InputImage image = request.task().inputs().get(0);
    assertThat(image.isPresent()).isFalse();
    assertThat(image.sha256()).isEqualTo(everyValueUnusual().task().inputs().get(0).sha256());
    assertThatThrownBy(image::pixels)
        .isInstanceOf(RequestException.class)
        .hasMessageContaining(image.sha256().substring(0, 12));
  }

  @Test
  void anImageWithoutARequestIsRefused() {
    assertRefused(png(Map.of("Comment", "a cat")), "contains no sana4j request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "{}", "{", "\"text\"", "7", "{\"model\":\"x\",\"dtype\":\"y\"}"})
  void whatIsNoRequestIsRefused(String text) {
    Path file = pngHolding(text);
    assertThatThrownBy(() -> ImageProvenance.read(file)).isInstanceOf(RequestException.class);
  }

  @Test
  void deepJsonIsRefused() {
    assertRefused(pngHolding("[".repeat(100_000)), "invalid request");
  }

  @Test
  void deepJsonInsideAValueIsRefused() throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(provenance().json());
    ObjectNode request = (ObjectNode) root.get("request");
    request.putRawValue("times", new RawValue("[".repeat(5000)));
    assertRefused(pngHolding(JSON.writeValueAsString(root)), "invalid request");
  }

  @Test
  void anUnknownFieldIsRefused() throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(provenance().json());
    root.put("command", "rm -r /");
    assertRefused(pngHolding(root.toString()), "invalid request");
  }

  /** Metadata of a version that supported only text to image. */
  @Test
  void anImageOfAnEarlierVersionIsOfTextAlone() throws IOException {
    GenerationRequest request = GenerationRequest.builder(List.of("a cat")).seed(7).build();
    ImageProvenance made = new ImageProvenance("tiny", "float32", request);
    ObjectNode root = (ObjectNode) JSON.readTree(made.json());
    ((ObjectNode) root.get("request")).remove(List.of("task", "guidanceLimits", "adapters"));
    assertThat(ImageProvenance.read(pngHolding(root.toString()))).isEqualTo(made);
  }

  /** Metadata of a version that stored adapters and ControlNet outside the request. */
  private static ObjectNode earlier() throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(provenance().json());
    ObjectNode request = (ObjectNode) root.get("request");
    root.set("adapters", request.remove("adapters"));
    root.set("controlNet", ((ObjectNode) request.get("task")).remove("network"));
    return root;
  }

  @Test
  void adaptersAndControlNetOfAnEarlierVersionBelongToTheRequest() throws IOException {
    assertThat(ImageProvenance.read(pngHolding(earlier().toString()))).isEqualTo(provenance());
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "dtype", "request"})
  void aMissingFieldIsRefused(String field) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(provenance().json());
    root.remove(field);
    assertRefused(pngHolding(root.toString()), "invalid request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "dtype", "adapters", "controlNet", "request"})
  void aNullFieldIsRefused(String field) throws IOException {
    ObjectNode root = earlier();
    root.putNull(field);
    assertRefused(pngHolding(root.toString()), "invalid request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[null]",
        "[{}]",
        "[{\"file\":\"a\",\"scale\":1000}]",
        "[{\"file\":\"\",\"scale\":1}]",
        "[{\"file\":null,\"scale\":1}]",
        "{}"
      })
  void aHostileAdapterIsRefused(String adapters) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(provenance().json());
    ((ObjectNode) root.get("request")).set("adapters", JSON.readTree(adapters));
    assertRefused(pngHolding(root.toString()), "invalid request");
    ObjectNode earlier = earlier();
    earlier.set("adapters", JSON.readTree(adapters));
    assertRefused(pngHolding(earlier.toString()), "invalid request");
  }

  @Test
  void everyMissingOrNullValueOfTheRequestIsRefused() throws IOException {
    ObjectNode whole = (ObjectNode) JSON.readTree(provenance().json());
    List<String> fields = new ArrayList<>();
    whole.get("request").fieldNames().forEachRemaining(fields::add);
    assertThat(fields).hasSize(GenerationRequest.class.getRecordComponents().length);
    for (String field : fields) {
      if (!List.of("task", "guidanceLimits", "adapters").contains(field)) {
        ObjectNode missing = whole.deepCopy();
        ((ObjectNode) missing.get("request")).remove(field);
        assertRefused(pngHolding(missing.toString()), "invalid request");
      }
      ObjectNode none = whole.deepCopy();
      ((ObjectNode) none.get("request")).putNull(field);
      assertRefused(pngHolding(none.toString()), "invalid request");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steps|1000000",
        "steps|99999999999999999999",
        "prompts|[]",
        "prompts|[null]",
        "prompts|[\" \"]",
        "prompts|[[\"a cat\"]]",
        "times|[null,0,0]",
        "guidance|1e999",
        "guidance|-1",
        "guidanceLimits|{}",
        "guidanceLimits|{\"low\":0.5,\"high\":0.1,\"rescale\":0}",
        "guidanceLimits|{\"low\":0,\"high\":1,\"rescale\":2}",
        "seed|1e300",
        "size|{\"width\":0,\"height\":8}",
        "size|{\"width\":1000000000,\"height\":8}",
        "size|\"64x64\"",
        "imagesPerPrompt|2000000000",
        "noise|\"BOTH\"",
        "binning|{}",
        "instruction|\"maybe\"",
        "task|{}",
        "task|{\"kind\":\"anything\"}",
        "task|{\"kind\":\"image-to-image\",\"strength\":0.5}",
        "task|{\"kind\":\"text-to-image\",\"strength\":0.5}",
      })
  void aHostileValueIsRefused(String field, String value) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(provenance().json());
    ((ObjectNode) root.get("request")).set(field, JSON.readTree(value));
    assertRefused(pngHolding(root.toString()), "invalid request");
  }
}
