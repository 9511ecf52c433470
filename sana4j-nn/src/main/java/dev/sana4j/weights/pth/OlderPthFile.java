package dev.sana4j.weights.pth;

import dev.sana4j.files.StrictJson;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.pth.PickleValue.Dict;
import dev.sana4j.weights.pth.PickleValue.Flag;
import dev.sana4j.weights.pth.PickleValue.Items;
import dev.sana4j.weights.pth.PickleValue.OtherNumber;
import dev.sana4j.weights.pth.PickleValue.Storage;
import dev.sana4j.weights.pth.PickleValue.Text;
import dev.sana4j.weights.pth.PickleValue.View;
import dev.sana4j.weights.pth.PickleValue.Whole;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The tensors of a {@code .pth} file in the format before PyTorch 1.6: five pickles, then the
 * storages. The file is untrusted, and no code in it is run; the rules are those of {@link
 * PthFile}.
 *
 * <p>Format: {@code _legacy_save} in {@code torch/serialization.py} of PyTorch.
 */
public final class OlderPthFile extends MappedViews {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long PROTOCOL = 1001;

  private final Map<String, Long> starts;

  private OlderPthFile(Path file, long size, Map<String, View> views, Map<String, Long> starts) {
    super(file, size, views);
    this.starts = starts;
  }

  /**
   * Returns whether a file starts like one of this format.
   *
   * @param file any file
   * @return false also if it cannot be read
   */
  public static boolean isOne(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(4);
      return start.length == 4 && (start[0] & 0xFF) == 0x80 && (start[2] & 0xFF) == 0x8A;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Opens a file.
   *
   * @param file a {@code .pth} file
   * @return its tensors; the caller closes it
   * @throws CheckpointException if the file is missing or damaged, or contains disallowed values
   */
  public static OlderPthFile open(Path file) {
    long size = CheckpointException.reading(() -> StrictJson.fileSize(file));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer start = ByteBuffer.allocate((int) Math.min(size, Unpickler.MAX_BYTES));
      int read;
      do {
        read = channel.read(start);
      } while (read >= 0 && start.hasRemaining());
      PickleInput in = new PickleInput(file, start.array());
      requireHeader(in);
      Map<String, View> views = PthContents.of(file, Unpickler.next(in)).views();
      Items keys = keys(in);
      Map<String, Long> starts = starts(new Storages(file, channel, size), keys, in, views);
      return new OlderPthFile(file, size, views, starts);
    } catch (IOException e) {
      throw new CheckpointException(file + ": " + StrictJson.reason(e), e);
    }
  }

  private static void requireHeader(PickleInput in) {
    boolean magic =
        Unpickler.next(in) instanceof OtherNumber number && number.value().equals(MAGIC);
    if (!magic || !(Unpickler.next(in) instanceof Whole version && version.value() == PROTOCOL)) {
      throw in.refusal("expected the header of torch.save, got something else");
    }
    if (!(Unpickler.next(in) instanceof Dict system && system.get("little_endian") == Flag.TRUE)) {
      throw in.refusal("expected little-endian numbers, got others");
    }
  }

  private static Items keys(PickleInput in) {
    if (Unpickler.next(in) instanceof Items keys) {
      return keys;
    }
    throw in.refusal("expected a list of storages, got something else");
  }

  /** The part of the file after the pickles. */
  private record Storages(Path file, FileChannel channel, long size) {
    /** Returns the number before the elements of a storage. */
    long count(long at) throws IOException {
      ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      while (count.hasRemaining()) {
        if (channel.read(count, at + count.position()) < 0) {
          throw cut();
        }
      }
      return count.getLong(0);
    }

    CheckpointException cut() {
      return new CheckpointException(file + ": the file is cut short; is the download complete?");
    }
  }

  /** Returns the position of the first element of each storage. */
  private static Map<String, Long> starts(
      Storages storages, Items keys, PickleInput in, Map<String, View> views) throws IOException {
    Map<String, Storage> known = new HashMap<>();
    views.values().forEach(view -> known.put(view.storage().key(), view.storage()));
    Map<String, Long> starts = new HashMap<>();
    long at = in.position();
    for (PickleValue each : keys.items()) {
      Storage storage = each instanceof Text key ? known.get(key.value()) : null;
      if (storage == null || starts.containsKey(storage.key())) {
        throw in.refusal("the list names a storage twice, or one that no tensor uses");
      }
      if (storages.count(at) != storage.count()) {
        throw in.refusal("a storage does not have as many elements as its tensors say");
      }
      at += Long.BYTES;
      starts.put(storage.key(), at);
      if (storage.count() > (storages.size() - at) / storage.dtype().bytes()) {
        throw storages.cut();
      }
      at += storage.count() * storage.dtype().bytes();
    }
    if (!starts.keySet().containsAll(known.keySet())) {
      throw in.refusal("a tensor uses a storage that the file does not contain");
    }
    return starts;
  }

  @Override
  long start(View view) {
    return Objects.requireNonNull(starts.get(view.storage().key()));
  }
}
