/**
 * Captioned images: folders, shards, buckets of aspect ratios, caches of latents and texts.
 *
 * <p>A {@link dev.sana4j.data.DataSet} finds images and captions where users have them. {@link
 * dev.sana4j.data.Buckets} says which size an image is brought to, {@link
 * dev.sana4j.data.BatchSampler} which images make a batch, {@link dev.sana4j.data.CaptionChoice}
 * which of its captions an image goes with: all of them pure functions of a seed and a position. An
 * autoencoder is trained on {@link dev.sana4j.data.PixelBatches}; everything else on a {@link
 * dev.sana4j.data.LatentCache}, which {@link dev.sana4j.data.LatentCacheBuilder} makes of a data
 * set once.
 */
@NullMarked
package dev.sana4j.data;

import org.jspecify.annotations.NullMarked;
