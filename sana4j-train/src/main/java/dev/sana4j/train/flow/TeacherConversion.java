package dev.sana4j.train.flow;

import dev.sana4j.nn.Adapter;
import dev.sana4j.nn.AffineMap;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.train.flow.ConversionRecipe.Initial;
import dev.sana4j.train.optim.SavedTensors;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Converts a base model to a teacher: the same weights, a time embedding for times of 0..1, and
 * norms of queries and keys, so that the function changes as little as possible.
 *
 * <p>Existing parts of the base model are kept. The time embedding is fitted ({@link
 * DenseTimeFit}). A norm divides every query by its root mean square r and multiplies channel c by
 * g_c; of all such norms the one that changes queries least has g_c = E[q_c n_c] / E[n_c^2] with n
 * = q / r, measured on noisy latents of the data. In the self-attention the scale of a query
 * cancels anyway.
 */
final class TeacherConversion {
  private static final String TIME = "time_embed.emb.timestep_embedder.";
  private static final double EPS = 1e-12;

  private TeacherConversion() {}

  /** Returns whether a parameter is new in the teacher. */
  static boolean isNew(String name) {
    return name.startsWith(TIME) || name.contains(".norm_q.") || name.contains(".norm_k.");
  }

  /** Builds the teacher; {@code onData} runs the base model on images of the data set. */
  static SanaTransformer convert(
      SanaTransformer base, Initial initial, Runnable onData, long seed, DType dtype) {
    SanaConfig config = base.config().teacher();
    Map<String, Tensor> values = new LinkedHashMap<>();
    try (RandomWeights random = new RandomWeights(seed)) {
      for (Parameter parameter : base.parameters()) {
        values.put(parameter.name(), parameter.value());
      }
      return TensorScope.<SanaTransformer>compute(
          () -> {
            boolean sparse = base.config().timestepScale() != config.timestepScale();
            if (initial == Initial.RANDOM) {
              values.keySet().removeIf(name -> sparse && name.startsWith(TIME));
            } else if (sparse) {
              values.putAll(fittedTime(values));
            }
            if (initial == Initial.FITTED && !base.config().qkNorm()) {
              values.putAll(measuredNorms(base, onData));
            }
            return Weights.load(
                new Converted(values, random),
                dtype,
                base.parameters().get(0).value().device(),
                weights -> new SanaTransformer(weights, config));
          });
    }
  }

  private static Map<String, Tensor> fittedTime(Map<String, Tensor> values) {
    DenseTimeFit.Embedding fitted =
        DenseTimeFit.fit(
            new DenseTimeFit.Embedding(
                onHost(values, "linear_1.weight"),
                onHost(values, "linear_1.bias"),
                onHost(values, "linear_2.weight"),
                onHost(values, "linear_2.bias")));
    return Map.of(
        TIME + "linear_1.weight", fitted.firstWeight(),
        TIME + "linear_1.bias", fitted.firstBias(),
        TIME + "linear_2.weight", fitted.secondWeight(),
        TIME + "linear_2.bias", fitted.secondBias());
  }

  private static Tensor onHost(Map<String, Tensor> values, String name) {
    return SavedTensors.require(values, TIME + name).to(Device.CPU).to(DType.FLOAT32);
  }

  /** Sums over all queries or keys that a layer returns, while it is open. */
  private static final class NormFit implements Adapter, AutoCloseable {
    private final AffineMap layer;
    private Tensor product = Tensors.full(0, DType.FLOAT32, Device.CPU).keep();
    private Tensor square = Tensors.full(0, DType.FLOAT32, Device.CPU).keep();

    NormFit(AffineMap layer) {
      this.layer = layer;
      layer.attach(this);
    }

    @Override
    public Tensor adapt(Tensor input, Tensor output) {
      TensorScope.run(
          () -> {
            Tensor rows = output.to(Device.CPU).to(DType.FLOAT32).flatten(0, 1); // (B * L, width)
            Tensor normalized = rows.mul(rows.pow(2).mean(1, true).add(EPS).rsqrt());
            product = replaced(product, product.add(rows.mul(normalized).sum(0, false)));
            square = replaced(square, square.add(normalized.pow(2).sum(0, false)));
          });
      return output;
    }

    private static Tensor replaced(Tensor before, Tensor after) {
      before.close();
      return after.keep();
    }

    Tensor scale() {
      return product.div(square.add(EPS));
    }

    @Override
    public void close() {
      layer.detach(this);
      product.close();
      square.close();
    }
  }

  private static Map<String, Tensor> measuredNorms(SanaTransformer base, Runnable onData) {
    Map<String, NormFit> fits = new LinkedHashMap<>();
    try {
      base.affineMaps()
          .forEach(
              (path, layer) -> {
                if (path.endsWith(".to_q") || path.endsWith(".to_k")) {
                  fits.put(path.replace(".to_", ".norm_") + ".weight", new NormFit(layer));
                }
              });
      onData.run();
      Map<String, Tensor> scales = new LinkedHashMap<>();
      fits.forEach((norm, fit) -> scales.put(norm, fit.scale()));
      return scales;
    } finally {
      fits.values().forEach(NormFit::close);
    }
  }

  /** Known values, and random ones for the other parameters. */
  private record Converted(Map<String, Tensor> values, RandomWeights random)
      implements WeightSource {
    @Override
    public boolean contains(String name) {
      return true;
    }

    @Override
    public Tensor tensor(String name, long... shape) {
      Tensor known = values.get(name);
      return known == null ? random.tensor(name, shape) : known.copy();
    }

    @Override
    public Set<String> names() {
      return values.keySet();
    }

    @Override
    public String description() {
      return "the base model";
    }
  }
}
