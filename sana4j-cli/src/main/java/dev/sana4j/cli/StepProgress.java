package dev.sana4j.cli;

import dev.sana4j.pipeline.request.GenerationListener;
import java.util.Locale;

/** Shows the progress of the images of one request. */
final class StepProgress implements GenerationListener, AutoCloseable {
  private final ProgressLine line = new ProgressLine(true);

  @Override
  public boolean onProgress(Progress progress) {
    line.show(
        "generate",
        progress.done(),
        progress.all(),
        progress.stage().name().toLowerCase(Locale.ROOT));
    return true;
  }

  @Override
  public void onNote(int request, String note) {
    line.note("sana: " + note + "; see --max-length");
  }

  @Override
  public void close() {
    line.close();
  }
}
