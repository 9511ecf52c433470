package dev.sana4j.verify;

import dev.sana4j.nn.Linear;
import dev.sana4j.objective.AdversarialObjective;
import dev.sana4j.objective.Consistency;
import dev.sana4j.objective.ConsistencyObjective;
import dev.sana4j.objective.ConsistencyObjective.Target;
import dev.sana4j.objective.HingeLoss;
import dev.sana4j.objective.LatentDiscriminator;
import dev.sana4j.objective.LogVariance;
import dev.sana4j.objective.LossAndGradients;
import dev.sana4j.objective.TrigFlowModel;
import dev.sana4j.objective.TrigFlowModel.Condition;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.verify.Reference.Machine;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs one step of distillation on its reference inputs, with the objectives of the trainer: the
 * student's, then the discriminator's. The reference takes both losses of the student at one state,
 * and {@link LogVariance#OF_ANGLE}.
 */
final class DistillationCases {
  private final Reference reference;
  private final double bound;
  private final double sigmaData;
  private final ConsistencyObjective consistency;
  private final AdversarialObjective adversarial;

  private DistillationCases(
      Reference reference, Machine machine, ConfigFile numbers, Networks networks) {
    this.reference = reference;
    bound = machine.bounds().network();
    sigmaData = numbers.number("sigma_data");
    TrigFlowModel teacher = new TrigFlowModel(networks.teacher());
    consistency =
        new ConsistencyObjective(
            teacher,
            new TrigFlowModel(networks.student()),
            networks.logVariance(),
            new ConsistencyObjective.Settings(
                sigmaData,
                numbers.number("tangent_norm_c"),
                numbers.number("scm_lambda"),
                false,
                LogVariance.OF_ANGLE));
    adversarial =
        new AdversarialObjective(
            teacher, networks.discriminator(), sigmaData, numbers.number("adv_lambda"));
  }

  private record Networks(
      SanaTransformer teacher,
      SanaTransformer student,
      Linear logVariance,
      LatentDiscriminator discriminator) {}

  /** Compares every reference tensor of a step. */
  static void step(Path folder, Reference reference, Machine machine) {
    ConfigFile numbers = ConfigFile.read(folder.resolve("README.json"));
    try (SanaTransformer teacher = open(folder, "teacher", machine);
        SanaTransformer student = open(folder, "student", machine);
        Linear logVariance = logVariance(reference, machine, student.config().width());
        LatentDiscriminator discriminator = discriminator(reference, machine, numbers, teacher)) {
      var networks = new Networks(teacher, student, logVariance, discriminator);
      var step = new DistillationCases(reference, machine, numbers, networks);
      step.discriminator(step.student());
    }
  }

  private static SanaTransformer open(Path folder, String name, Machine machine) {
    return SanaTransformer.open(folder.resolve(name), machine.dtype(), machine.device());
  }

  private static Linear logVariance(Reference reference, Machine machine, int width) {
    var stored =
        new Stored(
            reference,
            Map.of("logvar_linear.weight", "logvar_weight", "logvar_linear.bias", "logvar_bias"));
    return Weights.load(
        stored,
        machine.dtype(),
        machine.device(),
        weights -> Linear.load(weights.at("logvar_linear"), width, 1));
  }

  private static LatentDiscriminator discriminator(
      Reference reference, Machine machine, ConfigFile numbers, SanaTransformer teacher) {
    List<Integer> blocks = numbers.integers("head_block_ids");
    return Weights.load(
        new Stored(reference, Map.of()),
        machine.dtype(),
        machine.device(),
        weights -> new LatentDiscriminator(weights.at("disc"), teacher, blocks));
  }

  /** Weights that are stored among the reference tensors, some under another name. */
  private record Stored(Reference reference, Map<String, String> others) implements WeightSource {
    private String stored(String name) {
      return others.getOrDefault(name, name);
    }

    @Override
    public boolean contains(String name) {
      return reference.has(stored(name));
    }

    @Override
    public Tensor tensor(String name, long... shape) {
      return reference.stored(stored(name));
    }

    @Override
    public Set<String> names() {
      return Set.of();
    }

    @Override
    public String description() {
      return "the reference";
    }
  }

  private Condition condition(Tensor angles, boolean guided) {
    return new Condition(
        angles,
        reference.input("encoder_hidden_states"),
        reference.exactInput("encoder_attention_mask"),
        guided ? reference.exactInput("cfg_scale") : null);
  }

  /** Compares the step of the student; returns its clean latents. */
  private Tensor student() {
    Tensor angles = reference.exactInput("t");
    Tensor state = Consistency.noisy(reference.input("x0"), reference.input("noise"), angles);
    reference.compare("x_t", state, bound);
    Condition condition = condition(angles, true);
    Target target =
        consistency.target(
            state,
            condition,
            condition(angles, false),
            new Condition(
                angles,
                reference.input("negative_encoder_hidden_states"),
                reference.exactInput("negative_encoder_attention_mask"),
                null),
            reference.stored("r").item());
    reference.compare("teacher_velocity_cfg", target.velocity(), bound);
    reference.compare("tangent_x", target.along(), bound);
    reference.compare("tangent_t", target.speed(), bound);
    reference.compare("F_theta", target.field(), bound);
    reference.compare("F_theta_jvp", target.change(), bound);
    reference.compare("g", target.tangent(), bound);
    reference.compare("g_normalized", target.normalized(), bound);
    compareGradients(state, target, condition);
    return adversarial.fake(state, target.field(), angles);
  }

  private void compareGradients(Tensor state, Target target, Condition condition) {
    List<Parameter> parameters = new ArrayList<>(consistency.student().network().parameters());
    parameters.addAll(consistency.logVarianceMap().parameters());
    List<Tensor> leaves = parameters.stream().map(Parameter::value).toList();
    leaves.forEach(leaf -> Autograd.record(leaf, true));
    LossAndGradients found =
        TensorScope.tidy(
            () ->
                consistency
                    .student()
                    .lossAndGradients(
                        state.div(sigmaData),
                        condition,
                        field -> loss(state, field, target, condition),
                        leaves,
                        false));
    for (int i = 0; i < leaves.size(); i++) {
      reference.compare("grad." + parameters.get(i).name(), found.gradients().get(i), bound);
    }
  }

  private Tensor loss(Tensor state, Tensor field, Target target, Condition condition) {
    ConsistencyObjective.Loss consistent = consistency.loss(field, target, condition);
    reference.compare("logvar", consistent.logVariance().alias(), bound);
    reference.compare("scm_loss", consistent.mean().alias(), bound);
    Tensor fake = adversarial.fake(state, field, condition.angles());
    AdversarialObjective.Loss generator =
        adversarial.generatorLoss(fake, reference.input("z_D"), discriminatorCondition());
    reference.compare("pred_fake_eval", generator.logits().alias(), bound);
    reference.compare("adv_loss", generator.mean().alias(), bound);
    Tensor total = consistent.total().add(generator.total());
    reference.compare("total_loss", total.alias(), bound);
    return total;
  }

  /** Returns the condition of the discriminator. */
  private Condition discriminatorCondition() {
    return condition(reference.exactInput("t_D"), false);
  }

  private void discriminator(Tensor fake) {
    LatentDiscriminator discriminator = adversarial.discriminator();
    List<Parameter> parameters = discriminator.trained();
    List<Tensor> leaves = parameters.stream().map(Parameter::value).toList();
    leaves.forEach(leaf -> Autograd.record(leaf, true));
    List<Tensor> gradients =
        TensorScope.tidy(() -> LossAndGradients.of(discriminatorLoss(fake), leaves)).gradients();
    for (int i = 0; i < leaves.size(); i++) {
      compareOfHead(parameters.get(i).name().replaceFirst("disc", "disc_grad"), gradients.get(i));
    }
    discriminator
        .estimates()
        .forEach(
            (name, value) ->
                reference.compare(name.replaceFirst("disc", "disc_after"), value, bound));
  }

  /**
   * Compares a gradient. A bias before a norm has no gradient apart from rounding, so its error is
   * measured relative to the gradient of the corresponding weight.
   */
  private void compareOfHead(String name, Tensor gradient) {
    String weight = name.replaceFirst("bias$", "weight_orig");
    if (name.contains(".main.") && !weight.equals(name) && reference.has(weight)) {
      reference.compareTo(reference.stored(weight).norm().item(), name, gradient, bound);
    } else {
      reference.compare(name, gradient, bound);
    }
  }

  /**
   * Returns the discriminator loss; like the reference, it advances the power iteration before each
   * of the two passes.
   */
  private Tensor discriminatorLoss(Tensor fake) {
    adversarial.discriminator().refresh();
    Tensor fakeLogits =
        adversarial.logits(fake, reference.input("z_D_fake"), discriminatorCondition());
    reference.compare("pred_fake", fakeLogits.alias(), bound);
    adversarial.discriminator().refresh();
    Tensor realLogits =
        adversarial.logits(
            reference.input("x0"), reference.input("z_D_real"), discriminatorCondition());
    reference.compare("pred_true", realLogits.alias(), bound);
    Tensor loss = HingeLoss.discriminator(realLogits, fakeLogits);
    reference.compare("loss_D", loss.alias(), bound);
    return loss;
  }
}
