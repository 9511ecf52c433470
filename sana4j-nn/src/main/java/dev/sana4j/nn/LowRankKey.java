package dev.sana4j.nn;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a tensor in a LoRA file, taken apart.
 *
 * @param name the whole name
 * @param layer the name of the layer, as the file writes it
 * @param role what the tensor is
 * @param adapter the name of the adapter if peft wrote one; empty otherwise
 */
record LowRankKey(String name, String layer, Role role, String adapter) {

  /** What a tensor of an update is. */
  enum Role {
    /** The matrix A. */
    DOWN("down"),
    /** The matrix B. */
    UP("up"),
    /** The number that the update is multiplied by, before the division by the rank. */
    ALPHA("alpha"),
    /** The magnitudes of DoRA as peft stores them. */
    MAGNITUDE("magnitude"),
    /** The magnitudes of DoRA as the tools for LyCORIS store them. */
    DORA_SCALE("dora_scale");

    private final String word;

    Role(String word) {
      this.word = word;
    }

    /** Returns a word for messages. */
    String word() {
      return word;
    }
  }

  private record Ending(String text, Role role) {}

  /** The endings of names, longer ones before those that they end with. */
  private static final List<Ending> ENDINGS =
      List.of(
          new Ending(".lora_A.weight", Role.DOWN), // peft, diffusers
          new Ending(".lora_B.weight", Role.UP),
          new Ending(".lora_A", Role.DOWN),
          new Ending(".lora_B", Role.UP),
          new Ending(".lora_down.weight", Role.DOWN), // kohya, OneTrainer, LyCORIS
          new Ending(".lora_up.weight", Role.UP),
          new Ending(".lora.down.weight", Role.DOWN), // older diffusers
          new Ending(".lora.up.weight", Role.UP),
          new Ending(".lora_linear_layer.down.weight", Role.DOWN),
          new Ending(".lora_linear_layer.up.weight", Role.UP),
          new Ending(".alpha", Role.ALPHA),
          new Ending(".lora_magnitude_vector.weight", Role.MAGNITUDE),
          new Ending(".lora_magnitude_vector", Role.MAGNITUDE),
          new Ending(".dora_scale", Role.DORA_SCALE));

  /** Names of peft that contain the name of the adapter, such as {@code .lora_A.default.weight}. */
  private static final Pattern WITH_ADAPTER =
      Pattern.compile(
          "(?<layer>.+)\\.(?<part>lora_A|lora_B|lora_magnitude_vector)"
              + "\\.(?<adapter>[^.]+)(\\.weight)?");

  /** Returns the parts of a name; null if it is not that of a tensor of a LoRA. */
  static @Nullable LowRankKey of(String name) {
    for (Ending ending : ENDINGS) {
      int length = name.length() - ending.text().length();
      if (length > 0 && name.endsWith(ending.text())) {
        return new LowRankKey(name, name.substring(0, length), ending.role(), "");
      }
    }
    Matcher matcher = WITH_ADAPTER.matcher(name);
    if (!matcher.matches() || matcher.group("adapter").equals("bias")) {
      return null;
    }
    Role role =
        switch (matcher.group("part")) {
          case "lora_A" -> Role.DOWN;
          case "lora_B" -> Role.UP;
          default -> Role.MAGNITUDE;
        };
    return new LowRankKey(name, matcher.group("layer"), role, matcher.group("adapter"));
  }

  /** Returns the name that the other matrix of the pair has. */
  String counterpart() {
    int start = layer.length();
    String ending = name.substring(start);
    return layer
        + (role == Role.DOWN
            ? ending.replace("lora_A", "lora_B").replace("down", "up")
            : ending.replace("lora_B", "lora_A").replace("up", "down"));
  }
}
