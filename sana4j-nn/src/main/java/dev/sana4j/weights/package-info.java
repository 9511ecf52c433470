/**
 * Checkpoints in and out.
 *
 * <p>Every file read here is untrusted: it was downloaded. {@link
 * dev.sana4j.weights.SafetensorsHeader} tells where the tensors of one file lie, {@link
 * dev.sana4j.weights.ShardIndex} which file of a sharded checkpoint holds which tensor, {@link
 * dev.sana4j.weights.ConfigFile} how the network that owns them is built, and {@link
 * dev.sana4j.weights.pth.PthFile} reads what {@code torch.save} wrote without running anything of
 * it. Each refusal is one {@link dev.sana4j.weights.CheckpointException} of one line that names the
 * file.
 */
@NullMarked
package dev.sana4j.weights;

import org.jspecify.annotations.NullMarked;
