package dev.sana4j.hub;

import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.hub.HubException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Selects the files of a repository for inference: one variant of the weights, and small files. */
final class FileSelection {
  static final String INDEX = "model_index.json";

  /**
   * bfloat16 first: half the size of float32 with the same range; float16 overflows in text
   * encoders.
   */
  private static final List<String> PREFERRED = List.of("bf16", "", "fp16");

  private static final Pattern SMALL = Pattern.compile("[^/]+\\.(json|model|txt|jinja)");
  private static final Pattern LICENCE =
      Pattern.compile("(licen[cs]e|notice|terms)[^/]*", Pattern.CASE_INSENSITIVE);

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

  /** Returns the index of the pipeline; empty for a single network. */
  List<HubFile> index() {
    return all.stream().filter(file -> file.path().equals(INDEX)).toList();
  }

  /**
   * Returns the files of a pipeline or a single network.
   *
   * @return files of the repository
   * @throws HubException if the repository contains neither
   */
  List<HubFile> needed() {
    List<HubFile> needed = new ArrayList<>(index());
    if (needed.isEmpty()) {
      needed.addAll(network());
    } else {
      for (Part part : Part.values()) {
        needed.addAll(part(part));
      }
    }
    all.stream().filter(file -> LICENCE.matcher(file.path()).matches()).forEach(needed::add);
    return needed;
  }

  private List<HubFile> part(Part part) {
    List<HubFile> inside = inside(part.folder() + "/");
    List<HubFile> needed = new ArrayList<>(small(inside));
    if (!inside.isEmpty() && !part.weights().isEmpty()) {
      needed.addAll(weights(inside, part.folder() + "/", part.weights()));
    }
    return needed;
  }

  /** Returns the files of a single network, which are at the top level. */
  private List<HubFile> network() {
    List<HubFile> top = inside("");
    boolean config = top.stream().anyMatch(file -> file.path().equals("config.json"));
    for (Part part : List.of(Part.VAE, Part.TEXT_ENCODER)) {
      if (config && !WeightVariants.of(top, part.weights()).isEmpty()) {
        List<HubFile> needed = new ArrayList<>(small(top));
        needed.addAll(weights(top, "", part.weights()));
        return needed;
      }
    }
    throw new HubException(Reason.UNSUITABLE, id.repository() + otherLayout());
  }

  private String otherLayout() {
    String twin =
        KnownModel.twin(id.repository())
            .map(known -> "; the same model in that layout is " + known.id())
            .orElse("");
    String checkpoint =
        all.stream()
            .map(HubFile::path)
            .filter(path -> path.endsWith(".pth"))
            .findFirst()
            .map(path -> "; sana pull " + id + " " + path + " downloads its checkpoint")
            .orElse("");
    return " is not in the diffusers layout: it has no " + INDEX + twin + checkpoint;
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
    Map<String, List<HubFile>> variants = WeightVariants.of(inside, baseName);
    List<String> wanted = variant == null ? PREFERRED : List.of(variant);
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
