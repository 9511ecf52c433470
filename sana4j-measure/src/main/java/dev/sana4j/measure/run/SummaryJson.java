package dev.sana4j.measure.run;

import dev.sana4j.weights.ConfigWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the results of all candidates as JSON. */
public final class SummaryJson {
  private SummaryJson() {}

  /**
   * Writes a file; replaces an existing one.
   *
   * @param file the file
   * @param common values that all candidates share
   * @param summaries the results
   */
  public static void write(Path file, Map<String, Object> common, List<Summary> summaries) {
    Map<String, Object> root = new LinkedHashMap<>(common);
    root.put("candidates", summaries.stream().map(SummaryJson::candidate).toList());
    ConfigWriter.write(file, root);
  }

  private static Map<String, Object> candidate(Summary summary) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("name", summary.name());
    node.putAll(summary.settings());
    node.put("images", summary.images());
    if (Double.isFinite(summary.secondsPerImage())) {
      node.put("seconds_per_image", summary.secondsPerImage());
    }
    summary.figures().forEach((metric, figure) -> node.put(metric.key(), figure(figure)));
    if (!summary.objectsByTag().isEmpty()) {
      Map<String, Object> tags = new LinkedHashMap<>();
      summary.objectsByTag().forEach((tag, figure) -> tags.put(tag, figure(figure)));
      node.put("objects_by_tag", tags);
    }
    return node;
  }

  private static Map<String, Object> figure(Estimate figure) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("value", figure.value());
    node.put("low", figure.low());
    node.put("high", figure.high());
    node.put("n", figure.count());
    return node;
  }
}
