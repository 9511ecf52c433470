package dev.sana4j.train.flow;

import dev.sana4j.recipe.Key;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.train.NumberCheck;

/**
 * The sizes of a new transformer; the channels of latents and text come from the other parts.
 *
 * @param layers blocks
 * @param heads of the linear self-attention
 * @param headWidth channels of one
 * @param crossHeads of the cross-attention; they share the width
 * @param expansion of the feed-forward blocks
 * @param patch side of a patch in latent pixels
 * @param positions whether sine and cosine positions are added
 * @param qkNorm whether queries and keys are normalized from the start
 * @param denseTime whether times of 0..1 are embedded from the start
 */
public record TransformerRecipe(
    @Key(doc = "Number of blocks; the public models have 28 (0.6B) or 20 (1.6B).", value = "20")
        int layers,
    @Key(doc = "Heads of the linear self-attention; the public models have 36 or 70.", value = "70")
        int heads,
    @Key(doc = "Width of a head; the width of the model is heads times this.", value = "32")
        int headWidth,
    @Key(
            doc =
                "Heads of the cross-attention, which divide the width; the public "
                    + "models have 16 or 20.",
            value = "20")
        int crossHeads,
    @Key(
            doc = "Width of the feed-forward blocks, relative to the width of the model.",
            value = "2.5")
        double expansion,
    @Key(doc = "Patch size in latent pixels.", value = "1") int patch,
    @Key(
            doc = "Add a sine and cosine position embedding; SANA has none up to 1024 " + "pixels.",
            value = "false")
        boolean positions,
    @Key(
            doc =
                "Normalize queries and keys from the beginning, as SANA 1.5; otherwise "
                    + "sana train teacher adds the norms.",
            value = "false")
        boolean qkNorm,
    @Key(
            doc =
                "Embed times from 0 to 1 from the beginning; otherwise sana train "
                    + "teacher changes the embedding.",
            value = "false")
        boolean denseTime) {

  /** Checks the numbers. */
  public TransformerRecipe {
    NumberCheck.atLeast("layers", layers, 1);
    NumberCheck.atLeast("heads", heads, 1);
    NumberCheck.atLeast("head_width", headWidth, 1);
    NumberCheck.atLeast("cross_heads", crossHeads, 1);
    NumberCheck.positive("expansion", expansion);
    NumberCheck.atLeast("patch", patch, 1);
    if (heads * headWidth % crossHeads != 0) {
      throw new IllegalArgumentException(
          "cross_heads " + crossHeads + " does not divide the width " + heads * headWidth);
    }
  }

  SanaConfig config(int latentChannels, int textWidth, int sampleSize) {
    return new SanaConfig(
        latentChannels,
        latentChannels,
        layers,
        heads,
        headWidth,
        crossHeads,
        heads * headWidth / crossHeads,
        textWidth,
        expansion,
        false,
        sampleSize,
        patch,
        false,
        1e-6,
        positions ? 1 : 0,
        false,
        0.1,
        qkNorm,
        denseTime ? 0.001 : 1);
  }
}
