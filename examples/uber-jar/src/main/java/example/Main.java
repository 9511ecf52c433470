package example;

// tag::main[]
import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.nio.file.Path;

/** Generates one image into the file that the argument names. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    try (SanaPipeline pipeline = SanaPipeline.builder(EmojiModel.open()).open()) {
      GenerationRequest request =
          pipeline.request("a red apple on a blue background").seed(1).build();
      pipeline.generate(request).get(0).write(Path.of(arguments[0]));
    }
  }
}
// end::main[]
