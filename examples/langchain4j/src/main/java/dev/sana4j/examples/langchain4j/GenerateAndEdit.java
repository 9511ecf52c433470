package dev.sana4j.examples.langchain4j;

import dev.langchain4j.data.image.Image;
import dev.sana4j.langchain4j.SanaImageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Generates an image in this process, edits it, and writes both as PNG files. */
public final class GenerateAndEdit {
  private GenerateAndEdit() {}

  /**
   * Writes {@code cat.png} and {@code fox.png} into a folder.
   *
   * @param args the folder; by default the current one
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args.length == 0 ? "." : args[0]);
    // tag::generate[]
    try (SanaImageModel model =
        SanaImageModel.builder().modelName("emoji").steps(2).seed(7).build()) {
      Image cat = model.generate("a flat cat on a yellow background").content();
      Image fox = model.edit(cat, "a flat fox on a yellow background").content();
      write(folder.resolve("cat.png"), cat);
      write(folder.resolve("fox.png"), fox);
    }
    // end::generate[]
  }

  private static void write(Path file, Image image) throws IOException {
    Files.write(file, Base64.getDecoder().decode(image.base64Data()));
  }
}
