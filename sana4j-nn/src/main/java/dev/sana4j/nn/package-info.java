/**
 * The layers networks are made of: parameters, and a functional forward pass.
 *
 * <p>A {@link dev.sana4j.nn.Layer} reads its parameters from a {@link dev.sana4j.weights.Weights}
 * cursor, owns them, and is applied with {@link dev.sana4j.nn.Layer#apply}, which frees everything
 * the forward pass made except its result. Model code therefore holds no memory management.
 */
@NullMarked
package dev.sana4j.nn;

import org.jspecify.annotations.NullMarked;
