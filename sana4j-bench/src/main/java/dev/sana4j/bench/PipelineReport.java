package dev.sana4j.bench;

import dev.sana4j.image.ImageException;
import dev.sana4j.pipeline.request.Execution;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long each stage of an image takes, and the share of this machine's best matrix product it
 * reaches.
 */
public final class PipelineReport {
  private static final long LEAST_ROOF_MILLIS = 1_000;
  private static final long MOST_ROOF_MILLIS = 10_000;

  private final PipelinePlan plan;
  private final PipelineRun run;
  private final @Nullable PipelineRun plain;
  private final Roofs roofs;

  private PipelineReport(
      PipelinePlan plan, PipelineRun run, @Nullable PipelineRun plain, Roofs roofs) {
    this.plan = plan;
    this.run = run;
    this.plain = plain;
    this.roofs = roofs;
  }

  /**
   * Loads the model, makes the image as often as planned, then measures the roof of each dtype: for
   * as long as two images take, but one second at least and ten at most. The roof comes last, so
   * that the first image finds the process as a generation does and the peak of memory is its own.
   * With a baseline the images are made again in the plain order, before the roof.
   *
   * @param plan what to measure; the model can fulfil the request
   * @param listener hears about every piece of work
   * @return what was found
   * @throws RequestException if the model gives numbers that are not finite
   * @throws CheckpointException if its weights cannot be read
   * @throws ImageException if the temporary file that the image is saved to cannot be written
   */
  public static PipelineReport measure(PipelinePlan plan, BenchListener listener) {
    int work = PipelineRun.work(plan);
    int all = (plan.baseline() ? 2 : 1) * work + 1;
    PipelineRun run = PipelineRun.measure(plan, Execution.FAST, progress(listener, "", 0, all));
    PipelineRun plain =
        plan.baseline()
            ? PipelineRun.measure(
                plan.inPlainOrder(), Execution.PLAIN, progress(listener, "plain ", work, all))
            : null;
    long twoImages = Math.round(2 * run.image().warm().median());
    long budget = Math.max(LEAST_ROOF_MILLIS, Math.min(twoImages, MOST_ROOF_MILLIS));
    Roofs roofs =
        Roofs.within(
            run.works().stream().map(StageWork::dtype).toList(), Duration.ofMillis(budget));
    listener.onProgress("best product", all, all);
    return new PipelineReport(plan, run, plain, roofs);
  }

  /** Tells a listener of work that stands behind other work. */
  private static BenchListener progress(
      BenchListener listener, String prefix, int before, int all) {
    return (doing, done, ofThese) -> listener.onProgress(prefix + doing, before + done, all);
  }

  /**
   * As lines to read.
   *
   * @return a title, a table with a line for each stage, and the memory
   */
  public List<String> lines() {
    return PipelineTable.lines(plan, run, plain, roofs);
  }

  /**
   * Writes it as JSON; the file appears when it is complete.
   *
   * @param file where to; replaced if it exists
   * @throws CheckpointException if it cannot be written
   */
  public void write(Path file) {
    ConfigWriter.write(file, PipelineJson.of(plan, run, plain, roofs));
  }
}
