package dev.sana4j.train.distill;

import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Converts a teacher to a student: the same weights, and an embedding of the guidance scale that
  * adds
 * nothing yet. Its first map is random and its second zero; were both zero, no gradient would ever
 * reach the first, and the scale could not be learned.
 */
final class StudentConversion {
  private static final String TEACHER_TIME = "time_embed.emb.timestep_embedder.";
  private static final String STUDENT_TIME = "time_embed.timestep_embedder.";
  private static final String GUIDANCE = "time_embed.guidance_embedder.";

  /** Standard deviation of the first map, as in SANA-Sprint. */
  private static final double DEVIATION = 0.02;

  private StudentConversion() {}

  static SanaTransformer convert(SanaTransformer teacher, long seed, DType dtype) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (Parameter parameter : teacher.parameters()) {
      values.put(parameter.name().replace(TEACHER_TIME, STUDENT_TIME), parameter.value());
    }
    Device device = teacher.parameters().get(0).value().device();
    try (Generator random = new Generator(seed)) {
      return Weights.load(
          new Converted(values, random),
          dtype,
          device,
          weights -> new SanaTransformer(weights, teacher.config().student()));
    }
  }

  /** The weights of the teacher, and a new embedding. */
  private record Converted(Map<String, Tensor> values, Generator random) implements WeightSource {
    @Override
    public boolean contains(String name) {
      return values.containsKey(name) || name.startsWith(GUIDANCE);
    }

    @Override
    public Tensor tensor(String name, long... shape) {
      Tensor known = values.get(name);
      if (known != null) {
        return known.copy();
      }
      return name.equals(GUIDANCE + "linear_1.weight")
          ? TensorScope.tidy(() -> random.normal(shape).mul(DEVIATION))
          : Tensors.zeros(DType.FLOAT32, Device.CPU, shape);
    }

    @Override
    public Set<String> names() {
      return values.keySet();
    }

    @Override
    public String description() {
      return "the teacher";
    }
  }
}
