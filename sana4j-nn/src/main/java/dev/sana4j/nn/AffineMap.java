package dev.sana4j.nn;

import dev.sana4j.weights.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * A layer that maps each position by W x + b: a {@link Linear}, or a {@link Conv2d} with a kernel
 * of 1x1. An {@link Adapter} can be attached to it and sees the mapped values in the last
 * dimension.
 */
public sealed interface AffineMap permits Linear, Conv2d {

  /**
   * Attaches an adapter after those attached before. The adapter stays with its owner and is not
   * closed with this layer.
   *
   * @param adapter the adapter to attach
   * @throws IllegalStateException if the layer is a convolution with a larger kernel, a stride or
   *     groups
   */
  void attach(Adapter adapter);

  /**
   * Detaches an adapter. Has no effect if it is not attached.
   *
   * @param adapter the adapter to detach
   */
  void detach(Adapter adapter);

  /**
   * Returns the weight W.
   *
   * @return (out, in) of a linear layer, (out, in, 1, 1) of a convolution; owned by this layer
   */
  Parameter weight();

  /**
   * Returns the bias b.
   *
   * @return (out), owned by this layer; null if there is none
   */
  @Nullable Parameter bias();
}
