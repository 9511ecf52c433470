/**
 * Conversion between original checkpoints and model folders in the diffusers layout.
 *
 * <p>{@link dev.sana4j.convert.OriginalCheckpoint} reads an original file under the names of the
 * diffusers layout, {@link dev.sana4j.convert.FolderConversion} converts it into a folder, and
 * {@link dev.sana4j.convert.OriginalConversion} converts back. Data for which a folder has no place
 * are kept next to its weights, in a separate file that nothing else reads.
 */
@NullMarked
package dev.sana4j.convert;

import org.jspecify.annotations.NullMarked;
