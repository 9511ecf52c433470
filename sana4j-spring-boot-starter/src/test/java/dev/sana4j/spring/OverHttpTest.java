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
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.openai.OpenAiImageModel;
import org.springframework.ai.openai.OpenAiImageOptions;

/** The image model for OpenAI of Spring AI, unchanged, with the server. */
class OverHttpTest {
  private static final int SIDE = 64;

  private static SanaServer server() {
    var folder = EmojiModel.open();
    var card = ModelCard.of("emoji", ModelConfig.read(folder));
    var generator = new PipelineGenerator(card, SanaPipeline.builder(folder).open());
    return SanaServer.start(generator, Filters.NONE, ServerSettings.local(0));
  }

  @Test
  void itGeneratesSeveralImages() {
    try (SanaServer server = server()) {
      var options =
          OpenAiImageOptions.builder()
              .baseUrl("http://127.0.0.1:" + server.port() + "/v1")
              .apiKey("any")
              .model("emoji")
              .width(SIDE)
              .height(SIDE)
              .n(2)
              .build();
      ImageModel model = OpenAiImageModel.builder().options(options).build();

      assertThat(model.call(new ImagePrompt("a red apple on a blue background")).getResults())
          .hasSize(2)
          .allSatisfy(
              image -> {
                String data = String.valueOf(image.getOutput().getB64Json());
                var file = ImageSource.of("image", Base64.getDecoder().decode(data));
                assertThat(ImageFiles.read(file).width()).isEqualTo(SIDE);
              });
    }
  }
}
