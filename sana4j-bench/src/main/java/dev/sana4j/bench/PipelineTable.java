package dev.sana4j.bench;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Formats a measured pipeline as lines of text. */
final class PipelineTable {
  private static final String ROW = "%-10s %10s %10s %8s %10s %9s %8s";
  private static final String ABSENT = "-";
  private static final double GIB = 1L << 30;

  private PipelineTable() {}

  /**
   * Formats a run; a plain run adds two columns: its times, and their ratio to those of the run.
   */
  static List<String> lines(
      PipelinePlan plan, PipelineRun run, @Nullable PipelineRun plain, Roofs roofs) {
    List<String> lines = new ArrayList<>();
    lines.add(title(plan, run));
    roofs.all().forEach(roof -> lines.add(line(roof)));
    lines.add("");
    lines.add(
        row("stage", "first ms", "warm ms", "of time", "GFLOP", "GFLOP/s", "of roof")
            + (plain == null ? "" : beside("plain ms", "ratio")));
    lines.add(row("load", millis(run.loadMillis()), ABSENT, ABSENT, ABSENT, ABSENT, ABSENT));
    double image = run.image().warm().median();
    for (int i = 0; i < run.stages().size(); i++) {
      StageTime stage = run.stages().get(i);
      lines.add(
          line(stage, image, roofs) + (plain == null ? "" : beside(stage, plain.stages().get(i))));
    }
    lines.add(
        line(run.image(), image, roofs)
            + (plain == null ? "" : beside(run.image(), plain.image())));
    lines.add("");
    lines.add("first: the image after loading; warm: median of %d more".formatted(plan.warmRuns()));
    lines.add("peak resident memory: " + memory(run.peakBytes()));
    return lines;
  }

  private static String title(PipelinePlan plan, PipelineRun run) {
    GenerationRequest request = plan.request();
    ImageSize working = plan.config().workingSize(request);
    boolean binned = !working.equals(request.size());
    return String.format(
        Locale.ROOT,
        "%s: %s%s, %s, guidance %s%s, text of %s tokens, %s, %s",
        plan.model(),
        request.size(),
        binned ? " generated at " + working : "",
        count(request.steps(), "step"),
        request.guidance(),
        plan.config().isGuided(request) ? " (batch 2)" : "",
        run.textLengths().stream()
            .map(text -> String.valueOf(text.computed()))
            .collect(Collectors.joining(" + ")),
        plan.dtype(),
        count(run.threads(), "thread"));
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static String line(Roof roof) {
    return String.format(
        Locale.ROOT,
        "roof: %.1f GFLOP/s in %s, the best matrix product (%s)",
        roof.gigaflopsPerSecond(),
        roof.dtype(),
        roof.name());
  }

  private static String line(StageTime stage, double imageMillis, Roofs roofs) {
    boolean counted = stage.flops() > 0;
    return row(
        stage.name(),
        millis(stage.firstMillis()),
        millis(stage.warm().median()),
        percent(stage.warm().median() / imageMillis),
        counted ? gigaflops(stage.flops() / 1e9) : ABSENT,
        counted ? String.format(Locale.ROOT, "%.1f", stage.gigaflopsPerSecond()) : ABSENT,
        counted ? percent(stage.share(roofs)) : ABSENT);
  }

  private static String beside(StageTime stage, StageTime plain) {
    double millis = plain.warm().median();
    return beside(
        millis(millis), String.format(Locale.ROOT, "%.2f", millis / stage.warm().median()));
  }

  private static String beside(String millis, String ratio) {
    return " %10s %7s".formatted(millis, ratio);
  }

  private static String row(Object... cells) {
    return ROW.formatted(cells);
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, "%.1f", millis);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  /** Formats GFLOP; small models need decimals. */
  private static String gigaflops(double gigaflops) {
    return String.format(Locale.ROOT, gigaflops < 10 ? "%.4f" : "%.1f", gigaflops);
  }

  private static String memory(@Nullable Long bytes) {
    return bytes == null ? ABSENT : String.format(Locale.ROOT, "%.2f GiB", bytes / GIB);
  }
}
