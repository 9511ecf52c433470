/**
 * Captioned images: folders, shards, buckets of aspect ratios, caches of latents and texts.
 *
 * <p>A {@link dev.sana4j.data.DataSet} finds images and captions where users have them. {@link
 * dev.sana4j.data.Buckets} decides the size of an image, {@link dev.sana4j.data.BatchSampler} which
 * images make a batch, {@link dev.sana4j.data.CaptionChoice} which caption of an image is used. All
 * are pure functions of a seed and a position. Autoencoder trainings use {@link
 * dev.sana4j.data.PixelBatches}. All others use a {@link dev.sana4j.data.LatentCache}, which {@link
 * dev.sana4j.data.LatentCacheBuilder} creates from a data set once.
 */
@NullMarked
package dev.sana4j.data;

import org.jspecify.annotations.NullMarked;
