package dev.sana4j.bench;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.Execution;
import dev.sana4j.pipeline.request.TextLength;
import dev.sana4j.tensor.Libtorch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The measurements of a model that was loaded once and generated the same image several times.
 *
 * @param threads threads per operation
 * @param textLengths length of each prompt
 * @param loadMillis time to load the model, without loading libtorch
 * @param works the stages of an image
 * @param millis time of each stage of each image; the first image was generated right after loading
 * @param peakBytes peak resident memory of the process; null if unknown
 */
record PipelineRun(
    int threads,
    List<TextLength> textLengths,
    double loadMillis,
    List<StageWork> works,
    List<List<Double>> millis,
    @Nullable Long peakBytes) {

  /** Returns the number of pieces of work: loading, and the stages of all images. */
  static int work(PipelinePlan plan) {
    return 1 + (plan.warmRuns() + 1) * workOfImage(plan);
  }

  private static int workOfImage(PipelinePlan plan) {
    return plan.config().work(plan.request()) + 1; // saving
  }

  /** Loads the model and generates the images. */
  static PipelineRun measure(PipelinePlan plan, Execution execution, BenchListener listener) {
    int all = work(plan);
    int threads = Libtorch.threads(); // loads the library
    long begin = System.nanoTime();
    try (SanaPipeline pipeline =
            SanaPipeline.builder(plan.config().folder())
                .name(plan.model())
                .dtype(plan.dtype())
                .execution(execution)
                .open();
        TemporaryFile file = TemporaryFile.create(".png")) {
      double loadMillis = (System.nanoTime() - begin) / 1e6;
      listener.onProgress("load", 1, all);
      List<List<Double>> millis = new ArrayList<>();
      for (int run = 0; run <= plan.warmRuns(); run++) {
        String name = run == 0 ? "first run" : "warm run " + run + " of " + plan.warmRuns();
        StageClock clock = new StageClock(listener, name, 1 + run * workOfImage(plan), all);
        image(plan, pipeline, clock, file.path());
        millis.add(clock.millis());
      }
      List<TextLength> lengths = pipeline.textLengths(plan.request());
      List<StageWork> works = StageWork.of(plan.config(), plan.dtype(), plan.request(), lengths);
      OptionalLong peak = ProcessMemory.peak();
      return new PipelineRun(
          threads, lengths, loadMillis, works, millis, peak.isPresent() ? peak.getAsLong() : null);
    }
  }

  private static void image(PipelinePlan plan, SanaPipeline pipeline, StageClock clock, Path file) {
    pipeline.generate(
        plan.request(),
        clock,
        image -> {
          image.write(file, true);
          clock.end("save");
        });
  }

  /** Returns the times of each stage. */
  List<StageTime> stages() {
    return IntStream.range(0, works.size())
        .mapToObj(
            stage ->
                StageTime.of(
                    works.get(stage),
                    millis.get(0).get(stage),
                    new Timing(warm().map(image -> image.get(stage)).toList())))
        .toList();
  }

  /** Returns the times of all stages together. */
  StageTime image() {
    return new StageTime(
        "image", works, sum(millis.get(0)), new Timing(warm().map(PipelineRun::sum).toList()));
  }

  private Stream<List<Double>> warm() {
    return millis.subList(1, millis.size()).stream();
  }

  private static double sum(List<Double> stages) {
    return stages.stream().mapToDouble(Double::doubleValue).sum();
  }
}
