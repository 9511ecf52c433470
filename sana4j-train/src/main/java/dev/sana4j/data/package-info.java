/** Captioned pictures: folders, shards, buckets of aspect ratios, caches of latents and texts. */
@NullMarked
package dev.sana4j.data;

import org.jspecify.annotations.NullMarked;
