package dev.sana4j.hub;

import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.hub.HubException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Selects the files of a repository for inference: one variant of the weights, and small files. */
final class FileSelection {
  static final String INDEX = "model_index.json";
  static final String CONFIG = "config.json";
  static final String CARD = "README.md";

  /**
   * bfloat16 first: half the size of float32 with the same range; float16 overflows in text
   * encoders.
   */
  private static final List<String> PREFERRED = List.of("bf16", "", "fp16");

  private static final long LARGEST_CARD = 1 << 20;
  private static final Pattern SMALL = Pattern.compile("[^/]+\\.(json|model|txt|jinja)");
  private static final Pattern LICENCE =
      Pattern.compile("(licen[cs]e|notice|terms)[^/]*", Pattern.CASE_INSENSITIVE);
  private static final Pattern CHECKPOINT =
      Pattern.compile("(?:checkpoints/)?[^/]+\\.(pth|safetensors)", Pattern.CASE_INSENSITIVE);

  private final HubId id;
  private final List<HubFile> all;
  private final @Nullable String variant;

  /**
   * Creates a selection.
   *
   * @param id for messages
   * @param all files of the repository
   * @param variant of the weights, for example {@code fp16}; null for the preferred one
   */
  FileSelection(HubId id, List<HubFile> all, @Nullable String variant) {
    this.id = id;
    this.all = all;
    this.variant = variant;
  }

  /** Returns whether the repository is a model folder in the diffusers layout. */
  boolean isPipeline() {
    return all.stream().anyMatch(file -> file.path().equals(INDEX));
  }

  /** Returns the card, and the licences at the top. */
  List<HubFile> terms() {
    return all.stream()
        .filter(file -> file.size() <= LARGEST_CARD)
        .filter(file -> file.path().equals(CARD) || LICENCE.matcher(file.path()).matches())
        .toList();
  }

  /** Returns the files that name the kind of a model or network: its index or its config. */
  List<HubFile> index() {
    String name = isPipeline() ? INDEX : CONFIG;
    return all.stream().filter(file -> file.path().equals(name)).toList();
  }

  /**
   * Returns the files of a model folder.
   *
   * @return files of the repository
   * @throws HubException if a part has no weights, or no part has the variant
   */
  List<HubFile> pipeline() {
    requireVariant();
    Set<HubFile> needed = new LinkedHashSet<>(index());
    for (Part part : Part.values()) {
      needed.addAll(part(part));
    }
    needed.addAll(terms());
    return List.copyOf(needed);
  }

  /**
   * Returns the files of one part of a model folder. A part that lacks the variant is selected
   * without one.
   *
   * @return files of the repository; empty if it does not contain the part
   * @throws HubException if the part has no weights
   */
  List<HubFile> part(Part part) {
    List<HubFile> inside = inside(part.folder() + "/");
    List<HubFile> needed = new ArrayList<>(small(inside));
    if (!inside.isEmpty() && !part.weights().isEmpty()) {
      needed.addAll(weights(inside, part.folder() + "/", part.weights()));
    }
    return needed;
  }

  /** Returns the parts that lack the requested variant. */
  List<Part> partsWithoutVariant() {
    if (variant == null) {
      return List.of();
    }
    return partsWithWeights().stream()
        .filter(part -> !variants(part).containsKey(variant))
        .toList();
  }

  private List<Part> partsWithWeights() {
    return Arrays.stream(Part.values())
        .filter(part -> !part.weights().isEmpty() && !variants(part).isEmpty())
        .toList();
  }

  private Map<String, List<HubFile>> variants(Part part) {
    return ListedWeights.of(inside(part.folder() + "/"), part.weights());
  }

  private void requireVariant() {
    List<Part> parts = partsWithWeights();
    if (variant != null && !parts.isEmpty() && partsWithoutVariant().size() == parts.size()) {
      Set<String> there = new TreeSet<>();
      parts.forEach(part -> there.addAll(variants(part).keySet()));
      throw noWeights("", there);
    }
  }

  /**
   * Returns the files of a single network, which are at the top level.
   *
   * @param part the kind of network
   * @return its files; empty if it has no weights under the usual name
   */
  List<HubFile> network(Part part) {
    List<HubFile> top = inside("");
    if (ListedWeights.of(top, part.weights()).isEmpty()) {
      return List.of();
    }
    List<HubFile> needed = new ArrayList<>(small(top));
    needed.addAll(weights(top, "", part.weights()));
    needed.addAll(terms());
    return needed;
  }

  /**
   * Returns the files of a single network; the published mirror of the text encoder names its
   * weights like the repository.
   */
  List<HubFile> flat(Part part) {
    List<HubFile> usual = network(part);
    if (!usual.isEmpty() || part != Part.TEXT_ENCODER) {
      return usual;
    }
    List<HubFile> weights =
        inside("").stream().filter(file -> file.path().endsWith(".safetensors")).toList();
    if (weights.size() != 1) {
      return List.of();
    }
    List<HubFile> needed = new ArrayList<>(smallFiles());
    needed.addAll(weights);
    needed.addAll(terms());
    return needed;
  }

  /** Returns the config and vocabulary files at the top level. */
  List<HubFile> smallFiles() {
    return small(inside(""));
  }

  /**
   * Returns the checkpoint in the original layout: the file named like the repository, else the
   * only one.
   *
   * @return the file; empty if there is none
   * @throws HubException if there are several, and none is named like the repository
   */
  Optional<HubFile> checkpoint() {
    return checkpoint("");
  }

  /**
   * Returns the checkpoint in a folder, by the same rule.
   *
   * @param folder a path in the repository; empty for the whole repository
   */
  Optional<HubFile> checkpoint(String folder) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    List<HubFile> found =
        all.stream()
            .filter(file -> file.path().startsWith(prefix))
            .filter(file -> CHECKPOINT.matcher(file.path().substring(prefix.length())).matches())
            .toList();
    String repository = id.repository().substring(id.repository().indexOf('/') + 1);
    List<HubFile> named =
        found.stream().filter(file -> stem(file).equalsIgnoreCase(repository)).toList();
    List<HubFile> candidates = named.isEmpty() ? found : named;
    List<HubFile> pth =
        candidates.stream()
            .filter(file -> file.path().toLowerCase(Locale.ROOT).endsWith(".pth"))
            .toList();
    if (candidates.size() > 1 && pth.size() != 1) {
      throw new HubException(
          Reason.UNSUITABLE,
          id.repository()
              + " contains several checkpoints; name one, for example hf://"
              + id
              + "/"
              + candidates.get(0).path());
    }
    return candidates.size() == 1 ? Optional.of(candidates.get(0)) : pth.stream().findFirst();
  }

  private static String stem(HubFile file) {
    String name = name(file);
    return name.substring(0, name.lastIndexOf('.'));
  }

  /** Returns the exception for a repository that contains nothing that sana4j supports. */
  HubException unsuitable() {
    return new HubException(
        Reason.UNSUITABLE,
        id.repository()
            + " contains neither a model folder ("
            + INDEX
            + "), nor a network with its config, nor a checkpoint (.pth or .safetensors)");
  }

  private List<HubFile> inside(String folder) {
    return all.stream()
        .filter(
            file -> file.path().startsWith(folder) && file.path().indexOf('/', folder.length()) < 0)
        .toList();
  }

  private static String name(HubFile file) {
    return file.path().substring(file.path().lastIndexOf('/') + 1);
  }

  /** Returns configs and vocabularies; the index of shards is selected with its shards. */
  private static List<HubFile> small(List<HubFile> inside) {
    return inside.stream()
        .filter(file -> SMALL.matcher(name(file)).matches())
        .filter(file -> !name(file).contains(".index."))
        .toList();
  }

  private List<HubFile> weights(List<HubFile> inside, String folder, String baseName) {
    Map<String, List<HubFile>> variants = ListedWeights.of(inside, baseName);
    List<String> wanted = variant == null ? PREFERRED : List.of(variant, "", "bf16", "fp16");
    return wanted.stream()
        .filter(variants::containsKey)
        .findFirst()
        .map(chosen -> variants.getOrDefault(chosen, List.of()))
        .orElseThrow(() -> noWeights(folder, variants.keySet()));
  }

  private HubException noWeights(String folder, Set<String> there) {
    String wanted = variant == null ? "safetensors" : "variant '" + variant + "'";
    String where = folder.isEmpty() ? "" : " in " + folder;
    String others =
        there.isEmpty()
            ? "; sana4j supports only safetensors"
            : "; available: "
                + there.stream()
                    .map(name -> name.isEmpty() ? "the default variant" : "'" + name + "'")
                    .collect(Collectors.joining(", "));
    return new HubException(
        Reason.UNSUITABLE, id.repository() + " has no " + wanted + where + others);
  }
}
