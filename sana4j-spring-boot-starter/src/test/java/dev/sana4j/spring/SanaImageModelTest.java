package dev.sana4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.content.Media;
import org.springframework.ai.image.ImageGeneration;
import org.springframework.ai.image.ImageMessage;
import org.springframework.ai.image.ImageOptions;
import org.springframework.ai.image.ImageOptionsBuilder;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;

/** With the bundled model. */
class SanaImageModelTest {
  private static final String PROMPT = "a red apple on a blue background";
  private static final int SIDE = 64;

  private static SanaPipeline pipeline;
  private static SanaImageModel model;

  @BeforeAll
  static void open() {
    pipeline = SanaPipeline.builder(EmojiModel.open()).name("emoji").open();
    model =
        SanaImageModel.builder(pipeline)
            .options(
                SanaImageOptions.builder()
                    .model("emoji")
                    .width(SIDE)
                    .height(SIDE)
                    .steps(1)
                    .seed(7L)
                    .build())
            .build();
  }

  @AfterAll
  static void close() {
    pipeline.close();
  }

  private static ImageResponse response(SanaImageOptions.Builder options) {
    return model.call(new ImagePrompt(PROMPT, options.build()));
  }

  private static byte[] file(ImageGeneration image) {
    return Base64.getDecoder().decode(String.valueOf(image.getOutput().getB64Json()));
  }

  private static RgbImage pixels(ImageGeneration image) {
    return ImageFiles.read(ImageSource.of("image", file(image)));
  }

  private static Media png(int width, int height, int grey) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) grey);
    RgbImage image = RgbImage.of(width, height, rgb);
    return Media.builder()
        .mimeType(Media.Format.IMAGE_PNG)
        .data(new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image))
        .build();
  }

  private static ImageMessage message(Media... media) {
    return new ImageMessage(PROMPT, null, List.of(media), Map.of());
  }

  @Test
  void anImageIsAPngOfTheDefaultSize() {
    ImageResponse response = model.call(new ImagePrompt(PROMPT));

    assertThat(response.getResults()).hasSize(1);
    assertThat(pixels(response.getResults().get(0)).width()).isEqualTo(SIDE);
    assertThat(response.getResults().get(0).getOutput().getUrl()).isNull();
  }

  @Test
  void theFileContainsHowItWasMade(@TempDir Path folder) throws IOException {
    Path png = folder.resolve("apple.png");
    Files.write(png, file(response(SanaImageOptions.builder().seed(3L)).getResults().get(0)));

    assertThat(ImageProvenance.read(png).request().seed()).isEqualTo(3);
  }

  @Test
  void theMetadataSayHowTheImagesWereMade() {
    ImageResponse response = response(SanaImageOptions.builder().n(2));

    assertThat(response.getMetadata().getRawMap())
        .containsEntry("model", "emoji")
        .containsEntry("seed", 7L)
        .containsEntry("size", "64x64")
        .containsEntry("steps", 1)
        .containsKey("guidanceScale")
        .doesNotContainKey("notes");
    assertThat(response.getResults())
        .extracting(image -> ((SanaImageGenerationMetadata) image.getMetadata()).seed())
        .containsExactly(7L, 8L);
  }

  @Test
  void aPromptThatIsTooLongIsNoted() {
    ImageResponse response = model.call(new ImagePrompt("apple ".repeat(400)));

    assertThat(response.getMetadata().<List<String>>get("notes"))
        .singleElement()
        .asString()
        .contains("tokens");
  }

  @Test
  void portableOptionsSetTheSize() {
    ImageOptions options = ImageOptionsBuilder.builder().width(96).height(64).n(1).build();
    ImageResponse response = model.call(new ImagePrompt(PROMPT, options));

    assertThat(pixels(response.getResults().get(0)).size()).hasToString("96x64");
  }

  @Test
  void theOptionsOfSanaReachTheRequest(@TempDir Path folder) throws IOException {
    Path png = folder.resolve("apple.png");
    var options =
        SanaImageOptions.builder().steps(2).guidanceScale(2.5).negativePrompt("text").seed(11L);
    Files.write(png, file(response(options).getResults().get(0)));

    var made = ImageProvenance.read(png).request();
    assertThat(made.steps()).isEqualTo(2);
    assertThat(made.guidance()).isEqualTo(2.5);
    assertThat(made.negativePrompt()).isEqualTo("text");
  }

  @Test
  void anAdapterThatDoesNotExistIsRefused() {
    var options =
        SanaImageOptions.builder().adapters(List.of(new LoraChoice("missing.safetensors", 1)));

    assertThatThrownBy(() -> response(options)).hasMessageContaining("missing.safetensors");
  }

  @Test
  void withoutASeedItIsRandom() {
    var plain =
        SanaImageModel.builder(pipeline)
            .options(SanaImageOptions.builder().width(SIDE).height(SIDE).steps(1).build())
            .build();

    assertThat(plain.call(new ImagePrompt(PROMPT)).getMetadata().<Long>get("seed"))
        .isNotEqualTo(plain.call(new ImagePrompt(PROMPT)).getMetadata().<Long>get("seed"));
  }

  @Test
  void theImageOfAMessageIsTheStart() {
    byte[] white = edited(png(SIDE, SIDE, 255));
    byte[] black = edited(png(SIDE, SIDE, 0));

    assertThat(white).isNotEqualTo(black);
  }

  private static byte[] edited(Media start) {
    var prompt = new ImagePrompt(List.of(message(start)));
    return pixels(model.call(prompt).getResults().get(0)).rgb();
  }

  @Test
  void theImageOfAMessageSetsTheSizeUnlessTheRequestHasOne() {
    var plain = new ImagePrompt(List.of(message(png(96, 64, 255))));
    var sized =
        new ImagePrompt(
            message(png(96, 64, 255)), SanaImageOptions.builder().width(64).height(96).build());

    assertThat(model.call(plain).getMetadata().<String>get("size")).isEqualTo("96x64");
    assertThat(model.call(sized).getMetadata().<String>get("size")).isEqualTo("64x96");
  }

  @Test
  void anImageByItsUrlIsRefused() {
    Media remote =
        Media.builder()
            .mimeType(Media.Format.IMAGE_PNG)
            .data(URI.create("https://example.com/cat.png"))
            .build();
    var prompt = new ImagePrompt(List.of(message(remote)));

    assertThatThrownBy(() -> model.call(prompt))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("URL");
  }

  @Test
  void twoImagesAreRefused() {
    var prompt = new ImagePrompt(List.of(message(png(8, 8, 0), png(8, 8, 0))));

    assertThatThrownBy(() -> model.call(prompt)).hasMessageContaining("2 images");
  }

  @Test
  void mediaThatAreNotAnImageAreRefused() {
    Media text =
        Media.builder().mimeType(Media.Format.IMAGE_PNG).data(new byte[] {1, 2, 3}).build();
    var prompt = new ImagePrompt(List.of(message(text)));

    assertThatThrownBy(() -> model.call(prompt)).isInstanceOf(ImageException.class);
  }

  @Test
  void otherTasksShareThePipeline() {
    RgbImage cat = pixels(response(SanaImageOptions.builder()).getResults().get(0));
    RgbImage mask = cat;
    var lazyPipeline = LazyPipeline.of(pipeline);
    // tag::use[]
    List<GeneratedImage> images =
        lazyPipeline.use(
            open -> {
              Task task = Task.inpaint(cat, mask, 1); // white is repainted, black is kept
              return open.generate(open.request(task, "a flat fox").build());
            });
    // end::use[]

    assertThat(images).hasSize(1);
  }

  @Test
  void anotherModelIsRefused() {
    assertThatThrownBy(() -> response(SanaImageOptions.builder().model("large")))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("emoji, not large");
  }

  @Test
  void addressesAreRefused() {
    assertThatThrownBy(() -> response(SanaImageOptions.builder().responseFormat("url")))
        .hasMessageContaining("b64_json");
  }

  @Test
  void severalMessagesAreRefused() {
    var prompt = new ImagePrompt(List.of(message(), message()));

    assertThatThrownBy(() -> model.call(prompt)).hasMessageContaining("2");
  }

  @Test
  void weightsAreRefused() {
    var prompt = new ImagePrompt(List.of(new ImageMessage(PROMPT, -1f)));

    assertThatThrownBy(() -> model.call(prompt)).hasMessageContaining("weight is -1.0");
  }

  @Test
  void anEmptyPromptIsRefused() {
    assertThatThrownBy(() -> model.call(new ImagePrompt(" ")))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("the prompt is empty");
  }
}
