package dev.sana4j.examples.langchain4j;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.image.ImageModel;
import dev.langchain4j.model.openai.OpenAiImageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Generates an image with a running {@code sana serve}, through its API of OpenAI. */
public final class OverHttp {
  private OverHttp() {}

  /**
   * Writes {@code cat.png} into the current folder.
   *
   * @param args none
   * @throws IOException if the file cannot be written
   */
  public static void main(String[] args) throws IOException {
    // tag::http[]
    ImageModel model =
        OpenAiImageModel.builder()
            .baseUrl("http://localhost:7860/v1")
            .apiKey("any value if the server has no keys")
            .modelName("emoji")
            .size("128x128")
            .build();
    Image cat = model.generate("a flat cat on a yellow background").content();
    // end::http[]
    Files.write(Path.of("cat.png"), Base64.getDecoder().decode(cat.base64Data()));
  }
}
