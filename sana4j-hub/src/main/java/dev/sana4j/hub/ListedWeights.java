package dev.sana4j.hub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The safetensors files of one network in the list of a repository, by variant: one file, or shards
 * with their index. {@link dev.sana4j.weights.WeightVariants} does this for a folder.
 */
final class ListedWeights {
  private static final String VARIANT = "(?:\\.(?<variant>[A-Za-z0-9_]+))?";
  private static final String SHARD = "(?<shard>-\\d{5}-of-(?<count>\\d{5}))";

  private final Map<String, List<HubFile>> single = new TreeMap<>();
  private final Map<String, List<HubFile>> shards = new TreeMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Map<String, HubFile> indexes = new TreeMap<>();

  private ListedWeights() {}

  /**
   * Sorts the files of a folder.
   *
   * @param baseName as in {@code diffusion_pytorch_model.fp16-00001-of-00002.safetensors}
   * @return the files of each variant; the default variant has an empty name
   */
  static Map<String, List<HubFile>> of(List<HubFile> folder, String baseName) {
    ListedWeights all = new ListedWeights();
    String base = Pattern.quote(baseName);
    List<Pattern> weights =
        List.of(
            Pattern.compile(base + VARIANT + SHARD + "?\\.safetensors"),
            Pattern.compile(base + SHARD + VARIANT + "\\.safetensors"));
    Pattern index = Pattern.compile(base + "\\.safetensors\\.index" + VARIANT + "\\.json");
    for (HubFile file : folder) {
      all.add(file, weights, index);
    }
    return all.fetched();
  }

  private void add(HubFile file, List<Pattern> weights, Pattern index) {
    String name = file.path().substring(file.path().lastIndexOf('/') + 1);
    Matcher indexed = index.matcher(name);
    if (indexed.matches()) {
      indexes.put(variant(indexed), file);
      return;
    }
    for (Pattern pattern : weights) {
      Matcher match = pattern.matcher(name);
      if (match.matches()) {
        boolean isShard = match.group("shard") != null;
        if (isShard) {
          counts.put(variant(match), Integer.parseInt(match.group("count")));
        }
        var kind = isShard ? shards : single;
        kind.computeIfAbsent(variant(match), key -> new ArrayList<>()).add(file);
        return;
      }
    }
  }

  private static String variant(Matcher match) {
    String variant = match.group("variant");
    return variant == null ? "" : variant;
  }

  /** Prefers shards to a single file, like the loader; ignores an index without all its shards. */
  private Map<String, List<HubFile>> fetched() {
    Map<String, List<HubFile>> fetched = new LinkedHashMap<>(single);
    indexes.forEach(
        (variant, index) -> {
          List<HubFile> parts = shards.get(variant);
          if (parts != null && parts.size() >= counts.getOrDefault(variant, 0)) {
            List<HubFile> whole = new ArrayList<>(List.of(index));
            whole.addAll(parts);
            fetched.put(variant, whole);
          }
        });
    return fetched;
  }
}
