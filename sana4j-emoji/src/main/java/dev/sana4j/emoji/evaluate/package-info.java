/**
 * Measures how well a model follows its prompts, on emoji scenes that no model was trained on.
 *
 * <p>{@link dev.sana4j.emoji.evaluate.Evaluation} draws prompts and generates their images. Two
 * small classifiers and a computation detect the contents of each. They also score real images of
 * the same scenes, so that their own error rate is known. {@link
 * dev.sana4j.emoji.evaluate.Comparison} does this for several models. {@link
 * dev.sana4j.emoji.evaluate.PromptFile} reads custom scenes. {@link
 * dev.sana4j.emoji.evaluate.AutoencoderQuality} measures only an autoencoder.
 */
@NullMarked
package dev.sana4j.emoji.evaluate;

import org.jspecify.annotations.NullMarked;
