package dev.sana4j.bench;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.sana.Grid;
import dev.sana4j.sana.SanaBlock;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Int8Linear;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.ParallelParts;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A forward pass, or a forward and backward pass, with random parameters and inputs in memory, that
 * can be run repeatedly.
 *
 * <p>Not thread-safe; closed by its creator.
 */
public final class Workload implements AutoCloseable {
  private static final long SEED = 1;
  private static final int CONVOLUTION_COLUMNS = 32;

  private final long flops;
  private final Supplier<Tensor> pass;
  private final List<Tensor> inputs;
  private final Runnable freeNetwork;
  private final boolean recorded;

  private Workload(long flops, Supplier<Tensor> pass, List<Tensor> inputs, Runnable freeNetwork) {
    this(flops, pass, inputs, freeNetwork, false);
  }

  private Workload(
      long flops,
      Supplier<Tensor> pass,
      List<Tensor> inputs,
      Runnable freeNetwork,
      boolean recorded) {
    this.flops = flops;
    this.pass = pass;
    this.inputs = inputs;
    this.freeNetwork = freeNetwork;
    this.recorded = recorded;
  }

  /**
   * Returns a product of two square matrices as a linear layer.
   *
   * @param side rows and columns of both
   * @param dtype of both
   * @return a workload
   */
  static Workload matrixProduct(int side, DType dtype) {
    List<Tensor> inputs = normal(dtype, new long[] {side, side}, new long[] {side, side});
    return new Workload(
        Flops.product(side, side, side),
        () -> Functional.linear(inputs.get(0), inputs.get(1), null),
        inputs,
        () -> {});
  }

  /**
   * Returns a product of 8-bit integers; the matrices are rounded in advance.
   *
   * @param side rows and columns of both
   * @return a workload
   */
  static Workload int8Product(int side) {
    List<Tensor> inputs = normal(DType.BFLOAT16, new long[] {side, side}, new long[] {side, side});
    Int8Linear map = Int8Linear.of(inputs.get(1), null);
    Int8Linear.Rows rows = Int8Linear.round(inputs.get(0));
    return new Workload(
        Flops.product(side, side, side),
        () -> map.apply(rows),
        List.of(inputs.get(0), inputs.get(1), rows.values(), rows.steps()),
        map::close);
  }

  /**
   * Returns the same product as a 1x1 convolution, for which the library may use another kernel.
   *
   * @param side rows and columns of both matrices, a multiple of {@value #CONVOLUTION_COLUMNS}
   * @param dtype of both
   * @return a workload
   */
  static Workload pointwiseConvolution(int side, DType dtype) {
    long columns = CONVOLUTION_COLUMNS;
    List<Tensor> inputs =
        normal(dtype, new long[] {1, side / columns, columns, side}, new long[] {side, side, 1, 1});
    return new Workload(
        Flops.product(side, side, side),
        () -> Functional.conv2d(inputs.get(0).permute(0, 3, 1, 2), inputs.get(1), null, 1, 0, 1),
        inputs,
        () -> {});
  }

  /**
   * Returns one block of the diffusion transformer on a square grid of tokens.
   *
   * @param config sizes of the block
   * @param side rows and columns of the grid
   * @param textTokens tokens of the text, none of them padding
   * @param dtype of parameters and inputs
   * @return a workload
   */
  static Workload sanaBlock(SanaConfig config, int side, int textTokens, DType dtype) {
    SanaBlock block = network(dtype, weights -> new SanaBlock(weights, config));
    long width = config.width();
    int tokens = side * side;
    List<Tensor> inputs =
        normal(
            dtype,
            new long[] {1, tokens, width},
            new long[] {1, textTokens, width},
            new long[] {1, 1, 1, textTokens},
            new long[] {1, 6, width});
    SanaBlock.Condition condition =
        new SanaBlock.Condition(inputs.get(1), inputs.get(2), inputs.get(3), new Grid(side, side));
    SanaBlock.Input input = new SanaBlock.Input(inputs.get(0), condition);
    return new Workload(
        Flops.sanaBlock(config, tokens, textTokens),
        () -> block.apply(input),
        inputs,
        block::close);
  }

  /**
   * Returns a forward and a backward pass of the diffusion transformer with the gradients of all
   * parameters. Like in a training, the batch is split into one part per thread.
   *
   * @param config sizes of the network
   * @param batch images
   * @param textTokens tokens of each text, none of them padding
   * @param dtype of parameters and inputs
   * @return a workload; only the operations of the blocks are counted, three times
   */
  static Workload trainingStep(SanaConfig config, int batch, int textTokens, DType dtype) {
    SanaTransformer network = network(dtype, weights -> new SanaTransformer(weights, config));
    List<Tensor> leaves = network.parameters().stream().map(Parameter::value).toList();
    leaves.forEach(leaf -> Autograd.record(leaf, true));
    int side = config.sampleSize();
    int lanes = Math.min(batch, Libtorch.threads());
    List<Part> parts =
        IntStream.range(0, lanes)
            .map(i -> batch * (i + 1) / lanes - batch * i / lanes)
            .mapToObj(size -> Part.of(config, size, textTokens, dtype))
            .toList();
    List<Supplier<List<Tensor>>> bodies = new ArrayList<>();
    parts.forEach(part -> bodies.add(() -> part.gradients(network, leaves)));
    long block = Flops.sanaBlock(config, (long) side * side, textTokens);
    return new Workload(
        3L * batch * config.layers() * block,
        () -> ParallelParts.run(bodies).get(0).get(0),
        parts.stream().flatMap(part -> part.tensors().stream()).toList(),
        network::close,
        true);
  }

  /** A part of a training batch. */
  private record Part(SanaInput input, Tensor velocity) {
    static Part of(SanaConfig config, int batch, int textTokens, DType dtype) {
      long[] latents = {batch, config.inChannels(), config.sampleSize(), config.sampleSize()};
      long[] text = {batch, textTokens, config.captionChannels()};
      List<Tensor> made = normal(dtype, latents, text, new long[] {batch}, latents);
      Tensor mask = Tensors.full(1, dtype, Device.CPU, batch, textTokens);
      return new Part(
          new SanaInput(made.get(0), made.get(1), mask, made.get(2), null, null), made.get(3));
    }

    List<Tensor> gradients(SanaTransformer network, List<Tensor> leaves) {
      Tensor loss = network.apply(input).sub(velocity).pow(2).mean();
      return Autograd.gradients(loss, leaves);
    }

    List<Tensor> tensors() {
      return List.of(input.latents(), input.text(), input.textMask(), input.times(), velocity);
    }
  }

  /**
   * Returns the decoder of an autoencoder on a square latent.
   *
   * @param config sizes of the autoencoder
   * @param side rows and columns of the latent
   * @param dtype of parameters and inputs
   * @return a workload
   */
  static Workload decode(AutoencoderConfig config, int side, DType dtype) {
    Autoencoder autoencoder = network(dtype, weights -> new Autoencoder(weights, config));
    autoencoder.prepare();
    List<Tensor> inputs = normal(dtype, new long[] {1, config.latentChannels(), side, side});
    return new Workload(
        Flops.decode(config, (long) side * side),
        () -> autoencoder.decode(inputs.get(0)),
        inputs,
        autoencoder::close);
  }

  /**
   * Returns a Gemma-2 on one prompt without padding.
   *
   * @param config sizes of the text encoder
   * @param tokens length of the prompt
   * @param dtype of the parameters
   * @return a workload
   */
  static Workload gemma(GemmaConfig config, int tokens, DType dtype) {
    GemmaEncoder encoder = network(dtype, weights -> new GemmaEncoder(weights, config));
    int[] ids = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      ids[i] = i % config.vocabulary();
    }
    List<Tensor> inputs =
        List.of(Tensors.of(ids, 1, tokens), Tensors.full(1, DType.INT64, Device.CPU, 1L, tokens));
    GemmaEncoder.Input input = new GemmaEncoder.Input(inputs.get(0), inputs.get(1));
    return new Workload(
        Flops.gemmaBlocks(config, tokens), () -> encoder.apply(input), inputs, encoder::close);
  }

  private static <T> T network(DType dtype, Function<Weights, T> network) {
    try (RandomWeights random = new RandomWeights(SEED)) {
      return Weights.load(new StoredWeights(random, dtype), dtype, Device.CPU, network);
    }
  }

  private static List<Tensor> normal(DType dtype, long[]... shapes) {
    try (Generator generator = new Generator(SEED)) {
      return TensorScope.tidyAll(
          () -> Arrays.stream(shapes).map(shape -> generator.normal(shape).to(dtype)).toList());
    }
  }

  /**
   * Returns the operations of one run, counted by {@link Flops}.
   *
   * @return a count
   */
  long flops() {
    return flops;
  }

  /**
   * Runs once and frees the result.
   *
   * @return the number of elements of the result, for benchmarks that must consume a value
   */
  public long run() {
    return recorded ? elements() : Libtorch.noGrad(this::elements);
  }

  private long elements() {
    return TensorScope.<Long>compute(() -> pass.get().elements());
  }

  @Override
  public void close() {
    inputs.forEach(Tensor::close);
    freeNetwork.run();
  }
}
