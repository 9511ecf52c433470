package dev.sana4j.nn;

import dev.sana4j.files.QuotedText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Names the tensors in adapter files that do not belong to a LoRA of the transformer. */
final class ForeignTensors {
  private static final int SHOWN_NAMES = 3;
  private static final String BIASES = "biases";
  private static final String WEIGHTS = "whole weights";

  private record Kind(Pattern names, String what) {
    Kind(String names, String what) {
      this(Pattern.compile(names), what);
    }
  }

  /** The first kind that fits a name is taken. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "^((base_model\\.model\\.)?(text_encoder|text_model|conditioner)|lora_te|lycoris_te_"
                  + "|lycoris_text_encoder|te\\d?[._])",
              "updates of the text encoder"),
          new Kind("\\.hada_", "LoHa"),
          new Kind("\\.lokr_", "LoKr"),
          new Kind("\\.b?oft_", "OFT"),
          new Kind("\\.(ia3_|on_input$)", "(IA)3"),
          new Kind("\\.[ab][12]\\.weight$", "GLoRA"),
          new Kind("vera_lambda", "VeRA"),
          new Kind("\\.lora_mid\\.", "LoRA with a third matrix, for larger convolutions"),
          new Kind("\\.(diff|diff_b|set_weight|reshape_weight)$", "whole differences of weights"),
          new Kind("\\.[wb]_norm$", "updates of norms"),
          new Kind("lora_embedding_[AB]", "updates of embeddings"),
          new Kind("^(bundle_emb|emb_params|string_to_param|clip_[lg]$)", "trained words"),
          new Kind("[._]bias$", BIASES),
          new Kind("(\\.weight|_table|\\.scale|\\.gamma|\\.beta)$", WEIGHTS));

  private final Map<String, List<String>> byKind = new LinkedHashMap<>();
  private final List<String> unknown = new ArrayList<>();

  /** Notes a tensor that does not belong to a LoRA. */
  void add(String name) {
    String kind = kind(name);
    if (kind == null) {
      unknown.add(name);
    } else {
      byKind.computeIfAbsent(kind, each -> new ArrayList<>()).add(name);
    }
  }

  /** Returns whether a name means a foreign tensor even if it ends like one of a LoRA. */
  static boolean claims(String name) {
    String kind = kind(name);
    return kind != null && !kind.equals(WEIGHTS) && !kind.equals(BIASES);
  }

  private static @Nullable String kind(String name) {
    return KINDS.stream()
        .filter(kind -> kind.names().matcher(name).find())
        .map(Kind::what)
        .findFirst()
        .orElse(null);
  }

  /**
   * Returns what the tensors are.
   *
   * @param besideLora whether the file also contains tensors of a LoRA
   * @return one line; empty if there are no such tensors
   */
  String description(boolean besideLora) {
    if (!besideLora && isCheckpoint()) {
      return "this is a checkpoint with whole weights, such as "
          + shown(byKind.getOrDefault(WEIGHTS, List.of()))
          + ", not a LoRA; give its folder as the model";
    }
    if (!byKind.isEmpty()) {
      return "the file contains "
          + byKind.entrySet().stream()
              .map(
                  kind ->
                      "%s (tensors: %d, such as %s)"
                          .formatted(
                              kind.getKey(),
                              kind.getValue().size(),
                              QuotedText.clip(kind.getValue().get(0))))
              .collect(Collectors.joining(", "))
          + ", which sana4j does not apply; export a LoRA of the transformer's layers only";
    }
    return unknown.isEmpty()
        ? ""
        : shown(unknown)
            + " does not belong to a LoRA; expected <layer> followed by .lora_A.weight and"
            + " .lora_B.weight, .lora_down.weight and .lora_up.weight, or .alpha";
  }

  private boolean isCheckpoint() {
    return byKind.containsKey(WEIGHTS) && Set.of(WEIGHTS, BIASES).containsAll(byKind.keySet());
  }

  private static String shown(List<String> names) {
    return names.stream()
        .limit(SHOWN_NAMES)
        .map(QuotedText::clip)
        .collect(Collectors.joining(", "));
  }
}
