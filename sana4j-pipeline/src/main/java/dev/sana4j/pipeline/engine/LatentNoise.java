package dev.sana4j.pipeline.engine;

import dev.sana4j.diffusion.NoiseSource;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/** The noise of a batch of latents, drawn on the CPU from seeds. */
final class LatentNoise implements NoiseSource, AutoCloseable {
  private final List<Generator> generators = new ArrayList<>();
  private final List<Tensor> ahead = new ArrayList<>();
  private final long[] shape;
  private final Device device;

  /**
   * Creates one generator per seed; each draws an equal part of the batch.
   *
   * @param seeds one for the whole batch, or one per image
   * @param shape (B, C, H, W) of the batch
   * @param device device of the result
   * @param draws number of draws to expect; for a GPU they are copied before the first step,
   *     because a copy between two steps would wait for the first of them
   */
  LatentNoise(List<Long> seeds, long[] shape, Device device, int draws) {
    seeds.forEach(seed -> generators.add(new Generator(seed)));
    this.shape = shape.clone();
    this.shape[0] = shape[0] / seeds.size();
    this.device = device;
    for (int i = 0; i < draws && !device.isCpu(); i++) {
      ahead.add(TensorScope.tidy(this::draw).keep());
    }
  }

  /**
   * Returns the seeds of a request.
   *
   * @param request the request
   * @return one for the whole batch, or one per image
   */
  static List<Long> seeds(GenerationRequest request) {
    if (request.noise() == GenerationRequest.Noise.SHARED) {
      return List.of(request.seed());
    }
    List<Long> seeds = new ArrayList<>();
    for (int i = 0; i < request.images(); i++) {
      seeds.add(request.seed() + i);
    }
    return seeds;
  }

  @Override
  public Tensor next() {
    if (ahead.isEmpty()) {
      return draw();
    }
    try (Tensor first = ahead.remove(0)) {
      return first.alias();
    }
  }

  private Tensor draw() {
    List<Tensor> draws = generators.stream().map(generator -> generator.normal(shape)).toList();
    return Tensors.cat(draws, 0).to(device);
  }

  @Override
  public void close() {
    generators.forEach(Generator::close);
    ahead.forEach(Tensor::close);
  }
}
