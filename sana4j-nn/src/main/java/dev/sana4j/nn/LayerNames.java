package dev.sana4j.nn;

import dev.sana4j.files.QuotedText;
import dev.sana4j.weights.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The layers of a network that adapters can change, under all names that adapter files use for
 * them.
 *
 * <p>A name is understood only if it leads to exactly one layer: with or without the prefixes of
 * {@link #PREFIXES}, with its dots or with underscores instead of them, and with the layer's path
 * or one of its aliases.
 */
public final class LayerNames {
  /** The words that tools write before the path of a layer; several may follow each other. */
  private static final List<String> PREFIXES =
      List.of(
          "base_model.model.", // peft
          "transformer.", // diffusers
          "diffusion_model.", // ComfyUI, ai-toolkit
          "model.diffusion_model.", // original checkpoints
          "lora_transformer.", // OneTrainer
          "lora_unet.",
          "lora_unet_", // kohya's scripts, for any network
          "lora_unet__",
          "lora_transformer_", // OneTrainer
          "lycoris_", // LyCORIS, SimpleTuner
          "base_model_model_",
          "transformer_",
          "diffusion_model_",
          "model_diffusion_model_");

  private static final int MAX_PREFIXES = 4;
  private static final String WEIGHT = ".weight";

  private final Map<String, Target> targets = new LinkedHashMap<>();
  private final Map<String, String> refused = new LinkedHashMap<>();
  private final Map<String, Known> dotted = new LinkedHashMap<>();
  private final Map<String, Set<Known>> flattened = new LinkedHashMap<>();

  /**
   * Another name of one or more layers.
   *
   * @param name the path of the layer in another layout
   * @param paths the paths in the network; several if their outputs follow each other in the other
   *     layout
   */
  public record Alias(String name, List<String> paths) {}

  /**
   * A layer that an adapter can change.
   *
   * @param path the checkpoint path
   * @param in size of the input
   * @param out size of the output
   * @param convolution whether it is a 1x1 convolution
   */
  record Target(String path, long in, long out, boolean convolution) {}

  /** A name of one or more layers, with dots. */
  private record Known(String name, List<String> paths) {}

  /**
   * What a name leads to.
   *
   * @param name the name without prefixes, with dots
   * @param targets the layers whose outputs follow each other; empty if the name is refused
   * @param problem why the name is refused; empty if it is understood
   */
  record Resolved(String name, List<Target> targets, String problem) {}

  private LayerNames() {}

  /**
   * Collects the layers of a network.
   *
   * @param parameters the parameters of the network
   * @param aliases other names of its layers; those of layers that the network lacks are ignored
   * @return the names
   */
  public static LayerNames of(List<TensorSpec> parameters, List<Alias> aliases) {
    LayerNames names = new LayerNames();
    for (TensorSpec parameter : parameters) {
      if (parameter.name().endsWith(WEIGHT)) {
        names.add(parameter);
      }
    }
    Set<String> paths = Set.copyOf(names.dotted.keySet());
    for (Alias alias : aliases) {
      if (paths.containsAll(alias.paths())) {
        names.add(new Known(alias.name(), alias.paths()));
      }
    }
    return names;
  }

  private void add(TensorSpec weight) {
    String path = weight.name().substring(0, weight.name().length() - WEIGHT.length());
    List<Long> shape = weight.shape();
    if (shape.size() == 4 && (shape.get(2) != 1 || shape.get(3) != 1)) {
      refused.put(
          path,
          "%s is a convolution of %dx%d; sana4j adapts only linear layers and 1x1 convolutions"
              .formatted(path, shape.get(2), shape.get(3)));
    } else if (shape.size() == 2 || shape.size() == 4) {
      targets.put(path, new Target(path, shape.get(1), shape.get(0), shape.size() == 4));
    } else {
      return;
    }
    add(new Known(path, List.of(path)));
  }

  private void add(Known known) {
    dotted.put(known.name(), known);
    flattened
        .computeIfAbsent(known.name().replace('.', '_'), name -> new LinkedHashSet<>())
        .add(known);
  }

  /** Returns the layers that a name in a file leads to. */
  Resolved resolve(String name) {
    Map<List<String>, Known> found = new LinkedHashMap<>();
    for (String candidate : withoutPrefixes(name)) {
      Known known = dotted.get(candidate);
      if (known != null) {
        found.putIfAbsent(known.paths(), known);
      }
      flattened
          .getOrDefault(candidate, Set.of())
          .forEach(each -> found.putIfAbsent(each.paths(), each));
    }
    if (found.size() > 1) {
      List<String> all = found.values().stream().map(Known::name).toList();
      return refusal(name, QuotedText.clip(name) + " can mean " + String.join(" or ", all));
    }
    return found.isEmpty()
        ? refusal(name, "the network has no linear layer " + QuotedText.clip(bare(name)))
        : resolved(found.values().iterator().next());
  }

  private Resolved resolved(Known known) {
    List<Target> parts = new ArrayList<>();
    for (String path : known.paths()) {
      Target target = targets.get(path);
      if (target == null) {
        return refusal(known.name(), String.valueOf(refused.get(path)));
      }
      parts.add(target);
    }
    return new Resolved(known.name(), parts, "");
  }

  private static Resolved refusal(String name, String problem) {
    return new Resolved(name, List.of(), problem);
  }

  /** Returns a name without the prefixes that end with a dot, for messages. */
  private static String bare(String name) {
    return PREFIXES.stream()
        .filter(prefix -> prefix.endsWith(".") && name.startsWith(prefix))
        .findFirst()
        .map(prefix -> name.substring(prefix.length()))
        .orElse(name);
  }

  private static Set<String> withoutPrefixes(String name) {
    Set<String> all = new LinkedHashSet<>(Set.of(name));
    Set<String> last = all;
    for (int depth = 0; depth < MAX_PREFIXES && !last.isEmpty(); depth++) {
      Set<String> shorter = new LinkedHashSet<>();
      for (String each : last) {
        for (String prefix : PREFIXES) {
          if (each.startsWith(prefix)) {
            shorter.add(each.substring(prefix.length()));
          }
        }
      }
      all = new LinkedHashSet<>(all);
      all.addAll(shorter);
      last = shorter;
    }
    return all;
  }
}
