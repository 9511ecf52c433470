package dev.sana4j.cli;

import dev.sana4j.evaluate.EvaluationListener;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A bar on standard error for each task of an evaluation; keeps the pictures if asked to. */
final class EvaluationProgress implements EvaluationListener, AutoCloseable {
  private final @Nullable Path pictures;
  private @Nullable StepProgress bar;
  private String task = "";

  /** With a folder for the pictures, or null. */
  EvaluationProgress(@Nullable Path pictures) {
    this.pictures = pictures;
  }

  @Override
  public void progress(String what, int done, int all) {
    if (bar == null || !task.equals(what)) {
      close();
      task = what;
      bar = new StepProgress(what);
    }
    bar.stepTo(done, all);
  }

  @Override
  public void note(String text) {
    close();
    System.err.println(Sana.oneLine(text));
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
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
