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
 * The time of each stage of an image, and its speed relative to the best matrix product of this
 * machine.
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
   * Loads the model, generates the planned images, then measures the roof of each dtype: for as
   * long as two images take, but at least one second and at most ten. The roof is measured last, so
   * that the first image runs in a fresh process, and the peak memory is that of the images. With a
   * baseline, the images are also generated with the plain execution, before the roof.
   *
   * @param plan the plan; the model must be able to fulfil the request
   * @param listener is notified of every piece of work
   * @return the measurements
   * @throws RequestException if the model computes values that are not finite
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

  /** Returns a listener with an offset for earlier work. */
  private static BenchListener progress(
      BenchListener listener, String prefix, int before, int all) {
    return (doing, done, ofThese) -> listener.onProgress(prefix + doing, before + done, all);
  }

  /**
   * Formats the report as lines of text.
   *
   * @return a title, a table with a line for each stage, and the memory
   */
  public List<String> lines() {
    return PipelineTable.lines(plan, run, plain, roofs);
  }

  /**
   * Writes the report as JSON; the file appears when it is complete.
   *
   * @param file the file to write; replaced if it exists
   * @throws CheckpointException if it cannot be written
   */
  public void write(Path file) {
    ConfigWriter.write(file, PipelineJson.of(plan, run, plain, roofs));
  }
}
