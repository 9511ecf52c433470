/**
 * The layers of neural networks: parameters and a forward pass.
 *
 * <p>A {@link dev.sana4j.nn.Layer} reads its parameters from a {@link dev.sana4j.weights.Weights}
 * cursor and owns them. {@link dev.sana4j.nn.Layer#apply} frees all tensors that the forward pass
 * created except the result, so model code does not manage memory.
 */
@NullMarked
package dev.sana4j.nn;

import org.jspecify.annotations.NullMarked;
