package dev.sana4j.cli;

import dev.sana4j.evaluate.EvaluationListener;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far each task of an evaluation has come; keeps the pictures if asked to. */
final class EvaluationProgress implements EvaluationListener, AutoCloseable {
  private final @Nullable Path pictures;
  private final ProgressLine line = new ProgressLine(true);

  /** With a folder for the pictures, or null. */
  EvaluationProgress(@Nullable Path pictures) {
    this.pictures = pictures;
  }

  @Override
  public void progress(String what, int done, int all) {
    line.show(what, done, all, "");
  }

  @Override
  public void note(String text) {
    line.note(text);
  }

  @Override
  public void made(String row, int number, String prompt, RgbImage picture) {
    if (pictures != null) {
      OutputFolder.create(pictures);
      String name = "%s-%04d.png".formatted(row.replace(' ', '-'), number);
      ImageFiles.write(picture, pictures.resolve(name), Map.of("prompt", prompt), true);
    }
  }

  @Override
  public void close() {
    line.close();
  }
}
