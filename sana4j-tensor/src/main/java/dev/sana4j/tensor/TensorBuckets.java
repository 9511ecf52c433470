package dev.sana4j.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Scalar;

/** Concatenates many tensors so that they are sent in few large messages. */
final class TensorBuckets {
  private static final long BYTES = 16L << 20;

  private TensorBuckets() {}

  /**
   * Groups neighbouring tensors of one dtype and device into buckets of up to some megabytes. A
   * larger tensor gets its own bucket. Empty tensors are omitted.
   */
  static List<List<Tensor>> of(List<Tensor> tensors) {
    List<List<Tensor>> buckets = new ArrayList<>();
    long filled = 0;
    for (Tensor tensor : tensors) {
      long bytes = tensor.elements() * tensor.dtype().bytes();
      if (bytes == 0) {
        continue;
      }
      if (buckets.isEmpty() || filled + bytes > BYTES || !alike(last(buckets), tensor)) {
        buckets.add(new ArrayList<>());
        filled = 0;
      }
      last(buckets).add(tensor);
      filled += bytes;
    }
    return buckets;
  }

  private static List<Tensor> last(List<List<Tensor>> buckets) {
    return buckets.get(buckets.size() - 1);
  }

  private static boolean alike(List<Tensor> bucket, Tensor tensor) {
    Tensor first = bucket.get(0);
    return first.dtype() == tensor.dtype() && first.device().equals(tensor.device());
  }

  /** Runs a body on the concatenated elements of a bucket and writes them back. */
  static void apply(List<Tensor> bucket, Consumer<Tensor> body) {
    Libtorch.noGrad(
        () ->
            TensorScope.compute(
                () -> {
                  Tensor flat =
                      Tensors.cat(bucket.stream().map(tensor -> tensor.reshape(-1)).toList(), 0);
                  body.accept(flat);
                  writeBack(flat, bucket);
                  return null;
                }));
  }

  private static void writeBack(Tensor flat, List<Tensor> bucket) {
    long start = 0;
    for (Tensor tensor : bucket) {
      Tensor part = flat.narrow(0, start, tensor.elements()).reshape(tensor.shape());
      tensor.handle().copy_(part.handle()); // returns the same object
      start += tensor.elements();
    }
  }

  /** Divides every element, in place. */
  static void divide(Tensor flat, int divisor) {
    try (Scalar scalar = new Scalar(divisor)) {
      flat.handle().div_(scalar); // returns the same object
    }
  }
}
