package dev.sana4j.pipeline.request;

/**
 * What keeps classifier-free guidance from exaggerating.
 *
 * @param low flow time at which guidance ends; 0 is the image
 * @param high flow time at which guidance begins; 1 is noise
 * @param rescale 0 for plain guidance, 1 to give every estimate of the image the contrast it has
 *     without guidance; see {@link dev.sana4j.diffusion.ClassifierFreeGuidance#rescaled}
 */
public record GuidanceLimits(double low, double high, double rescale) {
  /** Plain guidance all the way. */
  public static final GuidanceLimits NONE = new GuidanceLimits(0, 1, 0);

  /** Checks the numbers. */
  public GuidanceLimits {
    if (!(low >= 0 && low < high && high <= 1)) {
      throw new RequestException(
          "the guidance interval from "
              + low
              + " to "
              + high
              + " does not rise within 0 (image) and 1 (noise)");
    }
    if (!(rescale >= 0 && rescale <= 1)) {
      throw new RequestException("guidance rescale " + rescale + " is not between 0 and 1");
    }
  }

  /**
   * The same with another interval.
   *
   * @param from see {@link #low}
   * @param to see {@link #high}
   * @return limits
   */
  public GuidanceLimits between(double from, double to) {
    return new GuidanceLimits(from, to, rescale);
  }

  /**
   * The same with another rescaling.
   *
   * @param value see {@link #rescale}
   * @return limits
   */
  public GuidanceLimits rescaledBy(double value) {
    return new GuidanceLimits(low, high, value);
  }
}
