/**
 * CLIP (arXiv 2103.00020): maps texts and images to vectors of one space.
 *
 * <p>Start with {@link dev.sana4j.clip.ClipConfig}, then the block of both towers, then {@link
 * dev.sana4j.clip.ClipModel}.
 */
@NullMarked
package dev.sana4j.clip;

import org.jspecify.annotations.NullMarked;
