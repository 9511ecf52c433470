/**
 * Checkpoints in the layouts they were trained in, to model folders in the diffusers layout and
 * back.
 *
 * <p>{@link dev.sana4j.convert.OriginalCheckpoint} reads an original file under the names of the
 * diffusers layout, {@link dev.sana4j.convert.FolderConversion} makes a folder of it, and {@link
  * dev.sana4j.convert.OriginalConversion} converts a folder back. Data that has no place in a
   * folder is kept next to its weights, in a separate file.
 */
@NullMarked
package dev.sana4j.convert;

import org.jspecify.annotations.NullMarked;
