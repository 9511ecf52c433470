package dev.sana4j.train.autoencoder;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;

/**
 * The discriminator of an autoencoder training, a network that classifies patches as image or
 * reconstruction.
 *
 * @param weight of its score in the autoencoder's loss
 * @param from its first step
 * @param width channels of its first layer
 * @param layers how often it halves the image
 * @param learningRate of it
 */
public record AdversarialRecipe(
    @Key(
            doc =
                "Weight of the discriminator in the loss of the autoencoder; 0 for no"
                    + " discriminator.",
            value = "0")
        double weight,
    @Key(doc = "First step with the discriminator, counted from 0.", value = "0") int from,
    @Key(doc = "Width of the discriminator's first layer.", value = "64") int width,
    @Key(doc = "Number of times that the discriminator halves the image.", value = "3") int layers,
    @Key(doc = "Learning rate of the discriminator after the warm-up.", value = "1e-4")
        double learningRate) {

  /** Checks the numbers. */
  public AdversarialRecipe {
    NumberCheck.notNegative("weight", weight);
    NumberCheck.atLeast("from", from, 0);
    NumberCheck.atLeast("width", width, 1);
    NumberCheck.atLeast("layers", layers, 1);
    NumberCheck.positive("learning_rate", learningRate);
  }

  boolean isOn() {
    return weight > 0;
  }
}
