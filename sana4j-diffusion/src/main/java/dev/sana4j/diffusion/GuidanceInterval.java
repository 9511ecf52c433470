package dev.sana4j.diffusion;

/**
 * Guidance for a part of the way alone (arXiv 2404.07724): at the noisiest times it narrows what
 * can be shown, at the last ones it hardly matters, and where it is left out a step takes half the
 * work.
 */
public final class GuidanceInterval {
  private GuidanceInterval() {}

  /**
   * Joins two denoisers.
   *
   * @param guided asked at times within the interval, its ends included
   * @param plain asked at the others; it follows the prompt only
   * @param low where guidance ends, a flow time: 0 is the image
   * @param high where guidance begins, a flow time: 1 is noise
   * @return a denoiser at the times of the flow samplers
   * @throws IllegalArgumentException unless 0 &lt;= low &lt; high &lt;= 1
   */
  public static Denoiser of(Denoiser guided, Denoiser plain, double low, double high) {
    if (!(low >= 0 && low < high && high <= 1)) {
      throw new IllegalArgumentException(
          "the guidance interval " + low + " to " + high + " is not within 0 and 1");
    }
    return (latents, time) -> {
      double t = time / FlowSchedule.TRAIN_STEPS;
      return (low <= t && t <= high ? guided : plain).predict(latents, time);
    };
  }
}
