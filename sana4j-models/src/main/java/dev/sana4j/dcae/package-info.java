/**
 * DC-AE, the deep compression autoencoder (arXiv 2410.10733), which converts images to latents and
 * back.
 *
 * <p>Start with {@link dev.sana4j.dcae.AutoencoderConfig}, {@link dev.sana4j.dcae.Encoder} and
 * {@link dev.sana4j.dcae.Decoder}. {@link dev.sana4j.dcae.Autoencoder} combines them and adds
 * tiling.
 */
@NullMarked
package dev.sana4j.dcae;

import org.jspecify.annotations.NullMarked;
