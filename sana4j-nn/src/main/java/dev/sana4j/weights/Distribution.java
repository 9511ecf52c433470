package dev.sana4j.weights;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;

/**
 * The distribution of a new parameter: normal around zero, or constant.
 *
 * @param deviation standard deviation of the normal distribution; 0 for a constant
 * @param value the constant
 */
public record Distribution(double deviation, double value) {

  /**
   * Returns a constant distribution.
   *
   * @param value the constant
   * @return a distribution without randomness
   */
  public static Distribution constant(double value) {
    return new Distribution(0, value);
  }

  /**
   * Returns the default distribution, which preserves the scale of activations. Matrices and
   * kernels are normal with variance 1 / fan-in (LeCun et al., "Efficient BackProp", section 4.6),
   * vectors named {@code weight} are ones, and all other vectors are zeros.
   *
   * @param name the full name of the parameter
   * @param shape the size of each dimension
   * @return the distribution
   */
  public static Distribution byFanIn(String name, long... shape) {
    if (shape.length < 2) {
      return constant(name.endsWith("weight") ? 1 : 0);
    }
    long fanIn = 1;
    for (int i = 1; i < shape.length; i++) {
      fanIn *= shape[i];
    }
    return new Distribution(1 / Math.sqrt((double) fanIn), 0);
  }

  /**
   * Draws a tensor.
   *
   * @param generator the source of random numbers; not used for a constant
   * @param shape the size of each dimension
   * @return a float32 tensor on the CPU
   */
  public Tensor draw(Generator generator, long... shape) {
    return deviation == 0
        ? Tensors.full(value, DType.FLOAT32, Device.CPU, shape)
        : generator.normal(shape).mul_(deviation);
  }
}
