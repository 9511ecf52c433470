/**
 * The model that comes with sana4j: {@link dev.sana4j.emoji.model.EmojiModel} is its folder,
  * {@link dev.sana4j.emoji.model.PackedModel} unpacks it.
 */
@NullMarked
package dev.sana4j.emoji.model;

import org.jspecify.annotations.NullMarked;
