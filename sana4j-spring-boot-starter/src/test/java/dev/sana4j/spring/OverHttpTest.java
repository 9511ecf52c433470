package dev.sana4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.server.SanaServer;
import dev.sana4j.server.ServerSettings;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.ModelCard;
import dev.sana4j.server.jobs.PipelineGenerator;
import dev.sana4j.spring.autoconfigure.SanaImageAutoConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImageOptionsBuilder;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.ai.model.openai.autoconfigure.OpenAiImageAutoConfiguration;
import org.springframework.ai.openai.OpenAiImageModel;
import org.springframework.ai.openai.OpenAiImageOptions;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.ResourcePropertySource;

/** The image model for OpenAI of Spring AI, unchanged, with the server. */
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

  private static String address() {
    return "http://127.0.0.1:" + server.port() + "/v1";
  }

  private static OpenAiImageOptions.Builder options() {
    return OpenAiImageOptions.builder().baseUrl(address()).apiKey("any").width(SIDE).height(SIDE);
  }

  private static void check(ImageResponse response, int images) {
    assertThat(response.getResults())
        .hasSize(images)
        .allSatisfy(
            image -> {
              String data = String.valueOf(image.getOutput().getB64Json());
              var file = ImageSource.of("image", Base64.getDecoder().decode(data));
              assertThat(ImageFiles.read(file).width()).isEqualTo(SIDE);
            });
  }

  @Test
  void itGeneratesSeveralImages() {
    var options = options().model("emoji").n(2).build();
    ImageModel model = OpenAiImageModel.builder().options(options).build();

    check(model.call(new ImagePrompt(PROMPT)), 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-image-1", "dall-e-3"})
  void namesOfOpenAiMeanTheModelOfTheServer(String name) {
    ImageModel model = OpenAiImageModel.builder().options(options().model(name).build()).build();
    check(model.call(new ImagePrompt(PROMPT)), 1);
  }

  @Test
  void itNeedsNoModelName() {
    assertThat(OpenAiImageOptions.DEFAULT_IMAGE_MODEL).startsWith("gpt-image-");
    ImageModel model = OpenAiImageModel.builder().options(options().build()).build();
    check(model.call(new ImagePrompt(PROMPT)), 1);
  }

  @Test
  void propertiesSwitchAnApplicationToTheServer() {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                SanaImageAutoConfiguration.class, OpenAiImageAutoConfiguration.class))
        .withInitializer(OverHttpTest::addProperties)
        .withPropertyValues(
            "spring.ai.model.image=openai", "spring.ai.openai.image.base-url=" + address())
        .run(
            context -> {
              assertThat(context).hasSingleBean(ImageModel.class);
              var options = ImageOptionsBuilder.builder().width(SIDE).height(SIDE).build();
              ImageModel model = context.getBean(ImageModel.class);
              check(model.call(new ImagePrompt(PROMPT, options)), 1);
            });
  }

  /** Adds the properties of the documents. */
  private static void addProperties(ConfigurableApplicationContext context) {
    try {
      var properties = new ResourcePropertySource(new ClassPathResource("sana-server.properties"));
      context.getEnvironment().getPropertySources().addLast(properties);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
