package dev.sana4j.measure;

import dev.sana4j.tensor.Tensor;

/**
 * Scores images before they are decoded, so that those of low scores need not be. sana4j contains
 * no such judge.
 */
@FunctionalInterface
public interface LatentJudge {
  /**
   * Scores the latents of one image.
   *
   * @param prompt the prompt
   * @param latents (1, C, h, w), denoised; they stay with their owner
   * @return a finite number, higher is better
   */
  double score(String prompt, Tensor latents);
}
