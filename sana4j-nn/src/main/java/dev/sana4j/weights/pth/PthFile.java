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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a {@code .pth} file, as {@code torch.save} writes it since PyTorch 1.6, mapped
 * into memory.
 *
 * <p>The file is untrusted, and no code in it is run. Its pickle may contain tensors, dicts, lists,
 * tuples, numbers, texts, booleans and None; anything else is rejected with an error that names it.
 * Opening a file reads only its table of contents and the pickle. A tensor is a view of the mapping
 * if it is aligned in the file, and a copy otherwise. Tensors stay valid after the file is closed.
 *
 * <p>Format: {@code torch/serialization.py} and {@code caffe2/serialize/inline_container.h} of
 * PyTorch.
 */
public final class PthFile implements WeightSource, AutoCloseable {
  private final Path file;
  private final PthArchive archive;
  private final Map<String, View> views;
  private @Nullable Tensor mapping;

  private PthFile(Path file, PthArchive archive, Map<String, View> views) {
    this.file = file;
    this.archive = archive;
    this.views = views;
  }

  /**
   * Opens a file.
   *
   * @param file a {@code .pth} file
   * @return its tensors; the caller closes it
   * @throws CheckpointException if the file is missing or damaged, has the format before PyTorch
   *     1.6, or contains disallowed values
   */
  public static PthFile open(Path file) {
    PthArchive archive = PthArchive.read(file);
    PthContents contents = PthContents.read(file, archive.pickle(Unpickler.MAX_BYTES));
    PthFile opened = new PthFile(file, archive, contents.views());
    contents.views().forEach(opened::requireReadable);
    opened.mapping = TensorScope.tidy(() -> Tensors.mapFile(file, archive.fileSize())).keep();
    return opened;
  }

  private void requireReadable(String name, View view) {
    PthArchive.Entry entry = archive.entries().get(PthOutline.entryOf(view));
    long bytes = entry == null ? -1 : entry.byteCount();
    long element = view.storage().dtype().bytes();
    if (bytes % element != 0 || bytes / element != view.storage().count()) {
      throw new CheckpointException(
          "%s: expected a storage of %d elements for '%s', got %s"
              .formatted(
                  file,
                  view.storage().count(),
                  QuotedText.clip(name),
                  entry == null ? "none" : bytes + " bytes"));
    }
    requireDense(file, name, view);
  }

  /** Rejects strides that leave gaps or make elements overlap. */
  static void requireDense(Path file, String name, View view) {
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
  public List<TensorSpec> specs() {
    return views.entrySet().stream().map(entry -> spec(entry.getKey(), entry.getValue())).toList();
  }

  static TensorSpec spec(String name, View view) {
    return new TensorSpec(name, view.storage().dtype(), view.shape());
  }

  /**
   * Returns the size of the file, which is about the number of bytes that {@link #checkSums} reads.
   *
   * @return the size in bytes
   */
  public long fileSize() {
    return archive.fileSize();
  }

  /**
   * Reads the whole file once and verifies the checksums of its entries.
   *
   * @param progress receives the number of bytes read, after each piece
   * @throws CheckpointException if an entry is damaged
   */
  public void checkSums(LongConsumer progress) {
    archive.checkSums(progress);
  }

  /**
   * Returns the file without the elements of its tensors.
   *
   * @return the outline; null unless every tensor has a separate storage
   */
  public @Nullable PthOutline outline() {
    Map<String, byte[]> records = new LinkedHashMap<>();
    Set<String> own = PthOutline.ownStorages(views);
    for (PthArchive.Entry entry : archive.entries().values()) {
      boolean isStorage = PthOutline.isStorage(entry.name());
      if (isStorage ? !own.contains(entry.name()) : entry.byteCount() > Unpickler.MAX_BYTES) {
        return null;
      }
      records.put(entry.name(), isStorage ? new byte[0] : archive.read(entry, Unpickler.MAX_BYTES));
    }
    return new PthOutline(file, archive.root(), records);
  }

  @Override
  public boolean contains(String name) {
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
  public Tensor tensor(String name, long... shape) {
    View view = views.get(name);
    if (view == null) {
      throw new CheckpointException(file + ": tensor " + name + " does not exist");
    }
    return TensorScope.tidy(() -> tensor(view));
  }

  private Tensor tensor(View view) {
    PthArchive.Entry entry = archive.entries().get(PthOutline.entryOf(view));
    if (mapping == null || entry == null) {
      throw new IllegalStateException(file + " is closed");
    }
    return placed(mapping, entry.offset(), view);
  }

  /** Returns a tensor whose storage starts at a position of the mapped file. */
  static Tensor placed(Tensor mapping, long start, View view) {
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
  public Set<String> names() {
    return views.keySet();
  }

  @Override
  public String description() {
    return file.toString();
  }

  /** Releases the mapping. Tensors created from it stay valid. */
  @Override
  public void close() {
    if (mapping != null) {
      mapping.close();
      mapping = null;
    }
  }
}
