package dev.sana4j.weights;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;

/**
 * What a new parameter is drawn from: a normal distribution around zero, or one value for all of
 * it.
 *
 * @param deviation standard deviation of the normal distribution; 0 for the value
 * @param value the value
 */
public record Distribution(double deviation, double value) {

  /**
   * One value everywhere.
   *
   * @param value the value
   * @return a distribution without randomness
   */
  public static Distribution constant(double value) {
    return new Distribution(0, value);
  }

  /**
   * Matrices and kernels are normal with variance 1 / fan-in (LeCun et al., "Efficient BackProp",
   * section 4.6), vectors named {@code weight} are ones, and all other vectors are zeros.
   *
   * @param name full path of the parameter
   * @param shape its sizes
   * @return what keeps the scale of activations
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
   * Draws.
   *
   * @param generator gives the random numbers; not used for a constant
   * @param shape sizes
   * @return a float32 tensor on the processor
   */
  public Tensor draw(Generator generator, long... shape) {
    return deviation == 0
        ? Tensors.full(value, DType.FLOAT32, Device.CPU, shape)
        : generator.normal(shape).mul_(deviation);
  }
}
