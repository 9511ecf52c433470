package dev.sana4j.diffusion;

/**
 * Uses a flow network as a TrigFlow network without loss (arXiv 2503.09641, section 3.1).
 *
 * <p>An angle s becomes the flow time t = sin s / (cos s + sin s); with n = sqrt(t^2 + (1-t)^2) the
 * network sees x / sigmaData * n, and its velocity v becomes the field F = sigmaData ((1-2t) x_n +
 * (1-2t+2t^2) v) / n.
 */
public final class TrigFlow {
  private TrigFlow() {}

  /**
   * Decorates a flow network.
   *
   * @param flow a denoiser whose time runs from 0 to 1
   * @param sigmaData standard deviation of the data, 0.5 for the public models
   * @return a denoiser whose time is an angle
   */
  public static Denoiser of(Denoiser flow, double sigmaData) {
    return (latents, angle) -> {
      double t = Math.sin(angle) / (Math.cos(angle) + Math.sin(angle));
      double norm = Math.sqrt(t * t + (1 - t) * (1 - t));
      var scaled = latents.mul(norm / sigmaData);
      var velocity = flow.predict(scaled, t);
      return scaled.mul(1 - 2 * t).add(velocity.mul(1 - 2 * t + 2 * t * t)).mul(sigmaData / norm);
    };
  }
}
