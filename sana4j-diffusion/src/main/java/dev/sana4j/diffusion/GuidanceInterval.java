package dev.sana4j.diffusion;

/**
 * Guidance only within an interval of times (arXiv 2404.07724). At the noisiest times guidance
 * reduces variety, at the last ones it has hardly any effect, and a step without it takes half the
 * work.
 */
public final class GuidanceInterval {
  private GuidanceInterval() {}

  /**
   * Returns a denoiser that switches between two others.
   *
   * @param guided called at times within the interval, including its ends
   * @param plain called at all other times; it follows only the prompt
   * @param low flow time at which guidance ends; 0 is the image
   * @param high flow time at which guidance begins; 1 is noise
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
