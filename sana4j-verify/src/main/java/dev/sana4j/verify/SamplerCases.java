package dev.sana4j.verify;

import dev.sana4j.diffusion.ConsistencySampler;
import dev.sana4j.diffusion.FlowDpmSolver;
import dev.sana4j.diffusion.FlowEuler;
import dev.sana4j.diffusion.NoiseSource;
import dev.sana4j.diffusion.Sampler;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.verify.Reference.Machine;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the samplers on the reference field: tanh(x) * 0.7 + 0.3 * cos(3x) + 0.1 * t. */
final class SamplerCases {
  private static final Pattern FLOW =
      Pattern.compile("flow_(dpmsolver|euler)_(\\d+)_shift([\\d.]+)");
  private static final Pattern CONSISTENCY = Pattern.compile("scm_(\\d+)");
  private static final Pattern FIRST_DRAW = Pattern.compile("(randn_seed(\\d+))_a");

  private SamplerCases() {}

  static void sampler(Path file, String name, Reference reference, Machine machine) {
    Matcher flow = FLOW.matcher(name);
    Matcher consistency = CONSISTENCY.matcher(name);
    if (flow.matches()) {
      int steps = Integer.parseInt(flow.group(2));
      double shift = Double.parseDouble(flow.group(3));
      flow(flow.group(1), steps, shift, reference, machine.bounds());
    } else if (consistency.matches()) {
      int seed = ConfigFile.read(file.resolveSibling("README.json")).integer("scm_noise_seed");
      consistency(Integer.parseInt(consistency.group(1)), seed, reference, machine.bounds());
    } else {
      throw new CheckpointException(file + " is not named like a sampler");
    }
  }

  private static void flow(
      String kind, int steps, double shift, Reference reference, Bounds bounds) {
    Sampler sampler;
    double[] sigmas;
    if (kind.equals("euler")) {
      FlowEuler euler = new FlowEuler(steps, shift);
      sigmas = euler.sigmas();
      sampler = euler;
    } else {
      FlowDpmSolver solver = new FlowDpmSolver(steps, shift);
      sigmas = solver.sigmas();
      sampler = solver;
    }
    reference.compare("sigmas", vector(sigmas), bounds.sampler());
    reference.compare("timesteps", vector(sampler.times()), bounds.sampler());
    run(sampler, 1.0 / 1000, () -> reference.stored("initial"), reference, bounds);
  }

  private static void consistency(int steps, int seed, Reference reference, Bounds bounds) {
    ConsistencySampler sampler = ConsistencySampler.ofSteps(steps, 0.5);
    double[] times = Arrays.copyOf(sampler.times(), steps + 1);
    reference.compare("timesteps", vector(times), bounds.sampler());
    try (Generator generator = new Generator(seed)) {
      long[] shape = reference.stored("initial").shape();
      run(sampler, 1, () -> generator.normal(shape), reference, bounds);
    }
  }

  private static void run(
      Sampler sampler, double timeUnit, NoiseSource noise, Reference reference, Bounds bounds) {
    Tensor initial = reference.stored("initial");
    Sampler.State state = new Sampler.State(initial, initial);
    double[] times = sampler.times();
    for (int i = 0; i < times.length; i++) {
      Tensor field = field(state.latents(), times[i] * timeUnit);
      state = sampler.step(i, state.latents(), field, i == 0 ? null : state.denoised(), noise);
      reference.compare("step_" + i, state.latents(), bounds.sampler());
      if (reference.has("denoised_" + i)) {
        reference.compare("denoised_" + i, state.denoised(), bounds.sampler());
      }
    }
  }

  private static Tensor field(Tensor latents, double time) {
    return latents.tanh().mul(0.7).add(latents.mul(3).cos().mul(0.3)).add(0.1 * time);
  }

  private static Tensor vector(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensors.of(floats, floats.length);
  }

  /**
   * Compares the random numbers of all seeds in the order of the reference: a corner of a large
   * tensor, then two small tensors.
   */
  static void random(Reference reference, Machine machine) {
    for (String name : reference.names()) {
      Matcher first = FIRST_DRAW.matcher(name);
      if (first.matches()) {
        draws(reference, first.group(1), Long.parseLong(first.group(2)), machine.bounds().exact());
      }
    }
  }

  private static void draws(Reference reference, String prefix, long seed, double bound) {
    try (Generator generator = new Generator(seed)) {
      Tensor corner = reference.stored(prefix + "_a");
      Tensor large = generator.normal(1, 32, 32, 32);
      reference.compare(
          prefix + "_a", large.narrow(1, 0, corner.size(1)).narrow(2, 0, corner.size(2)), bound);
      for (String draw : List.of(prefix + "_b", prefix + "_small")) {
        reference.compare(draw, generator.normal(reference.stored(draw).shape()), bound);
      }
    }
  }
}
