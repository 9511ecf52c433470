package dev.sana4j.tensor;

import java.util.Arrays;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.jspecify.annotations.Nullable;

/**
 * Stand-ins for operations that libtorch 2.10 cannot run with shapes only: its C++ library lacks
 * their kernels for the meta device, which exist in Python only. They return the right shape, dtype
 * and memory format, and pass gradients to all operands.
 */
final class MetaKernels {
  private MetaKernels() {}

  /** Stands in for {@link Functional#layerNorm}. */
  static Tensor layerNorm(Tensor input, double eps) {
    long[] normalized = {input.size(-1)};
    return input.unary(
        "layerNorm",
        t -> {
          try (DoubleOptional epsilon = new DoubleOptional(eps)) {
            return torch.rms_norm(t, normalized, NativeArguments.NO_TENSOR, epsilon);
          }
        });
  }

  /** Stands in for {@link Functional#relu}; its gradient keeps the result as well. */
  static Tensor relu(Tensor input) {
    return input.exp();
  }

  /** Stands in for {@link Tensor#clamp}; its gradient keeps the argument as well. */
  static Tensor clamp(Tensor input) {
    return input.sin();
  }

  /** Stands in for {@link TensorLayout#indexSelect}. */
  static Tensor indexSelect(Tensor input, int dimension, Tensor indices) {
    DryRun.requireOneDevice("indexSelect", input, indices);
    int at = dimension < 0 ? dimension + input.rank() : dimension;
    long[] shape = input.shape();
    shape[at] = indices.elements();
    return DryRun.kernel(() -> input.narrow(at, 0, 1).expand(shape).copy());
  }

  /** Stands in for {@link Functional#embedding}. */
  static Tensor embedding(Tensor table, Tensor indices) {
    long[] shape = Arrays.copyOf(indices.shape(), indices.rank() + 1);
    shape[shape.length - 1] = table.size(1);
    return DryRun.kernel(() -> indexSelect(table, 0, indices.reshape(-1)).reshape(shape));
  }

  /** Stands in for {@link Functional#batchNorm}. */
  static Tensor batchNorm(Tensor input, Functional.BatchStatistics kept) {
    DryRun.requireOneDevice("batchNorm", input, kept.weight(), kept.bias(), kept.mean());
    DryRun.requireOneDevice("batchNorm", input, kept.variance());
    return DryRun.kernel(
        () ->
            input
                .mul(kept.weight().reshape(-1, 1, 1))
                .add(kept.bias().reshape(-1, 1, 1))
                .to(input.dtype()));
  }

  /** Stands in for convolutions. */
  static Tensor convolve(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride, long[] padding, long groups) {
    DryRun.requireOneDevice("conv2d", input, weight, bias == null ? weight : bias);
    if (input.size(1) != weight.size(1) * groups || input.dtype() != weight.dtype()) {
      throw TensorException.translate(
          "conv2d", new RuntimeException("channels or dtypes do not match"), input, weight);
    }
    long height = (input.size(2) + 2 * padding[0] - weight.size(2)) / stride + 1;
    long width = (input.size(3) + 2 * padding[1] - weight.size(3)) / stride + 1;
    boolean last =
        input.handle().is_contiguous(MemoryFormat.ChannelsLast) && !input.handle().is_contiguous();
    return DryRun.kernel(
        () -> {
          Tensor cell = input.narrow(1, 0, 1).narrow(2, 0, 1).narrow(3, 0, 1).reshape(-1, 1, 1, 1);
          Tensor kernels = weight.flatten(1, 3).narrow(1, 0, 1).reshape(-1);
          Tensor pixels = cell.expand(-1, height, width, 1).mul(kernels); // (B, H, W, out)
          Tensor result = (bias == null ? pixels : pixels.add(bias)).permute(0, 3, 1, 2);
          return last ? result : result.contiguous();
        });
  }
}
