package example;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationRequest;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Answers {@code GET /image?prompt=...&seed=1} with a PNG. */
@SpringBootApplication
public class Application {
  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }

  // tag::bean[]
  @Bean(destroyMethod = "close")
  SanaPipeline pipeline() {
    return SanaPipeline.builder(EmojiModel.open()).open();
  }

  @RestController
  record Images(SanaPipeline pipeline) {
    @GetMapping(path = "/image", produces = "image/png")
    byte[] image(@RequestParam String prompt, @RequestParam(defaultValue = "0") long seed) {
      GenerationRequest request = pipeline.request(prompt).seed(seed).build();
      return pipeline.generate(request).get(0).encode(ImageFormat.PNG);
    }
  }
  // end::bean[]
}
