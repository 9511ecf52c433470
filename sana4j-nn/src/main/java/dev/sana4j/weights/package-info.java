/**
 * Reads and writes checkpoints.
 *
 * <p>Every file read here is untrusted, since it was downloaded. {@link
 * dev.sana4j.weights.SafetensorsHeader} contains the positions of the tensors in one file. {@link
 * dev.sana4j.weights.ShardIndex} maps tensors to the files of a sharded checkpoint. {@link
 * dev.sana4j.weights.ConfigFile} contains the settings of a network. {@link
 * dev.sana4j.weights.pth.PthFile} reads files of {@code torch.save} without executing code from
 * them. An invalid file causes a {@link dev.sana4j.weights.CheckpointException} with a one-line
 * message that names the file.
 */
@NullMarked
package dev.sana4j.weights;

import org.jspecify.annotations.NullMarked;
