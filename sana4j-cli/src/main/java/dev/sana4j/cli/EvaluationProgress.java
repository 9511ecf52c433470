package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.Comparison;
import dev.sana4j.emoji.evaluate.EvaluationResult;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import java.util.Map;

/**
 * Shows the progress of an evaluation or a comparison. Keeps the images if asked to, and writes the
 * results of each candidate of a comparison as soon as they are known.
 */
final class EvaluationProgress implements Comparison.Listener, AutoCloseable {
  private final EvaluationFolder output;
  private final boolean keepsImages;
  private final Runnable onStart;
  private final ProgressLine line = new ProgressLine(true);
  private EvaluationFolder folder;
  private String candidate = "";

  /** Runs {@code onStart} once, before the first model is loaded. */
  EvaluationProgress(EvaluationFolder output, boolean keepsImages, Runnable onStart) {
    this.output = output;
    this.keepsImages = keepsImages;
    this.onStart = onStart;
    folder = output;
  }

  @Override
  public void started() {
    line.close();
    onStart.run();
  }

  @Override
  public void progress(String what, int done, int all) {
    line.show(candidate + what, done, all, "");
  }

  @Override
  public void note(String text) {
    line.note(text);
  }

  @Override
  public void begins(Comparison.Candidate next) {
    folder = output.of(next.name());
    candidate = next.name() + ": ";
  }

  @Override
  public void ends(Comparison.Candidate ended, EvaluationResult result) {
    folder.write(result);
  }

  @Override
  public void made(String row, int number, String prompt, RgbImage image) {
    if (keepsImages) {
      OutputFolder.create(folder.images());
      String name = "%s-%04d.png".formatted(row.replace(' ', '-'), number);
      ImageFiles.write(
          image, folder.images().resolve(name), new WriteOptions(Map.of("prompt", prompt), true));
    }
  }

  @Override
  public void close() {
    line.close();
  }
}
