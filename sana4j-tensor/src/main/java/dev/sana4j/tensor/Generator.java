package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Arrays;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Seeded random numbers, bit for bit those of {@code torch.Generator("cpu").manual_seed(seed)}.
 *
 * <p>Numbers are always drawn on the CPU, so a seed produces the same numbers on every machine and
 * device. A generator must be used by one thread at a time. Whoever creates it must close it.
 */
@CheckReturnValue
public final class Generator implements AutoCloseable {
  private final org.bytedeco.pytorch.Generator generator;
  private final GeneratorOptional argument;

  /**
   * Creates a generator at the start of its sequence.
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
   * @param shape the size of each dimension
   * @return a float32 tensor on the CPU
   */
  public Tensor normal(long... shape) {
    return TensorHandle.call(
        "normal " + Arrays.toString(shape),
        () -> torch.randn(shape, argument, NativeArguments.options(DType.FLOAT32, Device.CPU)));
  }

  /**
   * Draws from the uniform distribution.
   *
   * @param shape the size of each dimension
   * @return a float32 tensor on the CPU with values from 0 (included) to 1 (excluded)
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
