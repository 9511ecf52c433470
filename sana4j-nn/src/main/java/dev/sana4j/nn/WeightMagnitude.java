package dev.sana4j.nn;

import dev.sana4j.nn.LowRankKey.Role;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The magnitudes of DoRA (arXiv 2402.09353, equation 5). With an update of W to V = W + s B A, the
 * layer's weight is m V / |V|. The norm is that of each row, or of each column if there is a
 * magnitude per input.
 */
final class WeightMagnitude {
  /** Rows of a weight are widened to float32 in pieces of this many elements. */
  private static final long PIECE_ELEMENTS = 1L << 22;

  private final Parameter value;
  private final Axis axis;
  private @Nullable AffineMap layer;
  private @Nullable Tensor factor;

  /** What a magnitude belongs to. */
  enum Axis {
    /** A magnitude for each output, as in peft. */
    OUTPUT,
    /** A magnitude for each input, as some tools define it. */
    INPUT
  }

  /**
   * Creates the magnitudes.
   *
   * @param value (out) or (in)
   * @param axis what they belong to
   */
  WeightMagnitude(Parameter value, Axis axis) {
    this.value = value;
    this.axis = axis;
  }

  /**
   * Returns what the magnitudes in a file belong to.
   *
   * @param role how the file names them: a vector with a number for each output, or a scale that is
   *     broadcast against the weight
   * @param shape the shape of the tensor
   * @param in number of inputs of the layer
   * @param out number of outputs of the layer
   * @return the axis; null if the shape fits neither
   */
  static @Nullable Axis axis(Role role, long[] shape, long in, long out) {
    List<Long> sizes = new ArrayList<>();
    for (long size : shape) {
      sizes.add(size);
    }
    if (role == Role.MAGNITUDE) {
      boolean perOutput = sizes.equals(List.of(out)) || sizes.equals(List.of(1L, out, 1L, 1L));
      return perOutput ? Axis.OUTPUT : null;
    }
    if (sizes.equals(List.of(out, 1L)) || sizes.equals(List.of(out, 1L, 1L, 1L))) {
      return Axis.OUTPUT;
    }
    return sizes.equals(List.of(1L, in)) || sizes.equals(List.of(1L, in, 1L, 1L))
        ? Axis.INPUT
        : null;
  }

  Parameter value() {
    return value;
  }

  Axis axis() {
    return axis;
  }

  /**
   * Computes the norms for a layer.
   *
   * @param map the layer
   * @param update returns some rows of the update s B A, given the first and the number of rows
   * @throws CheckpointException if a norm is 0, so that the weight is not defined
   */
  void bind(AffineMap map, Rows update) {
    release();
    Tensor factors =
        TensorScope.tidy(() -> Libtorch.noGrad(() -> value.value().div(norms(map, update)))).keep();
    if (!TensorScope.<Boolean>compute(() -> Functional.allFinite(factors))) {
      factors.close();
      throw new CheckpointException(
          value.name() + ": a row or column of the updated weight is 0, so it has no direction");
    }
    layer = map;
    factor = factors;
  }

  /** Frees what {@link #bind} computed. */
  void release() {
    if (factor != null) {
      factor.close();
      factor = null;
      layer = null;
    }
  }

  /** Rows of a matrix. */
  @FunctionalInterface
  interface Rows {
    /** Returns (count, in), float32, owned by the current scope. */
    Tensor of(long first, long count);
  }

  private Tensor norms(AffineMap map, Rows update) {
    Tensor weight = map.weight().value();
    long rows = weight.size(0);
    long step = Math.max(1, PIECE_ELEMENTS / Math.max(1, weight.size(1)));
    List<Tensor> pieces = new ArrayList<>();
    for (long first = 0; first < rows; first += step) {
      long from = first;
      long count = Math.min(step, rows - first);
      pieces.add(
          TensorScope.tidy(
              () -> {
                Tensor updated = updated(map, update, from, count);
                return axis == Axis.OUTPUT
                    ? Functional.length(updated).flatten(0, 1) // (count)
                    : updated.pow(2).sum(0, true); // (1, in)
              }));
    }
    Tensor joined = Tensors.cat(pieces, 0);
    return axis == Axis.OUTPUT ? joined : joined.sum(0, false).sqrt();
  }

  /** Returns rows of V = W + s B A. */
  private static Tensor updated(AffineMap map, Rows update, long first, long count) {
    return rows(map, first, count).add(update.of(first, count));
  }

  private static Tensor rows(AffineMap map, long first, long count) {
    return map.weight().rows(first, count).reshape(count, -1);
  }

  /**
   * Changes the output of the layer.
   *
   * @param input (..., in), the input of the layer
   * @param own (..., out), the output of the layer without adapters
   * @param output (..., out), the output of the layer and of adapters attached earlier
   * @param update computes s B A x
   * @return (..., out)
   */
  Tensor adapt(Tensor input, Tensor own, Tensor output, UnaryOperator<Tensor> update) {
    Tensor factors = factor;
    AffineMap map = layer;
    if (factors == null || map == null) {
      throw new IllegalStateException(value.name() + " is not attached to a layer");
    }
    Tensor scale = factors.to(input.dtype());
    Tensor surplus = factors.add(-1).to(input.dtype());
    if (axis == Axis.OUTPUT) {
      Parameter bias = map.bias();
      Tensor product = bias == null ? own : own.sub(bias.value()); // W x
      return output.add(product.mul(surplus)).add(update.apply(input).mul(scale));
    }
    Tensor weight = map.weight().operand();
    Tensor matrix = weight.reshape(weight.size(0), -1);
    return output
        .add(Functional.linear(input.mul(surplus), matrix, null))
        .add(update.apply(input.mul(scale)));
  }

  /** Returns the matrix that the update adds to the weight of the layer: (out, in), float32. */
  Tensor delta(AffineMap map, Rows update) {
    Tensor factors = factor;
    if (factors == null) {
      throw new IllegalStateException(value.name() + " is not attached to a layer");
    }
    long count = map.weight().value().size(0);
    Tensor updated = updated(map, update, 0, count);
    Tensor scaled = updated.mul(axis == Axis.OUTPUT ? factors.unsqueeze(1) : factors);
    return scaled.sub(rows(map, 0, count));
  }
}
