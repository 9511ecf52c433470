/**
 * How well a model follows its prompts, measured on emoji scenes that were never trained on.
 *
 * <p>{@link dev.sana4j.emoji.evaluate.Evaluation} draws prompts, has images of them made, and lets
 * two small classifiers and a computation say what is in each; the same judges see real images of
 * the same scenes, so that their own mistakes are known. {@link
 * dev.sana4j.emoji.evaluate.Comparison} asks several models the same. {@link
 * dev.sana4j.emoji.evaluate.PromptFile} has scenes of one's own. {@link
 * dev.sana4j.emoji.evaluate.AutoencoderQuality} measures an autoencoder alone.
 */
@NullMarked
package dev.sana4j.emoji.evaluate;

import org.jspecify.annotations.NullMarked;
