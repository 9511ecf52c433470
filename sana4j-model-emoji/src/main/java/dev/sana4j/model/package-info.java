/**
 * The model that comes with sana4j: {@link dev.sana4j.model.EmojiModel} is its folder, {@link
 * dev.sana4j.model.PackedModel} what lays it out.
 */
@NullMarked
package dev.sana4j.model;

import org.jspecify.annotations.NullMarked;
