package dev.sana4j.diffusion;

/**
 * Guidance for only a part of the times (arXiv 2404.07724). At the noisiest times it reduces
  * variety, and at the last ones it has little effect. A step without guidance takes half the work.
 */
public final class GuidanceInterval {
  private GuidanceInterval() {}

  /**
   * Joins two denoisers.
   *
   * @param guided used at times within the interval, its ends included
   * @param plain used at the others; it follows the prompt only
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
