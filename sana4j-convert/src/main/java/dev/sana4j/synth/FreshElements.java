package dev.sana4j.synth;

import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Distribution;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.TensorSpec;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;

/**
 * The elements of new parameters, drawn while they are written.
 *
 * @param generator source of the random numbers
 * @param distributions returns the distribution of a parameter by its name and shape
 * @param progress receives the number of bytes of each piece
 */
record FreshElements(
    Generator generator,
    BiFunction<String, long[], Distribution> distributions,
    LongConsumer progress)
    implements SafetensorsWriter.Elements {

  /**
   * Returns the initial distribution of a Gemma parameter. It is as for other networks, except that
   * norms multiply by 1 + weight. The embedding table, whose fan-in is the width, is multiplied by
   * the square root of the width when it is read.
   */
  static Distribution ofGemma(String name, long... shape) {
    return name.endsWith("norm.weight")
        ? Distribution.constant(0)
        : Distribution.byFanIn(name, shape);
  }

  @Override
  public Tensor piece(TensorSpec tensor, long start, long count) {
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    Distribution distribution = distributions.apply(tensor.name(), shape);
    Tensor drawn = distribution.draw(generator, count).to(tensor.dtype());
    progress.accept(count * tensor.dtype().bytes());
    return drawn;
  }
}
