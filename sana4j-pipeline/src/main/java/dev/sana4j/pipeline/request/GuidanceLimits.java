package dev.sana4j.pipeline.request;

/**
 * Limits of classifier-free guidance.
 *
 * @param low flow time at which guidance ends, 0 (image) to 1
 * @param high flow time at which guidance begins, up to 1 (noise)
 * @param rescale guidance rescale: 0 for plain guidance, 1 to give every estimate of the image the
 *     standard deviation that it has without guidance; see {@link
 *     dev.sana4j.diffusion.ClassifierFreeGuidance#rescaled}
 */
public record GuidanceLimits(double low, double high, double rescale) {
  /** Plain guidance at all times. */
  public static final GuidanceLimits NONE = new GuidanceLimits(0, 1, 0);

  /** Checks the numbers. */
  public GuidanceLimits {
    if (!(low >= 0 && low < high && high <= 1)) {
      throw new RequestException(
          "the guidance interval must satisfy 0 <= low < high <= 1, but"
              + " was "
              + low
              + " to "
              + high);
    }
    if (!(rescale >= 0 && rescale <= 1)) {
      throw new RequestException("guidance rescale " + rescale + " is not between 0 and 1");
    }
  }

  /**
   * Returns the limits with another interval.
   *
   * @param from see {@link #low}
   * @param to see {@link #high}
   * @return limits
   */
  public GuidanceLimits between(double from, double to) {
    return new GuidanceLimits(from, to, rescale);
  }

  /**
   * Returns the limits with another rescale.
   *
   * @param value see {@link #rescale}
   * @return limits
   */
  public GuidanceLimits rescaledBy(double value) {
    return new GuidanceLimits(low, high, value);
  }
}
