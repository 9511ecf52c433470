package dev.sana4j.cli;

import dev.sana4j.pipeline.GenerationListener;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error with the work done and the time left. */
final class StepProgress implements GenerationListener, AutoCloseable {
  private final ProgressBar bar;

  StepProgress(int work) {
    bar =
        new ProgressBarBuilder()
            .setTaskName("generate")
            .setInitialMax(work)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis((int) Duration.ofMillis(500).toMillis())
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .build();
  }

  @Override
  public boolean onProgress(Progress progress) {
    bar.stepTo(progress.done());
    bar.setExtraMessage(progress.stage().name().toLowerCase(Locale.ROOT));
    return true;
  }

  @Override
  public void close() {
    bar.close();
  }
}
