package dev.sana4j.cli;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of consecutive tasks on standard error: a bar on a terminal, else a line at
 * the beginning, at the end and every 30 seconds. Nothing is shown before the first piece of work,
 * so that an error message is the only output.
 */
final class ProgressLine implements AutoCloseable {
  private static final long MEGABYTE = 1_000_000;
  private static final int UPDATE_MILLIS = 500;
  private static final long LINE_NANOS = 30_000_000_000L;
  private static final String CLEAR_LINE = "\r\u001b[2K";

  private final PrintStream err = System.err;
  private final boolean terminal = Terminal.isStandardError();
  private final boolean showsEta;
  private @Nullable ProgressBar bar;
  private String task = "";
  private long nextLine;

  /**
   * Shows the remaining time as estimated by the bar if {@code showsEta}; otherwise the figures
   * contain it.
   */
  ProgressLine(boolean showsEta) {
    this.showsEta = showsEta;
  }

  /** Shows progress; another task or another total starts a new bar. */
  void show(String what, long done, long total, String figures) {
    boolean isNew = !task.equals(what);
    task = what;
    if (terminal) {
      if (bar == null || isNew || bar.getMax() != total) {
        close();
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

  /** Shows progress in megabytes; the total is reached only when all bytes are done. */
  void showBytes(long done, long total, String figures) {
    long all = Math.max(1, (total + MEGABYTE - 1) / MEGABYTE);
    show("MB", done >= total ? all : Math.min(all - 1, done / MEGABYTE), all, figures);
  }

  private ProgressBar bar(String what, long done, long total) {
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(what)
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(err));
    return (showsEta ? builder : builder.hideEta()).build();
  }

  /** Prints a line above the bar. */
  void note(String text) {
    err.println((terminal ? CLEAR_LINE : "") + Sana.oneLine(text));
  }

  /** Ends the bar; later output appears below it. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
