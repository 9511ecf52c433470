package dev.sana4j.bench;

import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.TextLength;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts a measured pipeline to maps and lists for JSON. */
final class PipelineJson {
  private PipelineJson() {}

  static Map<String, Object> of(
      PipelinePlan plan, PipelineRun run, @Nullable PipelineRun plain, Roofs roofs) {
    Map<String, Object> root = new LinkedHashMap<>();
    putPlan(root, plan);
    root.put("threads", run.threads());
    root.put("text_tokens", run.textLengths().stream().map(TextLength::computed).toList());
    root.put("text_tokens_seen", run.textLengths().stream().map(TextLength::seen).toList());
    root.put("roofs", roofs.all().stream().map(PipelineJson::roof).toList());
    root.put("load_ms", run.loadMillis());
    root.put("stages", run.stages().stream().map(stage -> stage(stage, roofs)).toList());
    root.put("image", stage(run.image(), roofs));
    root.put("peak_resident_bytes", run.peakBytes());
    if (plain != null) {
      root.put("plain_stages", plain.stages().stream().map(stage -> stage(stage, roofs)).toList());
      root.put("plain_image", stage(plain.image(), roofs));
    }
    return root;
  }

  private static void putPlan(Map<String, Object> root, PipelinePlan plan) {
    GenerationRequest request = plan.request();
    root.put("model", plan.model());
    root.put("dtype", plan.dtype().toString());
    root.put("size", request.size().toString());
    root.put("working_size", plan.config().workingSize(request).toString());
    root.put("steps", request.steps());
    root.put("guidance", request.guidance());
    root.put("batch", plan.config().isGuided(request) ? 2 : 1);
    root.put("prompt", request.prompts().get(0));
    root.put("seed", request.seed());
  }

  private static Map<String, Object> roof(Roof roof) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("dtype", roof.dtype().toString());
    node.put("product", roof.name());
    node.put("gflop_per_second", roof.gigaflopsPerSecond());
    return node;
  }

  /** Converts a stage; the speed of a stage without products is null. */
  private static Map<String, Object> stage(StageTime stage, Roofs roofs) {
    boolean counted = stage.flops() > 0;
    List<String> dtypes =
        stage.works().stream()
            .filter(work -> work.flops() > 0)
            .map(work -> work.dtype().toString())
            .distinct()
            .toList();
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("name", stage.name());
    node.put("dtypes", dtypes);
    node.put("first_ms", stage.firstMillis());
    node.put("warm_ms", stage.warm().median());
    node.put("warm_runs_ms", stage.warm().millis());
    node.put("flop", stage.flops());
    node.put("gflop_per_second", counted ? stage.gigaflopsPerSecond() : null);
    node.put("share_of_roof", counted ? stage.share(roofs) : null);
    return node;
  }
}
