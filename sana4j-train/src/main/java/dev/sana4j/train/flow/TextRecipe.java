package dev.sana4j.train.flow;

import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text encoder: a frozen one from a model folder, or one trained with the transformer.
 *
 * @param model model folder of a frozen encoder; null for an encoder that is trained
 * @param instruction whether the complex human instruction precedes captions
 * @param maxLength caption tokens that the transformer receives
 * @param vocabulary tokens of a new tokenizer
 * @param layers blocks of a new encoder
 * @param width channels of a new encoder
 * @param feedForward channels inside its feed-forward blocks
 * @param heads heads of its attention
 * @param keyValueHeads heads of its keys and values
 * @param headWidth channels of a head
 */
public record TextRecipe(
    @Key(
            doc =
                "Model folder with a frozen text_encoder/ and its tokenizer/. Without "
                    + "it a small Gemma 2 is trained with the transformer, with a tokenizer "
                    + "made from the captions; with start, the encoder and tokenizer of that "
                    + "model are trained.",
            model = true)
        @Nullable Path model,
    @Key(
            doc =
                "Prepend SANA's complex human instruction to every caption (frozen "
                    + "encoder only).",
            value = "true")
        boolean instruction,
    @Key(doc = "Maximum number of tokens per caption.", value = "300") int maxLength,
    @Key(doc = "Vocabulary size of the new tokenizer, at least 512.", value = "1024")
        int vocabulary,
    @Key(doc = "Blocks of the new encoder.", value = "2") int layers,
    @Key(doc = "Width of the new encoder.", value = "192") int width,
    @Key(doc = "Inner width of its feed-forward blocks.", value = "512") int feedForward,
    @Key(doc = "Attention heads; a multiple of key_value_heads.", value = "4") int heads,
    @Key(doc = "Heads of keys and values.", value = "2") int keyValueHeads,
    @Key(doc = "Width of a head; an even number.", value = "48") int headWidth) {

  /** Checks the numbers. */
  public TextRecipe {
    NumberCheck.atLeast("max_length", maxLength, 1);
    NumberCheck.atLeast("vocabulary", vocabulary, 512);
    NumberCheck.atLeast("layers", layers, 1);
    NumberCheck.atLeast("width", width, 1);
    NumberCheck.atLeast("feed_forward", feedForward, 1);
    NumberCheck.atLeast("key_value_heads", keyValueHeads, 1);
    NumberCheck.require(
        heads > 0 && heads % keyValueHeads == 0,
        "heads " + heads + " is not a multiple of key_value_heads " + keyValueHeads);
    NumberCheck.require(
        headWidth > 0 && headWidth % 2 == 0, "head_width " + headWidth + " is not an even number");
  }

  /** Returns the sizes of the new encoder; its tokenizer may have fewer tokens. */
  public GemmaConfig config() {
    List<Boolean> sliding = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      sliding.add(i % 2 == 0);
    }
    return new GemmaConfig(
        vocabulary,
        width,
        feedForward,
        heads,
        keyValueHeads,
        headWidth,
        sliding,
        4096,
        headWidth,
        0,
        10_000,
        1e-6,
        false);
  }
}
