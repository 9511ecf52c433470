package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.evaluate.EvaluationResult.Compared;
import dev.sana4j.weights.ConfigWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the results of an evaluation or a comparison as JSON. */
public final class EvaluationJson {
  private EvaluationJson() {}

  /**
   * Writes a whole evaluation; the file appears when it is complete.
   *
   * @param result the results
   * @param file the file, replaced if it exists
   */
  public static void write(EvaluationResult result, Path file) {
    Map<String, Object> root = new LinkedHashMap<>();
    putModel(root, result);
    root.put("prompts", prompts(result.options().prompts()));
    root.put("sampling", sampling(result));
    root.put("scorers", scorers(result));
    putFindings(root, result);
    ConfigWriter.write(file, root);
  }

  /**
   * Writes a whole comparison; the file appears when it is complete. Values that all candidates
   * share are written once, before the candidates.
   *
   * @param comparison the results
   * @param file the file, replaced if it exists
   */
  public static void write(ComparisonResult comparison, Path file) {
    EvaluationResult first = comparison.entries().get(0).result();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("prompts", prompts(first.options().prompts()));
    root.put("scorers", scorers(first));
    root.put("candidates", comparison.entries().stream().map(EvaluationJson::candidate).toList());
    ConfigWriter.write(file, root);
  }

  private static Map<String, Object> candidate(ComparisonResult.Entry entry) {
    EvaluationResult result = entry.result();
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("name", entry.candidate().name());
    putModel(node, result);
    node.put("sampling", sampling(result));
    Map<String, Object> seconds = new LinkedHashMap<>();
    for (Language language : Language.values()) {
      seconds.put(language.code(), result.secondsPerImage(language));
    }
    node.put("seconds_per_image", seconds);
    putFindings(node, result);
    return node;
  }

  private static void putModel(Map<String, Object> node, EvaluationResult result) {
    node.put("model", result.model());
    node.put("parameters", result.parameters());
    node.put("dtype", result.dtype());
    node.put("device", result.device());
  }

  private static void putFindings(Map<String, Object> node, EvaluationResult result) {
    node.put("rows", result.rows().stream().map(EvaluationJson::row).toList());
    WordOrder order = result.wordOrder();
    if (order != null) {
      Map<String, Object> both = new LinkedHashMap<>();
      both.put("cosine", order.cosine());
      both.put("captions", order.captions());
      node.put("word_order", both);
    }
    node.put("autoencoder", autoencoder(result.autoencoder()));
    node.put("seconds", result.seconds());
  }

  private static Map<String, Object> sampling(EvaluationResult result) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("steps", result.steps());
    node.put("guidance", result.guidance());
    node.put("batch", result.options().sampling().batch());
    if (result.options().sampling().bestOf() > 1) {
      node.put("best_of", result.options().sampling().bestOf());
    }
    return node;
  }

  /**
   * Writes the quality of an autoencoder; the file appears when it is complete.
   *
   * @param folder folder of the autoencoder
   * @param prompts the scenes
   * @param quality the results
   * @param file the file, replaced if it exists
   */
  public static void write(
      Path folder, EvaluationOptions.Prompts prompts, AutoencoderQuality quality, Path file) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("folder", folder.toString());
    Map<String, Object> scenes = prompts(prompts);
    scenes.keySet().removeAll(List.of("each", "rows", "largest_count", "relations"));
    root.put("prompts", scenes);
    root.put("autoencoder", autoencoder(quality));
    ConfigWriter.write(file, root);
  }

  private static Map<String, Object> prompts(EvaluationOptions.Prompts prompts) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("objects", prompts.objects());
    if (prompts.file() == null) {
      node.put("each", prompts.each());
    } else {
      node.put("file", prompts.file().path().toString());
    }
    node.put("seed", prompts.seed());
    node.put("size", prompts.side());
    node.put("shapes", prompts.shapes());
    if (prompts.file() == null) {
      node.put("split", lower(prompts.split()));
    }
    if (prompts.file() == null) {
      node.put("largest_count", prompts.largestCount());
      node.put("relations", prompts.relations().stream().map(EvaluationJson::lower).toList());
    }
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
    node.put("images", row.images());
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
    node.put("images", quality.images());
    node.put("psnr", quality.psnr());
    node.put("psnr_of_mean_error", quality.psnrOfMean());
    node.put("ssim", quality.ssim());
    node.put("dtype", quality.dtype());
    node.put("seconds", quality.seconds());
    return node;
  }
}
