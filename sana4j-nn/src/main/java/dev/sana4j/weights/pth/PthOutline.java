package dev.sana4j.weights.pth;

import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.pth.PickleValue.View;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A {@code .pth} file without the elements of its tensors. With the elements it is enough to write
 * the file again, byte for byte.
 */
public final class PthOutline {
  private static final String PICKLE = "data.pkl";
  private static final String DATA = "data/";

  private final String root;
  private final Map<String, byte[]> records;
  private final Map<String, View> views;

  /**
   * Creates an outline and checks that it determines the position of every tensor's elements.
   *
   * @param origin the name of the outline in messages
   * @param root the archive's single folder, with its slash
   * @param records the entries in their order, with empty entries in the folder {@code data}
   * @throws CheckpointException if the pickle among the entries is missing, damaged or contains
   *     disallowed values, or if not every tensor has a separate entry
   */
  public PthOutline(Path origin, String root, Map<String, byte[]> records) {
    byte[] pickle = records.get(PICKLE);
    if (pickle == null || pickle.length > Unpickler.MAX_BYTES) {
      throw new CheckpointException(origin + ": expected a pickle of at most 16 MiB in an outline");
    }
    this.root = root;
    this.records = new LinkedHashMap<>(records);
    this.views = PthContents.read(origin, pickle).views();
    Set<String> storages = new LinkedHashSet<>(records.keySet());
    storages.removeIf(name -> !isStorage(name));
    if (!storages.equals(ownStorages(views))) {
      throw new CheckpointException(
          origin + ": expected a separate entry for each tensor of an outline");
    }
  }

  /**
   * Returns the outline of a file as torch.save writes it: {@code {"state_dict": {name: tensor}}}.
   *
   * @param root the archive's single folder, with its slash
   * @param tensors the tensors in the order to write them
   * @return an outline
   */
  public static PthOutline of(String root, List<TensorSpec> tensors) {
    Map<String, byte[]> records = new LinkedHashMap<>();
    records.put(PICKLE, new StateDictPickler().pickle(tensors));
    records.put("byteorder", ascii("little"));
    IntStream.range(0, tensors.size()).forEach(i -> records.put(DATA + i, new byte[0]));
    records.put("version", ascii("3\n"));
    return new PthOutline(Path.of(root), root, records);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static boolean isStorage(String entry) {
    return entry.startsWith(DATA);
  }

  /** Returns the entries of tensors if each tensor has a separate, dense one; empty otherwise. */
  static Set<String> ownStorages(Map<String, View> views) {
    Set<String> own = new LinkedHashSet<>();
    for (View view : views.values()) {
      if (!isWhole(view) || !own.add(entryOf(view))) {
        return Set.of();
      }
    }
    return own;
  }

  static String entryOf(View view) {
    return DATA + view.storage().key();
  }

  private static boolean isWhole(View view) {
    long expected = 1;
    for (int i = view.shape().size() - 1; i >= 0; i--) {
      long size = view.shape().get(i);
      if (size > 1 && view.strides().get(i) != expected) {
        return false;
      }
      expected *= size;
    }
    return view.offset() == 0 && expected == view.storage().count();
  }

  /**
   * Returns the archive's single folder.
   *
   * @return its name, with its slash
   */
  public String root() {
    return root;
  }

  /**
   * Returns the entries in the order of the archive.
   *
   * @return names and contents; the contents of tensors are empty
   */
  public Map<String, byte[]> records() {
    return Collections.unmodifiableMap(records);
  }

  Map<String, View> views() {
    return views;
  }

  /**
   * Describes the tensors.
   *
   * @return the tensors in the order of the pickle
   */
  public List<TensorSpec> specs() {
    return views.entrySet().stream()
        .map(entry -> MappedViews.spec(entry.getKey(), entry.getValue()))
        .toList();
  }
}
