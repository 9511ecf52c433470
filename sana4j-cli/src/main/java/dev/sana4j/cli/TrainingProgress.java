package dev.sana4j.cli;

import dev.sana4j.report.TrainingPace;
import dev.sana4j.train.StepReport;
import dev.sana4j.train.TrainingListener;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How a training goes, on standard error: a bar on a terminal, else a line now and then; notes and
 * written files above it.
 */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  /** Set by the launcher when standard error is a terminal. */
  private static final String TERMINAL = "sana4j.terminal";

  private static final int UPDATE_MILLIS = 500;
  private static final long LINE_NANOS = 30_000_000_000L;
  private static final String CLEAR_LINE = "\r\u001b[2K";

  /** Of a loss in the mean that is shown, once there are as many as its inverse. */
  private static final double SMOOTHING = 0.02;

  private final PrintStream err = System.err;
  private final boolean terminal = Boolean.getBoolean(TERMINAL);
  private final Path folder;
  private @Nullable ProgressBar bar;
  private String task = "";
  private long nextLine;
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
    show(what, done, total, "");
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
    show("train", report.step(), report.steps(), figures(pace));
  }

  private String figures(TrainingPace pace) {
    String shown = String.format(Locale.ROOT, "loss %.4f", loss);
    if (pace.imagesPerSecond() == 0) {
      return shown; // the first step tells no pace
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

  private void show(String what, long done, long total, String figures) {
    boolean isNew = !task.equals(what);
    task = what;
    if (terminal) {
      if (bar == null || isNew || bar.getMax() != total) {
        end();
        bar = bar(what, done, total);
      }
      bar.setExtraMessage(figures);
      bar.stepTo(done);
      return;
    }
    long now = System.nanoTime();
    if (isNew || done == total || now - nextLine >= 0) {
      nextLine = now + LINE_NANOS;
      err.println(what + " " + done + "/" + total + (figures.isEmpty() ? "" : "  " + figures));
    }
  }

  private ProgressBar bar(String what, long done, long total) {
    return new ProgressBarBuilder()
        .setTaskName(what)
        .setInitialMax(total)
        .startsFrom(done, Duration.ZERO)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .hideEta()
        .setConsumer(new ConsoleProgressBarConsumer(err))
        .build();
  }

  /** From any thread. */
  @Override
  public synchronized void note(String text) {
    err.println((terminal ? CLEAR_LINE : "") + Sana.oneLine(text));
  }

  @Override
  public synchronized void wrote(Path file) {
    written = file;
    Path shown = file.startsWith(folder) ? folder.relativize(file) : file;
    note("wrote " + shown);
  }

  /** Whether a step was done. */
  synchronized boolean hasBegun() {
    return pace != null;
  }

  synchronized @Nullable Path lastWritten() {
    return written;
  }

  /** Leaves the bar as it is; what follows stands below it. */
  synchronized void end() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    end();
  }
}
