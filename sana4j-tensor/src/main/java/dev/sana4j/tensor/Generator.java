package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Arrays;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Seeded random numbers, bit for bit those of {@code torch.Generator("cpu").manual_seed(seed)}.
 *
 * <p>Draws happen on the processor whatever the device of the model, so that a seed gives the same
 * numbers on every machine. A generator belongs to one thread at a time, and is closed by whoever
 * made it.
 */
@CheckReturnValue
public final class Generator implements AutoCloseable {
  private final org.bytedeco.pytorch.Generator generator;
  private final GeneratorOptional argument;

  /**
   * A generator at the beginning of its sequence.
   *
   * @param seed any number; torch reads it as unsigned
   */
  public Generator(long seed) {
    Libtorch.load();
    generator = torch.make_generator_cpu(seed);
    argument = new GeneratorOptional(generator);
  }

  /**
   * Draws from the standard normal distribution.
   *
   * @param shape sizes
   * @return a float32 tensor on the processor
   */
  public Tensor normal(long... shape) {
    return TensorHandle.call(
        "normal " + Arrays.toString(shape),
        () -> torch.randn(shape, argument, NativeArguments.options(DType.FLOAT32, Device.CPU)));
  }

  /**
   * Draws from the uniform distribution.
   *
   * @param shape sizes
   * @return a float32 tensor on the processor, from 0 to below 1
   */
  public Tensor uniform(long... shape) {
    return TensorHandle.call(
        "uniform " + Arrays.toString(shape),
        () -> torch.rand(shape, argument, NativeArguments.options(DType.FLOAT32, Device.CPU)));
  }

  @Override
  public void close() {
    argument.close();
    generator.close();
  }
}
