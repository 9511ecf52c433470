/**
 * The models that come with sana4j. {@link dev.sana4j.emoji.model.EmojiModel} opens them, and
 * {@link dev.sana4j.emoji.model.PackedModel} unpacks them.
 */
@NullMarked
package dev.sana4j.emoji.model;

import org.jspecify.annotations.NullMarked;
