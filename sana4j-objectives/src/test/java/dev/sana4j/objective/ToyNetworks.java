package dev.sana4j.objective;

import dev.sana4j.nn.Linear;
import dev.sana4j.objective.TrigFlowModel.Condition;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A teacher, a student and a discriminator of two blocks and eight channels, and tensors for them.
 */
final class ToyNetworks implements AutoCloseable {
  static final double SIGMA = 0.5;
  static final int IMAGES = 3;
  private static final int TOKENS = 5;
  private static final int CAPTION = 6;

  private final SanaTransformer teacherNetwork =
      random(1, w -> new SanaTransformer(w, config(false)));
  private final SanaTransformer studentNetwork =
      random(2, w -> new SanaTransformer(w, config(true)));
  final TrigFlowModel teacher = new TrigFlowModel(teacherNetwork);
  final TrigFlowModel student = new TrigFlowModel(studentNetwork);
  final Linear logVariance = random(3, w -> Linear.load(w.at("logvar_linear"), 8, 1));
  final LatentDiscriminator discriminator =
      LatentDiscriminator.create(4, teacherNetwork, List.of(0, 1));

  ToyNetworks() {
    leaves(studentNetwork.parameters());
    leaves(discriminator.trained());
  }

  private static SanaConfig config(boolean guidance) {
    return new SanaConfig(
        4, 4, 2, 2, 4, 2, 4, CAPTION, 2.5, false, 4, 1, false, 1e-6, 0, guidance, 0.1, true, 1);
  }

  private static <T> T random(long seed, Function<Weights, T> network) {
    try (RandomWeights weights = new RandomWeights(seed)) {
      return Weights.load(weights, DType.FLOAT32, Device.CPU, network);
    }
  }

  /** Returns the values of parameters, which require gradients. */
  static List<Tensor> leaves(List<Parameter> parameters) {
    List<Tensor> leaves = parameters.stream().map(Parameter::value).toList();
    leaves.forEach(leaf -> Autograd.record(leaf, true));
    return leaves;
  }

  static Tensor normal(long seed, long... shape) {
    try (Generator generator = new Generator(seed)) {
      return generator.normal(shape);
    }
  }

  /** Returns (B, 4, 3, 2) with the standard deviation of the data. */
  static Tensor latents(long seed) {
    return normal(seed, IMAGES, 4, 3, 2).mul(SIGMA);
  }

  static Tensor numbers(double first, double second, double third) {
    return Tensors.of(new float[] {(float) first, (float) second, (float) third}, IMAGES);
  }

  static SprintStep.Text text(long seed) {
    return new SprintStep.Text(
        normal(seed, IMAGES, TOKENS, CAPTION),
        Tensors.full(1, DType.FLOAT32, Device.CPU, IMAGES, TOKENS));
  }

  static Condition condition(SprintStep.Text text, Tensor angles, @Nullable Tensor guidance) {
    return new Condition(angles, text.states(), text.mask(), guidance);
  }

  ConsistencyObjective consistency(LogVariance logVarianceSource) {
    return new ConsistencyObjective(
        teacher,
        student,
        logVariance,
        new ConsistencyObjective.Settings(SIGMA, 0.1, 2, true, logVarianceSource));
  }

  AdversarialObjective adversarial() {
    return new AdversarialObjective(teacher, discriminator, SIGMA, 0.3);
  }

  @Override
  public void close() {
    discriminator.close();
    logVariance.close();
    studentNetwork.close();
    teacherNetwork.close();
  }
}
