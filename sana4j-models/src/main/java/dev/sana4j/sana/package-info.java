/**
 * SANA's linear diffusion transformer (arXiv 2410.10629, 2501.18427, 2503.09641) in all its
 * variants, and its ControlNet.
 *
 * <p>Start with {@link dev.sana4j.sana.SanaConfig}, then the two attentions and the block, then
 * {@link dev.sana4j.sana.SanaTransformer}.
 */
@NullMarked
package dev.sana4j.sana;

import org.jspecify.annotations.NullMarked;
