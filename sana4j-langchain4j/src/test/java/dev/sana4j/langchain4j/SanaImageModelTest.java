package dev.sana4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.output.Response;
import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.LiveTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the bundled model. */
class SanaImageModelTest {
  private static final String PROMPT = "a red apple on a blue background";
  private static final int SIDE = 64;

  private static SanaPipeline pipeline;
  private static SanaImageModel model;

  @BeforeAll
  static void open() {
    pipeline = SanaPipeline.builder(EmojiModel.open()).name("emoji").open();
    model = small().seed(7).build();
  }

  @AfterAll
  static void close() {
    model.close();
    pipeline.close();
  }

  private static SanaImageModel.Builder small() {
    return SanaImageModel.builder().pipeline(pipeline).size(SIDE, SIDE).steps(1);
  }

  private static byte[] file(Image image) {
    return Base64.getDecoder().decode(image.base64Data());
  }

  private static RgbImage pixels(Image image) {
    return ImageFiles.read(ImageSource.of("image", file(image)));
  }

  /** Returns an image whose upper half is white and whose lower half is black. */
  private static Image halves() {
    byte[] rgb = new byte[3 * SIDE * SIDE];
    Arrays.fill(rgb, 0, rgb.length / 2, (byte) 255);
    return png(RgbImage.of(SIDE, SIDE, rgb));
  }

  private static Image png(RgbImage image) {
    return Image.builder().base64Data(TestPng.base64(image)).mimeType("image/png").build();
  }

  @Test
  void anImageIsAPngOfTheSizeThatWasSet() {
    Image image = model.generate(PROMPT).content();

    assertThat(image.mimeType()).isEqualTo("image/png");
    assertThat(image.revisedPrompt()).isNull();
    assertThat(image.url()).isNull();
    assertThat(pixels(image).width()).isEqualTo(SIDE);
  }

  @Test
  void theFileContainsHowItWasMade(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("apple.png");
    Files.write(file, file(model.generate(PROMPT).content()));

    ImageProvenance made = ImageProvenance.read(file);
    assertThat(made.request().prompts()).containsExactly(PROMPT);
    assertThat(made.request().seed()).isEqualTo(7);
    assertThat(ImageFiles.readTexts(file)).containsKey("XML:com.adobe.xmp");
  }

  @Test
  void theMetadataSayHowTheImagesWereMade() {
    Response<List<Image>> response = model.generate(PROMPT, 2);

    assertThat(response.metadata())
        .containsEntry("model", "emoji")
        .containsEntry("seed", 7L)
        .containsEntry("steps", 1)
        .containsEntry("size", "64x64")
        .containsKey("guidanceScale");
  }

  @Test
  void severalImagesHaveConsecutiveSeeds() {
    List<Image> two = model.generate(PROMPT, 2).content();
    Image second = small().seed(8).build().generate(PROMPT).content();

    assertThat(two).hasSize(2);
    assertThat(pixels(two.get(1)).rgb()).isEqualTo(pixels(second).rgb());
  }

  @Test
  void theSeedIsRandomUnlessItIsSet() {
    SanaImageModel random = small().build();

    assertThat(random.generate(PROMPT).metadata().get("seed"))
        .isNotEqualTo(random.generate(PROMPT).metadata().get("seed"));
  }

  @Test
  void anEditStartsFromTheImage() {
    SanaImageModel longer = small().seed(7).steps(4).build(); // a strength of 0.6 runs the last 3
    Response<Image> edited = longer.edit(halves(), PROMPT);
    Image black = png(RgbImage.of(SIDE, SIDE, new byte[3 * SIDE * SIDE]));

    assertThat(edited.metadata()).containsEntry("size", "64x64").containsEntry("seed", 7L);
    assertThat(pixels(edited.content()).rgb())
        .isNotEqualTo(pixels(longer.edit(black, PROMPT).content()).rgb())
        .isNotEqualTo(pixels(longer.generate(PROMPT).content()).rgb());
  }

  @Test
  void onlyTheWhitePartOfAMaskIsRepainted() {
    Image image = halves();
    byte[] before = pixels(image).rgb();
    byte[] after = pixels(model.edit(image, halves(), PROMPT).content()).rgb();

    int half = before.length / 2;
    assertThat(Arrays.copyOfRange(after, half, after.length))
        .isEqualTo(Arrays.copyOfRange(before, half, before.length));
    assertThat(Arrays.copyOf(after, half)).isNotEqualTo(Arrays.copyOf(before, half));
  }

  @Test
  void aMaskOfAnotherSizeIsRefused() {
    Image small = png(RgbImage.of(8, 8, new byte[3 * 8 * 8]));

    assertThatThrownBy(() -> model.edit(halves(), small, PROMPT))
        .isInstanceOf(InvalidRequestException.class)
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining("mask");
  }

  @Test
  void anImageWithoutDataIsRefused() {
    Image remote = Image.builder().url("https://example.com/cat.png").build();

    assertThatThrownBy(() -> model.edit(remote, PROMPT))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the image has no base64 data");
  }

  @Test
  void dataThatAreNotAnImageAreRefused() {
    Image text = Image.builder().base64Data("aGVsbG8=").build();
    Image damaged = Image.builder().base64Data("%").build();

    assertThatThrownBy(() -> model.edit(text, PROMPT)).hasCauseInstanceOf(ImageException.class);
    assertThatThrownBy(() -> model.edit(damaged, PROMPT)).hasMessageContaining("base64");
  }

  @Test
  void anEmptyPromptIsRefused() {
    assertThatThrownBy(() -> model.generate(" "))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the prompt is empty");
  }

  @Test
  void theNumberOfImagesIsLimited() {
    assertThatThrownBy(() -> model.generate(PROMPT, 0)).isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void anAdapterThatDoesNotExistIsRefused() {
    SanaImageModel styled =
        small().adapters(List.of(new LoraChoice("missing.safetensors", 1))).build();

    assertThatThrownBy(() -> styled.generate(PROMPT))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("missing.safetensors");
  }

  @Test
  void aPipelineOfTheCallerStaysOpen() {
    small().build().close();

    assertThat(model.generate(PROMPT).content().base64Data()).isNotEmpty();
  }

  @Test
  void theModelOfANameIsClosed() {
    long before = LiveTensors.count();
    SanaImageModel.builder()
        .modelName("emoji")
        .guidanceScale(2)
        .negativePrompt("text")
        .build()
        .close();

    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void thereIsEitherAPipelineOrAName() {
    var neither = SanaImageModel.builder();
    var both = small().modelName("emoji");

    assertThatThrownBy(neither::build).isInstanceOf(RequestException.class);
    assertThatThrownBy(both::build).isInstanceOf(RequestException.class);
  }
}
