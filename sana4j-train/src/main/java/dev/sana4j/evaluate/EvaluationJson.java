package dev.sana4j.evaluate;

import dev.sana4j.evaluate.EvaluationResult.Compared;
import dev.sana4j.weights.ConfigWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what an evaluation found as JSON. */
public final class EvaluationJson {
  private EvaluationJson() {}

  /**
   * Writes a whole evaluation; the file appears when it is complete.
   *
   * @param result what was found
   * @param file where to; replaced if it exists
   */
  public static void write(EvaluationResult result, Path file) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("model", result.model());
    root.put("parameters", result.parameters());
    root.put("dtype", result.dtype());
    root.put("device", result.device());
    root.put("prompts", prompts(result.options().prompts()));
    Map<String, Object> sampling = new LinkedHashMap<>();
    sampling.put("steps", result.steps());
    sampling.put("guidance", result.guidance());
    sampling.put("batch", result.options().sampling().batch());
    root.put("sampling", sampling);
    root.put("scorers", scorers(result));
    root.put("rows", result.rows().stream().map(EvaluationJson::row).toList());
    root.put("autoencoder", autoencoder(result.autoencoder()));
    root.put("seconds", result.seconds());
    ConfigWriter.write(file, root);
  }

  /**
   * Writes the figures of an autoencoder alone; the file appears when it is complete.
   *
   * @param folder of the autoencoder
   * @param prompts the scenes
   * @param quality what was found
   * @param file where to; replaced if it exists
   */
  public static void write(
      Path folder, EvaluationOptions.Prompts prompts, AutoencoderQuality quality, Path file) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("folder", folder.toString());
    Map<String, Object> scenes = prompts(prompts);
    scenes.keySet().removeAll(List.of("each", "rows"));
    root.put("prompts", scenes);
    root.put("autoencoder", autoencoder(quality));
    ConfigWriter.write(file, root);
  }

  private static Map<String, Object> prompts(EvaluationOptions.Prompts prompts) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("objects", prompts.objects());
    node.put("each", prompts.each());
    node.put("seed", prompts.seed());
    node.put("size", prompts.side());
    node.put("shapes", prompts.shapes());
    node.put("split", lower(prompts.split()));
    node.put("rows", prompts.rows().stream().sorted().map(EvaluationJson::lower).toList());
    return node;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> scorers(EvaluationResult result) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("seed", result.options().scorers().seed());
    node.put("steps", result.options().scorers().steps());
    node.put("reused", result.scorers().reused());
    node.put("training_seconds", result.scorers().seconds());
    Map<String, Object> real = new LinkedHashMap<>();
    result
        .scorers()
        .real()
        .forEach(
            (kind, figures) -> {
              Map<String, Object> each = new LinkedHashMap<>();
              figures.forEach((name, share) -> each.put(name, share(share)));
              real.put(kind.label(), each);
            });
    node.put("real", real);
    return node;
  }

  private static Map<String, Object> row(EvaluationResult.Row row) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("name", row.name());
    node.put("kind", lower(row.kind()));
    node.put("language", row.language().code());
    node.put("pictures", row.pictures());
    node.put("seconds", row.seconds());
    node.put("background", compared(row.background()));
    row.scorers().forEach((kind, judged) -> node.put(kind.label(), judged(judged)));
    return node;
  }

  private static Map<String, Object> judged(EvaluationResult.Judged judged) {
    Map<String, Object> node = new LinkedHashMap<>();
    judged.figures().forEach((name, figure) -> node.put(name, compared(figure)));
    node.put("frechet", judged.frechet());
    node.put("frechet_of_real", judged.floor());
    return node;
  }

  private static Map<String, Object> compared(Compared figure) {
    Map<String, Object> both = new LinkedHashMap<>(); // in this order
    both.put("made", share(figure.made()));
    both.put("real", share(figure.real()));
    return both;
  }

  private static Map<String, Object> share(Proportion share) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("percent", share.percent());
    node.put("n", share.all());
    node.put("low", share.low());
    node.put("high", share.high());
    return node;
  }

  private static Map<String, Object> autoencoder(AutoencoderQuality quality) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("pictures", quality.pictures());
    node.put("psnr", quality.psnr());
    node.put("psnr_of_mean_error", quality.psnrOfMean());
    node.put("ssim", quality.ssim());
    node.put("dtype", quality.dtype());
    node.put("seconds", quality.seconds());
    return node;
  }
}
