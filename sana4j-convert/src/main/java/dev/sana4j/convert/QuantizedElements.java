package dev.sana4j.convert;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Int8;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.QuantizedNames;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.TensorSpec;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tensors of a checkpoint, some of them rounded; only one rounded weight is in memory at a time.
 */
final class QuantizedElements implements SafetensorsWriter.Elements, AutoCloseable {
  private final Checkpoint checkpoint;
  private final LongConsumer listener;
  private long done;
  private @Nullable Rounded last;

  /** A weight that is being written. */
  private record Rounded(String name, Tensor values) {}

  /**
   * Reads from a file.
   *
   * @param checkpoint the file, which the caller closes
   * @param listener receives the number of bytes written so far
   */
  QuantizedElements(Checkpoint checkpoint, LongConsumer listener) {
    this.checkpoint = checkpoint;
    this.listener = listener;
  }

  @Override
  public Tensor piece(TensorSpec tensor, long start, long count) {
    done += count * tensor.dtype().bytes();
    listener.accept(done);
    return TensorScope.tidy(() -> whole(tensor).reshape(-1).narrow(0, start, count));
  }

  private Tensor whole(TensorSpec tensor) {
    if (tensor.dtype() == DType.INT8) {
      return values(tensor.name());
    }
    return checkpoint.contains(tensor.name())
        ? checkpoint.tensor(tensor.name())
        : scales(tensor.name());
  }

  private Tensor scales(String name) {
    String weight = name.substring(0, name.length() - QuantizedNames.SCALE.length());
    return TensorScope.tidy(() -> Int8.round(checkpoint.tensor(weight)).scales());
  }

  private Tensor values(String name) {
    Rounded known = last;
    if (known != null && known.name().equals(name)) {
      return known.values();
    }
    close();
    List<Tensor> made =
        TensorScope.tidyAll(() -> List.of(Int8.round(checkpoint.tensor(name)).values()));
    last = new Rounded(name, made.get(0).keep());
    return made.get(0);
  }

  @Override
  public void close() {
    Rounded known = last;
    if (known != null) {
      known.values().close();
      last = null;
    }
  }
}
