package dev.sana4j.diffusion;

import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Small latents and the samplers to try on them. */
final class Vectors {
  static final long[] SHAPE = {2, 3, 2, 2};

  /** For samplers that need no noise. */
  static final NoiseSource NO_NOISE =
      () -> {
        throw new AssertionError("this sampler needs no noise");
      };

  /** Never cancels. */
  static final StepListener PATIENT = step -> true;

  private Vectors() {}

  static Tensor random(long seed) {
    try (Generator generator = new Generator(seed)) {
      return generator.normal(SHAPE);
    }
  }

  /** One sampler of each kind. */
  static List<Sampler> ofEachKind(int steps) {
    return List.of(
        new FlowEuler(steps, 3),
        new FlowDpmSolver(steps, 3),
        new FlowDpmSolver(steps, 3, 1),
        ConsistencySampler.ofSteps(steps, 0.5));
  }

  static Stream<Sampler> flows(int steps, double shift) {
    return Stream.of(
        new FlowEuler(steps, shift),
        new FlowDpmSolver(steps, shift),
        new FlowDpmSolver(steps, shift, 1));
  }

  static double[] sigmas(Sampler sampler) {
    if (sampler instanceof FlowEuler euler) {
      return euler.sigmas();
    }
    if (sampler instanceof FlowDpmSolver solver) {
      return solver.sigmas();
    }
    throw new IllegalArgumentException("no flow sampler");
  }
}
