/**
 * Checkpoints in the layouts they were trained in, to model folders in the diffusers layout and
 * back.
 *
 * <p>{@link dev.sana4j.convert.OriginalCheckpoint} reads an original file under the names of the
 * diffusers layout, {@link dev.sana4j.convert.FolderConversion} makes a folder of it, and {@link
 * dev.sana4j.convert.OriginalConversion} goes the other way. What a folder has no place for is kept
 * beside its weights, in a file of its own that nothing else reads.
 */
@NullMarked
package dev.sana4j.convert;

import org.jspecify.annotations.NullMarked;
