/**
 * Inception-v3 (arXiv 1512.00567) as the Frechet distance of generative models uses it.
 *
 * <p>Start with {@link dev.sana4j.inception.InceptionModel}, which names all blocks, then the block
 * and its unit.
 */
@NullMarked
package dev.sana4j.inception;

import org.jspecify.annotations.NullMarked;
