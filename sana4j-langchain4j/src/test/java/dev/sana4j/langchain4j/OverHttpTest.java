package dev.sana4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.image.ImageModel;
import dev.langchain4j.model.openai.OpenAiImageModel;
import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.server.SanaServer;
import dev.sana4j.server.ServerSettings;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.ModelCard;
import dev.sana4j.server.jobs.PipelineGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The image model for OpenAI of LangChain4j, unchanged, with the server. */
class OverHttpTest {
  private static final String PROMPT = "a red apple on a blue background";
  private static final int SIDE = 64;

  private static SanaServer server;

  @BeforeAll
  static void start() {
    var folder = EmojiModel.open();
    var card = ModelCard.of("emoji", ModelConfig.read(folder));
    var generator = new PipelineGenerator(card, SanaPipeline.builder(folder).open());
    server = SanaServer.start(generator, Filters.NONE, ServerSettings.local(0));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static OpenAiImageModel.OpenAiImageModelBuilder builder() {
    return OpenAiImageModel.builder()
        .baseUrl("http://127.0.0.1:" + server.port() + "/v1")
        .apiKey("any")
        .size(SIDE + "x" + SIDE)
        .quality("low");
  }

  private static ImageModel model() {
    return builder().modelName("emoji").build();
  }

  private static RgbImage pixels(Image image) {
    return ImageFiles.read(ImageSource.of("image", Base64.getDecoder().decode(image.base64Data())));
  }

  private static Image white() {
    byte[] rgb = new byte[3 * SIDE * SIDE];
    Arrays.fill(rgb, (byte) 255);
    return Image.builder()
        .base64Data(TestPng.base64(RgbImage.of(SIDE, SIDE, rgb)))
        .mimeType("image/png")
        .build();
  }

  @Test
  void itGeneratesSeveralImages() {
    List<Image> images = model().generate(PROMPT, 2).content();

    assertThat(images)
        .hasSize(2)
        .allSatisfy(image -> assertThat(pixels(image).width()).isEqualTo(SIDE));
    assertThat(images.get(0).mimeType()).isEqualTo("image/png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-image-1", "dall-e-3"})
  void namesOfOpenAiMeanTheModelOfTheServer(String name) {
    ImageModel model = builder().modelName(name).build();
    assertThat(pixels(model.generate(PROMPT).content()).width()).isEqualTo(SIDE);
  }

  @Test
  void itNeedsNoModelName() {
    assertThat(pixels(builder().build().generate(PROMPT).content()).width()).isEqualTo(SIDE);
  }

  @Test
  void itEditsAnImage() {
    assertThat(pixels(model().edit(white(), PROMPT).content()).width()).isEqualTo(SIDE);
  }

  @Test
  void itEditsAPartOfAnImage() {
    assertThat(pixels(model().edit(white(), white(), PROMPT).content()).width()).isEqualTo(SIDE);
  }
}
