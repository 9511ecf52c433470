package dev.sana4j.dcae;

import dev.sana4j.nn.ChannelNorm;
import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.KernelAttention;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.nn.Sequential;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * EfficientViT's multi-scale ReLU attention (arXiv 2205.14756, section 3.1) on (B, C, H, W).
 *
 * <p>Queries, keys and values are used unchanged and, for each scale, aggregated by a depthwise and
 * a grouped convolution. The kernel trick makes the cost linear in the number of pixels. If there
 * are at most as many pixels as channels per head, the quadratic order of the products is cheaper.
 */
final class MultiScaleAttention extends Layer<Tensor> {
  private final int headWidth;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final List<Sequential> aggregations = new ArrayList<>();
  private final Linear output;
  private final ChannelNorm norm;

  MultiScaleAttention(Weights weights, int channels, int headWidth, List<Integer> scales) {
    this.headWidth = headWidth;
    int heads = channels / headWidth;
    int width = heads * headWidth;
    query = own(Linear.load(weights.at("to_q"), channels, width, false));
    key = own(Linear.load(weights.at("to_k"), channels, width, false));
    value = own(Linear.load(weights.at("to_v"), channels, width, false));
    for (int i = 0; i < scales.size(); i++) {
      Weights scale = weights.at("to_qkv_multiscale").at(i);
      aggregations.add(own(aggregation(scale, 3 * width, 3 * heads, scales.get(i))));
    }
    output = own(Linear.load(weights.at("to_out"), width * (1 + scales.size()), channels, false));
    norm = own(new ChannelNorm(weights.at("norm_out"), channels, 1e-5));
  }

  private static Sequential aggregation(Weights weights, int channels, int groups, int kernel) {
    Geometry depthwise = Geometry.depthwise(channels, kernel).withoutBias();
    Geometry grouped = Geometry.same(channels, channels, 1).withGroups(groups).withoutBias();
    return new Sequential(
        List.of(
            Conv2d.load(weights.at("proj_in"), depthwise),
            Conv2d.load(weights.at("proj_out"), grouped)));
  }

  @Override
  protected Tensor forward(Tensor input) {
    long height = input.size(2);
    long width = input.size(3);
    Tensor scales = project(input).permute(0, 2, 3, 1); // (B, H, W, scales * 3 * C)
    Tensor heads = // (B, pixels, heads, 3, headWidth)
        scales.flatten(1, 2).unflatten(2, -1, 3, headWidth);
    Tensor queries = Functional.relu(part(heads, 0));
    Tensor keys = Functional.relu(part(heads, 1));
    Tensor values = part(heads, 2);
    Tensor attended = // (B, pixels, scales * C)
        height * width > headWidth
            ? KernelAttention.attend(queries, keys, values, KernelAttention.isDirect(input))
            : quadratic(queries, keys, values);
    Tensor mixed = output.apply(attended.unflatten(1, height, width)); // (B, H, W, C)
    return norm.addTo(input, mixed.permute(0, 3, 1, 2));
  }

  /** Returns the queries, keys or values of the heads, (B, heads, pixels, headWidth). */
  private static Tensor part(Tensor heads, int index) {
    return heads.narrow(3, index, 1).flatten(3, 4).transpose(1, 2);
  }

  private Tensor project(Tensor input) {
    Tensor pixels = input.permute(0, 2, 3, 1); // (B, H, W, C)
    Tensor projected =
        Tensors.cat(List.of(query.apply(pixels), key.apply(pixels), value.apply(pixels)), 3)
            .permute(0, 3, 1, 2); // (B, 3 * C, H, W)
    List<Tensor> scales = new ArrayList<>(List.of(projected));
    aggregations.forEach(aggregation -> scales.add(aggregation.apply(projected)));
    return Tensors.cat(scales, 1);
  }

  /** Computes {@link KernelAttention#attend} with k^T q first, which is pixels x pixels scores. */
  static Tensor quadratic(Tensor queries, Tensor keys, Tensor values) {
    Tensor scores = keys.matmul(queries.transpose(2, 3)).to(DType.FLOAT32);
    Tensor weights = scores.div(scores.sum(2, true).add(KernelAttention.EPS));
    Tensor attended = // (B, heads, headWidth, pixels)
        values.transpose(2, 3).matmul(weights.to(values.dtype()));
    return attended.flatten(1, 2).transpose(1, 2);
  }
}
