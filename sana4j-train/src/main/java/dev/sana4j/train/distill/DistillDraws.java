package dev.sana4j.train.distill;

import dev.sana4j.diffusion.ConsistencySampler;
import dev.sana4j.objective.SprintStep;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.train.loop.BatchParts;

/**
 * Draws for a batch of distillation, besides images, captions and noise: All workers make the same
  * draws, and each uses its share.
 */
final class DistillDraws {
  private DistillDraws() {}

  /** Which images of a batch are this worker's. */
  record Share(int all, long first, int count) {}

  /** Owned by the current scope. */
  static SprintStep.Draws draw(
      DistillRecipe recipe, Generator generator, Share share, long[] shape, Device device) {
    return TensorScope.tidy(
        () -> {
          ConsistencyRecipe consistency = recipe.consistency();
          LatentAdversarialRecipe adversarial = recipe.adversarial();
          float[] angles =
              angles(
                  generator.normal(share.all()),
                  consistency.noiseMean(),
                  consistency.noiseDeviation());
          float[] fake = angles.clone();
          float[] pure = generator.uniform(share.all()).toFloats();
          float[] scales = generator.uniform(share.all()).toFloats();
          for (int i = 0; i < fake.length; i++) {
            if (pure[i] < adversarial.largestTime()) {
              fake[i] = (float) ConsistencySampler.LARGEST_TIME;
            }
            int index = (int) (scales[i] * recipe.guidance().size());
            scales[i] = recipe.guidance().get(index).floatValue();
          }
          float[] discriminator =
              angles(
                  generator.normal(share.all()),
                  adversarial.noiseMean(),
                  adversarial.noiseDeviation());
          return new SprintStep.Draws(
              mine(angles, share, device),
              mine(scales, share, device),
              mine(fake, share, device),
              mine(discriminator, share, device),
              noise(generator, share, shape, device),
              noise(generator, share, shape, device),
              noise(generator, share, shape, device));
        });
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

  static SprintStep.Draws part(SprintStep.Draws draws, BatchParts.Range range) {
    return new SprintStep.Draws(
        range.of(draws.angles()),
        range.of(draws.guidance()),
        range.of(draws.fakeAngles()),
        range.of(draws.discriminatorAngles()),
        range.of(draws.fakeNoise()),
        range.of(draws.discriminatorNoise()),
        range.of(draws.realNoise()));
  }
}
