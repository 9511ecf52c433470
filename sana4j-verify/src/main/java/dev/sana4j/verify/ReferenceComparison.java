package dev.sana4j.verify;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.Arrays;

/** Distances between an output and its reference. */
final class ReferenceComparison {
  private ReferenceComparison() {}

  /** Returns the relative error in the Euclidean norm, in float64. */
  static double relativeError(Tensor ours, Tensor reference) {
    if (!Arrays.equals(ours.shape(), reference.shape())) {
      return Double.POSITIVE_INFINITY;
    }
    return TensorScope.<Double>compute(
        () -> {
          Tensor exact = reference.to(Device.CPU).to(DType.FLOAT64);
          Tensor difference = ours.to(Device.CPU).to(DType.FLOAT64).sub(exact);
          double distance = norm(difference);
          if (distance == 0) {
            return 0.0;
          }
          double ratio = distance / norm(exact);
          return Double.isNaN(ratio) ? Double.POSITIVE_INFINITY : ratio;
        });
  }

  private static double norm(Tensor tensor) {
    return Math.sqrt(tensor.pow(2).sum().item());
  }

  /** Returns the fraction of 8-bit values that are off by more than 1, for images in 0..1. */
  static double shareOffByMoreThanOne(Tensor ours, Tensor reference) {
    if (!Arrays.equals(ours.shape(), reference.shape())) {
      return Double.POSITIVE_INFINITY;
    }
    float[] left = TensorScope.compute(() -> ours.mul(255).round().toFloats());
    float[] right = TensorScope.compute(() -> reference.mul(255).round().toFloats());
    int off = 0;
    for (int i = 0; i < left.length; i++) {
      if (!(Math.abs(left[i] - right[i]) <= 1)) {
        off++;
      }
    }
    return (double) off / left.length;
  }
}
