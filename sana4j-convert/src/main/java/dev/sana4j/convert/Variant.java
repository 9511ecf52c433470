package dev.sana4j.convert;

import dev.sana4j.sana.SanaConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The variants of the public transformers. */
public enum Variant {
  /** SANA 1.0: classifier-free guidance, times of 0..1000. */
  SANA("sana"),
  /** SANA 1.5: queries and keys normalized. */
  SANA_1_5("sana-1.5"),
  /** The teacher of SANA-Sprint: like SANA 1.5, with times of 0..1. */
  TEACHER("teacher"),
  /** SANA-Sprint: like the teacher, with the guidance scale as an input. */
  SPRINT("sprint");

  private final String label;

  Variant(String label) {
    this.label = label;
  }

  /**
   * Returns the variant with a name.
   *
   * @param label as {@link #toString} returns it
   * @return the variant, or empty if there is none
   */
  public static Optional<Variant> of(String label) {
    return Arrays.stream(values())
        .filter(variant -> variant.label.equals(label.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  static Variant of(SanaConfig config) {
    if (config.guidanceEmbedding()) {
      return SPRINT;
    }
    if (!config.qkNorm()) {
      return SANA;
    }
    return config.timestepScale() < 1 ? TEACHER : SANA_1_5;
  }

  /** Returns the factor by which a time of 0..1000 is multiplied before it is embedded. */
  double timestepScale() {
    return this == TEACHER ? 0.001 : 1.0;
  }

  /** Returns the name for users, for example {@code sana-1.5}. */
  @Override
  public String toString() {
    return label;
  }
}
