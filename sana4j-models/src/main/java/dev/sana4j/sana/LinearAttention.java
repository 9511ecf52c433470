package dev.sana4j.sana;

import dev.sana4j.nn.KernelAttention;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.nn.RmsNorm;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/**
 * ReLU linear self-attention (arXiv 2410.10629, section 2.2) on (B, T, width): without a softmax, v
 * k^T is summed over the tokens once, so the cost is linear in their number.
 */
final class LinearAttention extends Layer<Tensor> {
  private static final double EPS = 1e-15;
  private static final double QK_NORM_EPS = 1e-5;
  private static final double FLOAT16_MAX = 65_504;

  private final int heads;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final @Nullable RmsNorm queryNorm;
  private final @Nullable RmsNorm keyNorm;
  private final Linear output;

  LinearAttention(Weights weights, SanaConfig config) {
    heads = config.heads();
    int width = config.width();
    boolean bias = config.attentionBias();
    query = own(Linear.load(weights.at("to_q"), width, width, bias));
    key = own(Linear.load(weights.at("to_k"), width, width, bias));
    value = own(Linear.load(weights.at("to_v"), width, width, bias));
    boolean norm = config.qkNorm();
    queryNorm = norm ? own(RmsNorm.load(weights.at("norm_q"), width, QK_NORM_EPS)) : null;
    keyNorm = norm ? own(RmsNorm.load(weights.at("norm_k"), width, QK_NORM_EPS)) : null;
    output = own(Linear.load(weights.at("to_out.0"), width, width));
  }

  @Override
  protected Tensor forward(Tensor tokens) {
    if (KernelAttention.takesTokensFirst(tokens)) {
      return output.apply(tokensFirst(tokens));
    }
    Tensor queries = Functional.relu(heads(normalized(query.apply(tokens), queryNorm)));
    Tensor keys = Functional.relu(heads(normalized(key.apply(tokens), keyNorm)));
    Tensor values = Functional.pad(heads(value.apply(tokens)), 1, 0, 0, 0, 1); // + a row of ones
    Tensor summed = values.matmul(keys.transpose(2, 3)).matmul(queries); // (B, heads, D + 1, T)
    long width = summed.size(2) - 1;
    Tensor attended = summed.narrow(2, 0, width).div(summed.narrow(2, width, 1).add(EPS));
    Tensor result = output.apply(attended.flatten(1, 2).transpose(1, 2).to(tokens.dtype()));
    return tokens.dtype() == DType.FLOAT16 ? result.clamp(-FLOAT16_MAX, FLOAT16_MAX) : result;
  }

  /**
   * The same with the tokens before the features, in the dtype of the network. The root mean square
   * of a query is in the numerator and in the denominator, so it is left out; only the weight of
   * the norm stays. In bfloat16 with its gradients it takes two thirds of the time (width 192); on
   * random numbers the results differ by 0.5 %.
   */
  private Tensor tokensFirst(Tensor tokens) {
    Tensor projected = query.apply(tokens);
    Tensor weighted = queryNorm == null ? projected : queryNorm.weighted(projected);
    Tensor queries = split(positive(weighted)); // (B, heads, T, D)
    Tensor keys = split(positive(normalized(key.apply(tokens), keyNorm)));
    Tensor values = split(value.apply(tokens));
    Tensor attended = KernelAttention.attend(queries, keys, values);
    return attended.transpose(1, 2).flatten(2, 3); // (B, T, width)
  }

  private static Tensor positive(Tensor features) {
    return Autograd.mayOverwrite(features) ? features.relu_() : Functional.relu(features);
  }

  private Tensor split(Tensor projected) {
    return projected.unflatten(2, heads, -1).transpose(1, 2); // (B, heads, T, D)
  }

  private static Tensor normalized(Tensor projected, @Nullable RmsNorm norm) {
    return norm == null ? projected : norm.apply(projected);
  }

  /** In float32 also around a float16 network: the sums over all tokens leave its range. */
  private Tensor heads(Tensor projected) {
    return projected.transpose(1, 2).unflatten(1, heads, -1).to(DType.FLOAT32); // (B, heads, D, T)
  }
}
