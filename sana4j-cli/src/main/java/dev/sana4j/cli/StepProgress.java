package dev.sana4j.cli;

import dev.sana4j.pipeline.GenerationListener;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A bar on standard error with the work done and the time left. It appears with the first piece of
 * work, so that a refusal stands alone.
 */
final class StepProgress implements GenerationListener, AutoCloseable {
  private static final int UPDATE_MILLIS = 500;

  private final String task;

  private @Nullable ProgressBar bar;

  StepProgress(String task) {
    this.task = task;
  }

  @Override
  public boolean onProgress(Progress progress) {
    stepTo(progress.done(), progress.all())
        .setExtraMessage(progress.stage().name().toLowerCase(Locale.ROOT));
    return true;
  }

  ProgressBar stepTo(long done, long all) {
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(all)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }
    return bar.stepTo(done);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
