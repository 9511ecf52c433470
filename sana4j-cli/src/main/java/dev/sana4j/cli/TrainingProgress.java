package dev.sana4j.cli;

import dev.sana4j.report.TrainingPace;
import dev.sana4j.train.loop.StepReport;
import dev.sana4j.train.loop.TrainingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows the progress of a training, with notes and written files above it. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  /** Weight of the newest loss in the moving average, once there have been enough steps. */
  private static final double SMOOTHING = 0.02;

  private final ProgressLine line = new ProgressLine(false);
  private final Path folder;
  private @Nullable TrainingPace pace;
  private @Nullable Path written;
  private long images;
  private long losses;
  private double loss;

  TrainingProgress(Path folder) {
    this.folder = folder;
  }

  @Override
  public synchronized void preparing(String what, int done, int total) {
    line.show(what, done, total, "");
  }

  @Override
  public synchronized void step(StepReport report) {
    long now = System.nanoTime();
    if (Double.isFinite(report.loss())) {
      losses++;
      loss += Math.max(SMOOTHING, 1.0 / losses) * (report.loss() - loss);
    }
    if (pace == null) {
      pace = TrainingPace.start(report.steps(), report.step(), now);
    } else {
      images += report.images();
      pace.update(report.step(), images, now);
    }
    line.show("train", report.step(), report.steps(), figures(pace));
  }

  private String figures(TrainingPace pace) {
    String shown = String.format(Locale.ROOT, "loss %.4f", loss);
    if (pace.imagesPerSecond() == 0) {
      return shown; // unknown after the first step
    }
    Duration left = pace.remaining();
    return String.format(
        Locale.ROOT,
        "%s, %.1f images/s, %d:%02d:%02d left",
        shown,
        pace.imagesPerSecond(),
        left.toHours(),
        left.toMinutesPart(),
        left.toSecondsPart());
  }

  /** May be called from any thread. */
  @Override
  public synchronized void note(String text) {
    line.note(text);
  }

  @Override
  public synchronized void wrote(Path file) {
    written = file;
    Path shown = file.startsWith(folder) ? folder.relativize(file) : file;
    note("wrote " + shown);
  }

  /** Returns whether a step was completed. */
  synchronized boolean hasBegun() {
    return pace != null;
  }

  synchronized @Nullable Path lastWritten() {
    return written;
  }

  /** Ends the bar; later output appears below it. */
  synchronized void end() {
    line.close();
  }

  @Override
  public void close() {
    end();
  }
}
