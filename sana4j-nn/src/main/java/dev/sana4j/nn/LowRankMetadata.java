package dev.sana4j.nn;

import java.util.OptionalDouble;

/** The settings that a LoRA file states outside its tensors. */
interface LowRankMetadata {
  /** No settings. */
  LowRankMetadata NONE =
      new LowRankMetadata() {
        @Override
        public String place() {
          return "the file";
        }

        @Override
        public OptionalDouble rank(String layer) {
          return OptionalDouble.empty();
        }

        @Override
        public OptionalDouble alpha(String layer, int rank) {
          return OptionalDouble.empty();
        }
      };

  /** Returns where the settings are, for messages. */
  String place();

  /**
   * Returns the rank of a layer.
   *
   * @param layer the name of the layer in the file, with dots and without prefixes
   * @return empty if no rank is stated
   */
  OptionalDouble rank(String layer);

  /**
   * Returns the number that, divided by the rank, is the factor of the update. A rank-stabilized
   * alpha (arXiv 2312.03732), which is divided by the square root of the rank, is converted.
   *
   * @param layer the name of the layer in the file, with dots and without prefixes
   * @param rank the rank of the layer
   * @return empty if no alpha is stated
   */
  OptionalDouble alpha(String layer, int rank);

  /** Returns whether the factor is alpha / sqrt(rank) by these settings. */
  default boolean rankStabilized() {
    return false;
  }

  /** Returns whether each layer must have the magnitudes of DoRA. */
  default boolean decomposed() {
    return false;
  }

  /** Returns the fraction of the input that training drops. */
  default double dropout() {
    return 0;
  }
}
