/**
 * DC-AE, the deep compression autoencoder (arXiv 2410.10733): images to latents and back.
 *
 * <p>Read {@link dev.sana4j.dcae.AutoencoderConfig}, then {@link dev.sana4j.dcae.Encoder} and
 * {@link dev.sana4j.dcae.Decoder}, then {@link dev.sana4j.dcae.Autoencoder}, which joins and tiles
 * them.
 */
@NullMarked
package dev.sana4j.dcae;

import org.jspecify.annotations.NullMarked;
