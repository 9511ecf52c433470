package dev.sana4j.server.safety;

import java.util.Optional;

/** Refuses prompts that a classifier scores above a threshold. */
public final class ModelFilter implements PromptFilter, AutoCloseable {
  /** The threshold of the public SANA demo. */
  public static final double USUAL_THRESHOLD = 0.2;

  private final SafetyClassifier classifier;
  private final double threshold;

  /**
   * Creates a filter.
   *
   * @param classifier scores prompts; closed with the filter
   * @param threshold prompts with higher scores are refused, 0 to 1
   */
  public ModelFilter(SafetyClassifier classifier, double threshold) {
    this.classifier = classifier;
    this.threshold = threshold;
  }

  @Override
  public Optional<String> refusal(String prompt) {
    return classifier.score(prompt) > threshold
        ? Optional.of("the prompt was refused: it may break the rules of this server")
        : Optional.empty();
  }

  @Override
  public void close() {
    classifier.close();
  }
}
