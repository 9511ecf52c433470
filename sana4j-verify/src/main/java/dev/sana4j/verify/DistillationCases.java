package dev.sana4j.verify;

import dev.sana4j.distill.Consistency;
import dev.sana4j.distill.FieldNetwork;
import dev.sana4j.distill.FieldNetwork.Condition;
import dev.sana4j.distill.LatentDiscriminator;
import dev.sana4j.nn.Linear;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.ForwardMode.Derivative;
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
 * Runs one step of distillation on its reference inputs: the generator's, then the heads'. The
 * reference takes the logarithm of the usual error from the embedding of the angle; sana4j's
 * trainer takes it from that of the flow's time, which is what the network sees.
 */
final class DistillationCases {
  private final Reference reference;
  private final double bound;
  private final double sigmaData;
  private final double adversarialWeight;
  private final double consistencyWeight;
  private final double tangentNorm;
  private final FieldNetwork teacher;
  private final FieldNetwork student;
  private final Linear logVariance;
  private final LatentDiscriminator discriminator;

  private DistillationCases(
      Reference reference, Machine machine, ConfigFile numbers, Networks networks) {
    this.reference = reference;
    bound = machine.bounds().network();
    sigmaData = numbers.number("sigma_data");
    consistencyWeight = numbers.number("scm_lambda");
    adversarialWeight = numbers.number("adv_lambda");
    tangentNorm = numbers.number("tangent_norm_c");
    teacher = new FieldNetwork(networks.teacher());
    student = new FieldNetwork(networks.student());
    logVariance = networks.logVariance();
    discriminator = networks.discriminator();
  }

  private record Networks(
      SanaTransformer teacher,
      SanaTransformer student,
      Linear logVariance,
      LatentDiscriminator discriminator) {}

  /** Every tensor that the reference has of a step. */
  static void step(Path folder, Reference reference, Machine machine) {
    ConfigFile numbers = ConfigFile.read(folder.resolve("README.json"));
    try (SanaTransformer teacher = open(folder, "teacher", machine);
        SanaTransformer student = open(folder, "student", machine);
        Linear logVariance = logVariance(reference, machine, student.config().width());
        LatentDiscriminator discriminator = discriminator(reference, machine, numbers, teacher)) {
      var networks = new Networks(teacher, student, logVariance, discriminator);
      var step = new DistillationCases(reference, machine, numbers, networks);
      step.heads(step.generator());
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

  /** Weights that stand among the reference tensors, some under another name. */
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

  /** Compares all of the student's step; the clean latents it makes. */
  private Tensor generator() {
    Tensor angles = reference.exactInput("t");
    Tensor noisy = Consistency.noisy(reference.input("x0"), reference.input("noise"), angles);
    reference.compare("x_t", noisy, bound);
    Tensor velocity = velocity(noisy, angles);
    reference.compare("teacher_velocity_cfg", velocity, bound);

    Tensor latents = noisy.div(sigmaData);
    Condition condition = condition(angles, true);
    Tensor speed = Consistency.speed(angles);
    Tensor along = velocity.div(sigmaData).mul(Consistency.wide(speed));
    reference.compare("tangent_x", along, bound);
    reference.compare("tangent_t", speed, bound);
    Derivative derivative = student.derivative(latents, condition, along, speed);
    reference.compare("F_theta", derivative.value(), bound);
    reference.compare("F_theta_jvp", derivative.tangent(), bound);
    var path =
        new Consistency.Path(
            noisy,
            angles,
            velocity,
            derivative.value(),
            derivative.tangent(),
            sigmaData,
            reference.stored("r").item());
    Tensor tangent = path.tangent();
    reference.compare("g", tangent, bound);
    Tensor normalized = Consistency.normalized(tangent, tangentNorm);
    reference.compare("g_normalized", normalized, bound);
    compareGradients(path, normalized, condition);
    return Consistency.clean(noisy, derivative.value(), angles, sigmaData);
  }

  /** dx/dt with guidance, both texts in one batch. */
  private Tensor velocity(Tensor noisy, Tensor angles) {
    Tensor latents = noisy.div(sigmaData);
    Tensor with = teacher.field(latents, condition(angles, false));
    Tensor without =
        teacher.field(
            latents,
            new Condition(
                angles,
                reference.input("negative_encoder_hidden_states"),
                reference.exactInput("negative_encoder_attention_mask"),
                null));
    Tensor scale = Consistency.wide(reference.exactInput("cfg_scale"));
    return without.add(with.sub(without).mul(scale)).mul(sigmaData);
  }

  private void compareGradients(Consistency.Path path, Tensor tangent, Condition condition) {
    List<Parameter> parameters = new ArrayList<>(student.network().parameters());
    parameters.addAll(logVariance.parameters());
    List<Tensor> leaves = parameters.stream().map(Parameter::value).toList();
    leaves.forEach(leaf -> Autograd.record(leaf, true));
    List<Tensor> gradients =
        TensorScope.tidyAll(() -> Autograd.gradients(loss(path, tangent, condition), leaves));
    for (int i = 0; i < leaves.size(); i++) {
      reference.compare("grad." + parameters.get(i).name(), gradients.get(i), bound);
    }
  }

  private Tensor loss(Consistency.Path path, Tensor tangent, Condition condition) {
    Tensor angles = condition.angles();
    double scale = student.network().config().guidanceScale();
    Tensor field = student.field(path.state().div(sigmaData), condition);
    Tensor usual =
        logVariance
            .apply(
                student
                    .network()
                    .embeddedTime(angles, reference.exactInput("cfg_scale").mul(scale)))
            .flatten(0, 1);
    reference.compare("logvar", usual.alias(), bound);
    Tensor consistency = Consistency.loss(field, path.field(), tangent, angles, usual, sigmaData);
    reference.compare("scm_loss", consistency.alias(), bound);
    Tensor made = Consistency.clean(path.state(), field, angles, sigmaData);
    Tensor verdicts = verdicts(made, "z_D");
    reference.compare("pred_fake_eval", verdicts.alias(), bound);
    Tensor adversarial = verdicts.mean().mul(-1);
    reference.compare("adv_loss", adversarial.alias(), bound);
    Tensor total = consistency.mul(consistencyWeight).add(adversarial.mul(adversarialWeight));
    reference.compare("total_loss", total.alias(), bound);
    return total;
  }

  /** Of clean latents to which noise is added, as the reference drew it under a name. */
  private Tensor verdicts(Tensor clean, String noise) {
    Tensor angles = reference.exactInput("t_D");
    Tensor noisy = Consistency.noisy(clean, reference.input(noise), angles);
    return discriminator.apply(teacher.seen(noisy.div(sigmaData), condition(angles, false)));
  }

  private void heads(Tensor made) {
    List<Parameter> parameters = discriminator.trained();
    List<Tensor> leaves = parameters.stream().map(Parameter::value).toList();
    leaves.forEach(leaf -> Autograd.record(leaf, true));
    List<Tensor> gradients =
        TensorScope.tidyAll(() -> Autograd.gradients(lossOfHeads(made), leaves));
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
   * A bias that a norm takes away again has no gradient: what both have of it is rounding, and is
   * measured by the gradient of the weight beside it.
   */
  private void compareOfHead(String name, Tensor gradient) {
    String weight = name.replaceFirst("bias$", "weight_orig");
    if (name.contains(".main.") && !weight.equals(name) && reference.has(weight)) {
      reference.compareTo(reference.stored(weight).norm().item(), name, gradient, bound);
    } else {
      reference.compare(name, gradient, bound);
    }
  }

  private Tensor lossOfHeads(Tensor made) {
    discriminator.refresh();
    Tensor ofMade = verdicts(made, "z_D_fake");
    reference.compare("pred_fake", ofMade.alias(), bound);
    discriminator.refresh();
    Tensor ofReal = verdicts(reference.input("x0"), "z_D_real");
    reference.compare("pred_true", ofReal.alias(), bound);
    Tensor loss =
        LatentDiscriminator.lossOfReal(ofReal).add(LatentDiscriminator.lossOfMade(ofMade)).mul(0.5);
    reference.compare("loss_D", loss.alias(), bound);
    return loss;
  }
}
