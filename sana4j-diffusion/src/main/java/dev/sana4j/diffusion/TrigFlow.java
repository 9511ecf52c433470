package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;
import java.util.function.BinaryOperator;

/**
 * Uses a flow network as a TrigFlow network, without approximation (arXiv 2503.09641, section 3.1).
 *
 * <p>An angle s becomes the flow time t = sin s / (cos s + sin s). With n = sqrt(t^2 + (1-t)^2) the
 * network gets x_n = x / sigmaData * n, and its velocity v becomes the field F = sigmaData ((1-2t)
 * x_n + (1-2t+2t^2) v) / n.
 */
public final class TrigFlow {
  private TrigFlow() {}

  /**
   * Returns the time of the flow for an angle.
   *
   * @param angle from 0 to pi / 2
   * @return t = sin s / (cos s + sin s)
   */
  public static double flowTime(double angle) {
    return Math.sin(angle) / (Math.cos(angle) + Math.sin(angle));
  }

  /**
   * Returns the time of the flow for every angle of a batch.
   *
   * @param angles (B), from 0 to pi / 2
   * @return (B), t = sin s / (cos s + sin s)
   */
  public static Tensor flowTimes(Tensor angles) {
    return angles.sin().div(angles.cos().add(angles.sin()));
  }

  /**
   * Returns the field F of a flow network for a batch in which each entry has its own angle. Every
   * operation is differentiable, so the network can be trained through it.
   *
   * @param scaled (B, C, H, W), x / sigmaData
   * @param angles (B)
   * @param flow maps noisy latents (B, C, H, W) and times (B) to the velocity (B, C, H, W)
   * @return (B, C, H, W), F / sigmaData
   */
  public static Tensor field(Tensor scaled, Tensor angles, BinaryOperator<Tensor> flow) {
    Tensor times = flowTimes(angles);
    return field(scaled, angles, flow.apply(flowLatents(scaled, times), times));
  }

  /**
   * Returns the field F for a velocity that a flow network has predicted for {@link #flowLatents}
   * and {@link #flowTimes}.
   *
   * @param scaled (B, C, H, W), x / sigmaData
   * @param angles (B)
   * @param velocity (B, C, H, W)
   * @return (B, C, H, W), F / sigmaData
   */
  public static Tensor field(Tensor scaled, Tensor angles, Tensor velocity) {
    Tensor times = flowTimes(angles);
    Tensor skip = times.reshape(-1, 1, 1, 1).mul(-2).add(1); // 1 - 2t
    Tensor square = squaredNorm(times);
    Tensor latents = flowLatents(scaled, times);
    return latents.mul(skip).add(velocity.mul(square)).div(square.sqrt());
  }

  /**
   * Returns the latents of the flow at the same noise level.
   *
   * @param scaled (B, C, H, W), x / sigmaData
   * @param times (B), of the flow
   * @return (B, C, H, W)
   */
  public static Tensor flowLatents(Tensor scaled, Tensor times) {
    return scaled.mul(squaredNorm(times).sqrt());
  }

  /** t^2 + (1 - t)^2 as (B, 1, 1, 1). */
  private static Tensor squaredNorm(Tensor times) {
    Tensor t = times.reshape(-1, 1, 1, 1);
    return t.mul(-2).add(1).add(t.pow(2).mul(2));
  }

  /**
   * Decorates a flow network.
   *
   * @param flow a denoiser whose time runs from 0 to 1
   * @param sigmaData standard deviation of the data, 0.5 for the public models
   * @return a denoiser whose time is an angle
   */
  public static Denoiser of(Denoiser flow, double sigmaData) {
    return (latents, angle) -> {
      double t = flowTime(angle);
      double norm = Math.sqrt(t * t + (1 - t) * (1 - t));
      var scaled = latents.mul(norm / sigmaData);
      var velocity = flow.predict(scaled, t);
      return scaled.mul(1 - 2 * t).add(velocity.mul(1 - 2 * t + 2 * t * t)).mul(sigmaData / norm);
    };
  }
}
