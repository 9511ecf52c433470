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
 * All of a {@code .pth} file but the elements of its tensors: enough to write it again, byte for
 * byte, when the elements are given.
 */
public final class PthOutline {
  private static final String PICKLE = "data.pkl";
  private static final String DATA = "data/";

  private final String root;
  private final Map<String, byte[]> records;
  private final Map<String, View> views;

  /**
   * Checks that it tells where every tensor's elements belong.
   *
   * @param origin names it in messages
   * @param root the archive's one folder, with its slash
   * @param records the entries in their order, those of the folder {@code data} empty
   * @throws CheckpointException if the pickle among them is missing, damaged, holds more than a
   *     checkpoint does, or the tensors do not have an entry of their own each
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
          origin + ": expected an entry of its own for each tensor of an outline");
    }
  }

  /**
   * A file as torch.save writes it: {@code {"state_dict": {name: tensor}}}.
   *
   * @param root the archive's one folder, with its slash
   * @param tensors what they are, in the order to write them
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

  /** The entries of tensors that have one for themselves, dense and in order; empty if not all. */
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
   * The archive's one folder.
   *
   * @return its name, with its slash
   */
  public String root() {
    return root;
  }

  /**
   * The entries in the order of the archive.
   *
   * @return names and contents, those of tensors empty
   */
  public Map<String, byte[]> records() {
    return Collections.unmodifiableMap(records);
  }

  Map<String, View> views() {
    return views;
  }

  /**
   * What the tensors are.
   *
   * @return in the order of the pickle
   */
  public List<TensorSpec> specs() {
    return views.entrySet().stream()
        .map(entry -> PthFile.spec(entry.getKey(), entry.getValue()))
        .toList();
  }
}
