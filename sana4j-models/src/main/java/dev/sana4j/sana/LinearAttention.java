package dev.sana4j.sana;

import dev.sana4j.nn.Activation;
import dev.sana4j.nn.KernelAttention;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.nn.RmsNorm;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/**
 * ReLU linear self-attention (arXiv 2410.10629, section 2.2) on (B, T, width). Without a softmax, v
 * k^T is summed over the tokens once, so the cost is linear in their number.
 */
final class LinearAttention extends Layer<Tensor> {
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
    boolean direct = KernelAttention.isDirect(tokens);
    Tensor queries =
        direct ? weighted(query.apply(tokens)) : normalized(query.apply(tokens), queryNorm);
    Tensor keys = normalized(key.apply(tokens), keyNorm);
    Tensor attended = // (B, T, width)
        KernelAttention.attend(
            Activation.relu(heads(queries)),
            Activation.relu(heads(keys)),
            heads(value.apply(tokens)),
            direct);
    Tensor result = output.apply(attended);
    return tokens.dtype() == DType.FLOAT16 ? result.clamp(-FLOAT16_MAX, FLOAT16_MAX) : result;
  }

  private Tensor heads(Tensor projected) {
    return projected.unflatten(2, heads, -1).transpose(1, 2); // (B, heads, T, D)
  }

  private static Tensor normalized(Tensor projected, @Nullable RmsNorm norm) {
    return norm == null ? projected : norm.apply(projected);
  }

  /**
   * Computes {@link #normalized} for queries without dividing by the root mean square. The division
   * occurs in the numerator and the denominator of the attention, so it cancels; only the norm's
   * weight stays. In bfloat16 the results differ by 0.5 % on random numbers.
   */
  private Tensor weighted(Tensor projected) {
    return queryNorm == null ? projected : queryNorm.weighted(projected);
  }
}
