package dev.sana4j.weights.pth;

import dev.sana4j.files.QuotedText;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.pth.PickleValue.View;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
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
public final class PthFile extends MappedViews {
  private final PthArchive archive;

  private PthFile(Path file, PthArchive archive, Map<String, View> views) {
    super(file, archive.fileSize(), views);
    this.archive = archive;
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
    contents.views().forEach((name, view) -> requireStorage(file, archive, name, view));
    return new PthFile(file, archive, contents.views());
  }

  private static void requireStorage(Path file, PthArchive archive, String name, View view) {
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
  }

  @Override
  long start(View view) {
    return Objects.requireNonNull(archive.entries().get(PthOutline.entryOf(view))).offset();
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
    Set<String> own = PthOutline.ownStorages(views());
    for (PthArchive.Entry entry : archive.entries().values()) {
      boolean isStorage = PthOutline.isStorage(entry.name());
      if (isStorage ? !own.contains(entry.name()) : entry.byteCount() > Unpickler.MAX_BYTES) {
        return null;
      }
      records.put(entry.name(), isStorage ? new byte[0] : archive.read(entry, Unpickler.MAX_BYTES));
    }
    return new PthOutline(file(), archive.root(), records);
  }
}
