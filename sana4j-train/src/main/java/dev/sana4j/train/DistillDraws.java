package dev.sana4j.train;

import dev.sana4j.diffusion.ConsistencySampler;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/**
 * What distillation draws for a batch beside pictures, captions and noise: for all workers alike,
 * each of which takes its share.
 *
 * @param angles (B), where the consistency loss is taken
 * @param guidance (B), scales
 * @param madeAngles (B), where pictures for the heads are made from: the same, or pure noise
 * @param judgedAngles (B), how much noise is added before the heads judge
 * @param madeNoise (B, C, h, w), what pictures for the heads are made from
 * @param judgedNoise (B, C, h, w), added to what the student made
 * @param realNoise (B, C, h, w), added to real latents
 */
record DistillDraws(
    Tensor angles,
    Tensor guidance,
    Tensor madeAngles,
    Tensor judgedAngles,
    Tensor madeNoise,
    Tensor judgedNoise,
    Tensor realNoise) {

  /** Which pictures of a batch are this worker's. */
  record Share(int all, long first, int count) {}

  /** Owned by the current scope. */
  static DistillDraws draw(
      DistillRecipe recipe, Generator generator, Share share, long[] shape, Device device) {
    List<Tensor> drawn =
        TensorScope.tidyAll(
            () -> {
              ConsistencyRecipe consistency = recipe.consistency();
              LatentAdversarialRecipe adversarial = recipe.adversarial();
              float[] angles =
                  angles(
                      generator.normal(share.all()),
                      consistency.noiseMean(),
                      consistency.noiseDeviation());
              float[] made = angles.clone();
              float[] pure = generator.uniform(share.all()).toFloats();
              float[] scales = generator.uniform(share.all()).toFloats();
              for (int i = 0; i < made.length; i++) {
                if (pure[i] < adversarial.largestTime()) {
                  made[i] = (float) ConsistencySampler.LARGEST_TIME;
                }
                int index = (int) (scales[i] * recipe.guidance().size());
                scales[i] = recipe.guidance().get(index).floatValue();
              }
              float[] judged =
                  angles(
                      generator.normal(share.all()),
                      adversarial.noiseMean(),
                      adversarial.noiseDeviation());
              return List.of(
                  mine(angles, share, device),
                  mine(scales, share, device),
                  mine(made, share, device),
                  mine(judged, share, device),
                  noise(generator, share, shape, device),
                  noise(generator, share, shape, device),
                  noise(generator, share, shape, device));
            });
    return new DistillDraws(
        drawn.get(0),
        drawn.get(1),
        drawn.get(2),
        drawn.get(3),
        drawn.get(4),
        drawn.get(5),
        drawn.get(6));
  }

  /** arctan(sigma / sigmaData) with a normal logarithm of sigma. */
  private static float[] angles(Tensor normal, double mean, double deviation) {
    float[] values = normal.toFloats();
    for (int i = 0; i < values.length; i++) {
      double sigma = Math.exp(mean + deviation * values[i]);
      values[i] = (float) Math.atan(sigma / DistillRecipe.SIGMA_DATA);
    }
    return values;
  }

  private static Tensor mine(float[] all, Share share, Device device) {
    return Tensors.of(all, all.length).narrow(0, share.first(), share.count()).copy().to(device);
  }

  private static Tensor noise(Generator generator, Share share, long[] shape, Device device) {
    long[] whole = shape.clone();
    whole[0] = share.all();
    Tensor drawn = generator.normal(whole).narrow(0, share.first(), share.count());
    return drawn.mul(DistillRecipe.SIGMA_DATA).to(device);
  }

  DistillDraws part(BatchParts.Range range) {
    return new DistillDraws(
        range.of(angles),
        range.of(guidance),
        range.of(madeAngles),
        range.of(judgedAngles),
        range.of(madeNoise),
        range.of(judgedNoise),
        range.of(realNoise));
  }
}
