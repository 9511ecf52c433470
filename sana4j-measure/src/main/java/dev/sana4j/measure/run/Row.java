package dev.sana4j.measure.run;

import java.util.List;
import java.util.Map;

/**
 * The measurements of one image.
 *
 * @param id name of its files without extension
 * @param prompt the prompt
 * @param seed the seed of its noise
 * @param seconds time of its generation
 * @param values by {@link Metric#key}
 * @param feature number of its vector in the file of features; -1 for none
 * @param problems why its objects are wrong; empty if they are right or not checked
 */
public record Row(
    String id,
    String prompt,
    long seed,
    double seconds,
    Map<String, Double> values,
    long feature,
    List<String> problems) {

  /** Copies the collections. */
  public Row {
    values = Map.copyOf(values);
    problems = List.copyOf(problems);
  }

  boolean has(Metric metric) {
    return metric == Metric.FID ? feature >= 0 : values.containsKey(metric.key());
  }
}
