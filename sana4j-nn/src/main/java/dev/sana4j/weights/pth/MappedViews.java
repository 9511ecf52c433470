package dev.sana4j.weights.pth;

import dev.sana4j.files.QuotedText;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.pth.PickleValue.View;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tensors of a file that is mapped into memory. A tensor is a view of the mapping if it is aligned
 * in the file, and a copy otherwise. Tensors stay valid after the file is closed.
 */
abstract sealed class MappedViews implements WeightSource, AutoCloseable
    permits PthFile, OlderPthFile {
  private final Path file;
  private final Map<String, View> views;
  private @Nullable Tensor mapping;

  /**
   * Maps a file.
   *
   * @param file the file
   * @param bytes its size
   * @param views the tensors by name; the file contains their storages
   * @throws CheckpointException if the elements of a tensor are not contiguous
   */
  MappedViews(Path file, long bytes, Map<String, View> views) {
    views.forEach((name, view) -> requireDense(file, name, view));
    this.file = file;
    this.views = views;
    this.mapping = TensorScope.tidy(() -> Tensors.mapFile(file, bytes)).keep();
  }

  /** Returns the position of the first element of a view's storage in the file. */
  abstract long start(View view);

  final Path file() {
    return file;
  }

  final Map<String, View> views() {
    return views;
  }

  /** Rejects strides that leave gaps or make elements overlap. */
  private static void requireDense(Path file, String name, View view) {
    long expected = 1;
    List<Integer> fromLast = new ArrayList<>(memoryOrder(view));
    Collections.reverse(fromLast);
    for (int dimension : fromLast) {
      long size = view.shape().get(dimension);
      if (size > 1 && view.strides().get(dimension) != expected) {
        throw new CheckpointException(
            "%s: expected contiguous elements of '%s', got shape %s with strides %s"
                .formatted(file, QuotedText.clip(name), view.shape(), view.strides()));
      }
      expected *= Math.max(size, 1);
    }
  }

  /**
   * Returns the dimensions by descending stride; the order of dimensions of size 1 is irrelevant.
   */
  private static List<Integer> memoryOrder(View view) {
    return IntStream.range(0, view.shape().size())
        .boxed()
        .sorted(
            Comparator.comparingLong(
                dimension ->
                    view.shape().get(dimension) > 1
                        ? -view.strides().get(dimension)
                        : Long.MIN_VALUE))
        .toList();
  }

  /**
   * Describes the tensors.
   *
   * @return the tensors in the order of the file
   */
  public final List<TensorSpec> specs() {
    return views.entrySet().stream().map(entry -> spec(entry.getKey(), entry.getValue())).toList();
  }

  static TensorSpec spec(String name, View view) {
    return new TensorSpec(name, view.storage().dtype(), view.shape());
  }

  @Override
  public final boolean contains(String name) {
    return views.containsKey(name);
  }

  /**
   * Reads one tensor.
   *
   * @param name the name in the state dict
   * @param shape ignored; the result has the stored shape
   * @return a view of the file, or a copy if the tensor is not aligned in the file
   */
  @Override
  public final Tensor tensor(String name, long... shape) {
    View view = views.get(name);
    if (view == null) {
      throw new CheckpointException(file + ": tensor " + name + " does not exist");
    }
    Tensor mapped = mapping;
    if (mapped == null) {
      throw new IllegalStateException(file + " is closed");
    }
    return TensorScope.tidy(() -> placed(mapped, start(view), view));
  }

  private static Tensor placed(Tensor mapping, long start, View view) {
    long element = view.storage().dtype().bytes();
    long elements = view.shape().stream().reduce(1L, (a, b) -> a * b);
    long offset = start + view.offset() * element;
    Tensor bytes = mapping.narrow(0, offset, elements * element);
    Tensor aligned = offset % element == 0 ? bytes : bytes.copy();
    List<Integer> order = memoryOrder(view);
    long[] stored = order.stream().mapToLong(view.shape()::get).toArray();
    long[] places = IntStream.range(0, stored.length).mapToLong(order::indexOf).toArray();
    return aligned.reinterpret(view.storage().dtype()).reshape(stored).permute(places);
  }

  @Override
  public final Set<String> names() {
    return views.keySet();
  }

  @Override
  public final String description() {
    return file.toString();
  }

  /** Releases the mapping. Tensors created from it stay valid. */
  @Override
  public final void close() {
    if (mapping != null) {
      mapping.close();
      mapping = null;
    }
  }
}
