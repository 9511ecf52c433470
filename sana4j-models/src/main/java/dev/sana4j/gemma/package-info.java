/**
 * Gemma 2 (arXiv 2408.00118) as a text encoder: converts token ids to hidden states.
 *
 * <p>Start with {@link dev.sana4j.gemma.GemmaConfig}, then the attention and the block, then {@link
 * dev.sana4j.gemma.GemmaEncoder}.
 */
@NullMarked
package dev.sana4j.gemma;

import org.jspecify.annotations.NullMarked;
