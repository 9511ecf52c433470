package dev.sana4j.train;

import dev.sana4j.data.BatchPosition;
import dev.sana4j.data.LatentCache;
import dev.sana4j.diffusion.TrigFlow;
import dev.sana4j.distill.Consistency;
import dev.sana4j.distill.FieldNetwork;
import dev.sana4j.distill.FieldNetwork.Condition;
import dev.sana4j.distill.LatentDiscriminator;
import dev.sana4j.image.RgbImage;
import dev.sana4j.nn.Linear;
import dev.sana4j.pipeline.PromptEmbedding;
import dev.sana4j.sana.SanaGradients;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.ForwardMode.Derivative;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A student learns from its teacher: to be consistent along the teacher's path (sCM), and to make
 * what the teacher's features cannot tell from pictures (LADD), in turns with the heads that tell
 * them apart. Latents are in the units of TrigFlow, with a deviation of {@link
 * DistillRecipe#SIGMA_DATA}.
 */
final class DistillTask implements TrainingTask {
  private static final double SIGMA = DistillRecipe.SIGMA_DATA;

  private final FlowTask.Setup setup;
  private final DistillRecipe recipe;
  private final Networks networks;
  private final SprintOutputs outputs;
  private final FlowSource source;
  private final FlowCourse course;
  private final List<Group> groups = new ArrayList<>();
  private final Map<String, Double> figures = new ConcurrentHashMap<>();
  private final List<Part> parts = new ArrayList<>();
  private long number;

  /**
   * What is trained, and by what; all stay with their owner.
   *
   * @param teacher frozen
   * @param student trained
   * @param logVariance of the usual error, trained with the student
   * @param discriminator trained in turns with it, or null for none
   */
  record Networks(
      FieldNetwork teacher,
      FieldNetwork student,
      Linear logVariance,
      @Nullable LatentDiscriminator discriminator) {}

  private record Part(FlowBatch batch, DistillDraws draws) {}

  DistillTask(
      FlowTask.Setup setup, DistillRecipe recipe, Networks networks, SprintOutputs outputs) {
    this.setup = setup;
    this.recipe = recipe;
    this.networks = networks;
    this.outputs = outputs;
    source = setup.sources().get(0);
    course = new FlowCourse(source, setup);
    List<Parameter> trained = new ArrayList<>(networks.student().network().parameters());
    if (recipe.isConsistent()) {
      trained.addAll(networks.logVariance().parameters());
    }
    groups.add(new Group("student", trained, recipe.optimizer(), recipe.rate()));
    LatentDiscriminator heads = networks.discriminator();
    if (heads != null) {
      double rate = recipe.adversarial().learningRate();
      groups.add(
          new Group(
              "heads",
              heads.trained(),
              recipe.optimizer(),
              recipe.optimizer().rate(rate, recipe.warmUp(), recipe.steps())));
    }
  }

  @Override
  public List<Group> groups() {
    return groups;
  }

  @Override
  public boolean isActive(Group group, long step) {
    boolean turnOfStudent = networks.discriminator() == null || step % 2 == 0;
    return group.name().equals(groups.get(0).name()) == turnOfStudent;
  }

  @Override
  public int lanes() {
    return setup.lanes();
  }

  @Override
  public void nextBatch(long batch) {
    number = batch;
    parts.clear();
    figures.clear();
    try (Generator pictures = new Generator(Seeds.of(setup.seed(), batch, "flow"));
        Generator others = new Generator(Seeds.of(setup.seed(), batch, "distill"))) {
      FlowBatch drawn = course.next(pictures);
      int count = drawn.size();
      var share =
          new DistillDraws.Share(count * setup.workers(), (long) count * setup.rank(), count);
      DistillDraws draws =
          DistillDraws.draw(recipe, others, share, drawn.latents().shape(), setup.device());
      for (var range : BatchParts.ranges(count, setup.lanes())) {
        parts.add(new Part(drawn.part(range), draws.part(range)));
      }
    }
  }

  @Override
  public List<Tensor> gradients(Group group) {
    List<Tensor> leaves = group.parameters().stream().map(Parameter::value).toList();
    boolean isStudent = group.name().equals(groups.get(0).name());
    LatentDiscriminator heads = networks.discriminator();
    if (!isStudent && heads != null) {
      heads.refresh();
      return mean(part -> withGradients(lossOfHeads(part, heads), leaves));
    }
    return mean(part -> ofStudent(part, leaves));
  }

  private List<Tensor> mean(Function<Part, List<Tensor>> lossAndGradients) {
    List<Supplier<List<Tensor>>> bodies = new ArrayList<>();
    List<BatchParts.Range> ranges = new ArrayList<>();
    int from = 0;
    for (Part part : parts) {
      ranges.add(new BatchParts.Range(from, from + part.batch().size()));
      from += part.batch().size();
      bodies.add(() -> TensorScope.tidyAll(() -> lossAndGradients.apply(part)));
    }
    return BatchParts.mean(BatchParts.run(bodies), ranges);
  }

  /** Both losses apart: what one keeps for its way back is gone before the other begins. */
  private List<Tensor> ofStudent(Part part, List<Tensor> leaves) {
    List<List<Tensor>> terms = new ArrayList<>();
    if (recipe.isConsistent()) {
      terms.add(TensorScope.tidyAll(() -> consistency(part, leaves)));
    }
    LatentDiscriminator heads = networks.discriminator();
    if (heads != null) {
      terms.add(TensorScope.tidyAll(() -> adversarial(part, heads, leaves)));
    }
    return terms.size() == 1 ? terms.get(0) : sums(terms.get(0), terms.get(1));
  }

  private static List<Tensor> sums(List<Tensor> first, List<Tensor> second) {
    List<Tensor> sums = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      sums.add(first.get(i).add(second.get(i)));
    }
    return sums;
  }

  /** A loss of the student's field and its gradients; activations are computed again if asked. */
  private List<Tensor> throughStudent(
      Tensor latents, Condition condition, UnaryOperator<Tensor> lossOfField, List<Tensor> leaves) {
    FieldNetwork student = networks.student();
    SanaInput input = student.seen(latents, condition);
    UnaryOperator<Tensor> loss =
        velocity ->
            lossOfField.apply(
                TrigFlow.field(latents, condition.angles(), velocity.to(DType.FLOAT32)));
    if (setup.recomputed()) {
      return SanaGradients.recomputed(student.network(), input, loss, leaves);
    }
    return withGradients(loss.apply(student.network().apply(input)), leaves);
  }

  private static List<Tensor> withGradients(Tensor loss, List<Tensor> leaves) {
    List<Tensor> found = new ArrayList<>(List.of(loss.alias()));
    found.addAll(Autograd.gradients(loss, leaves));
    return found;
  }

  private void figure(String name, Tensor value, Part part) {
    double all = parts.stream().mapToInt(each -> each.batch().size()).sum();
    figures.merge(name, value.alias().item() * part.batch().size() / all, Double::sum);
  }

  /**
   * With the expected log-variance the gradient is n times as large as with 0, where the public
   * script begins and, at its learning rate, stays; without that n both losses weigh as there.
   */
  private List<Tensor> consistency(Part part, List<Tensor> leaves) {
    DistillDraws draws = part.draws();
    Tensor state = noisy(part, part.batch().noise().mul(SIGMA), draws.angles());
    Tensor latents = state.div(SIGMA);
    Condition condition = condition(part, draws.angles(), true);
    List<Tensor> target =
        TensorScope.tidyAll(
            () -> Libtorch.noGrad(() -> fieldAndTangent(part, state, latents, condition)));
    long elements = latents.elements() / latents.size(0);
    return throughStudent(
        latents,
        condition,
        field -> {
          Tensor loss =
              Consistency.loss(
                  field,
                  target.get(0),
                  target.get(1),
                  draws.angles(),
                  logVariance(condition, elements),
                  SIGMA);
          figure("consistency", loss, part);
          return loss.mul(recipe.consistency().weight() / elements);
        },
        leaves);
  }

  private List<Tensor> adversarial(Part part, LatentDiscriminator heads, List<Tensor> leaves) {
    DistillDraws draws = part.draws();
    Tensor state = noisy(part, draws.madeNoise(), draws.madeAngles());
    return throughStudent(
        state.div(SIGMA),
        condition(part, draws.madeAngles(), true),
        field -> {
          Tensor made = Consistency.clean(state, field, draws.madeAngles(), SIGMA);
          Tensor loss = verdict(part, heads, made, draws.judgedNoise()).mean().mul(-1);
          figure("adversarial", loss, part);
          return loss.mul(recipe.adversarial().weight());
        },
        leaves);
  }

  /** What is learned of it is the difference from what is expected. */
  private Tensor logVariance(Condition condition, long elements) {
    Tensor embedded = networks.student().embeddedTime(condition);
    Tensor learned = networks.logVariance().apply(embedded).flatten(0, 1).to(DType.FLOAT32);
    return learned.add(Consistency.expectedLogVariance(condition.angles(), elements, SIGMA));
  }

  private List<Tensor> fieldAndTangent(
      Part part, Tensor state, Tensor latents, Condition condition) {
    Tensor angles = condition.angles();
    Tensor velocity = guided(part, latents, angles).mul(SIGMA);
    Tensor speed = Consistency.speed(angles);
    Tensor along = velocity.div(SIGMA).mul(Consistency.wide(speed));
    Derivative derivative = networks.student().derivative(latents, condition, along, speed);
    var path =
        new Consistency.Path(
            state, angles, velocity, derivative.value(), derivative.tangent(), SIGMA, warmUp());
    Tensor tangent = Consistency.normalized(path.tangent(), recipe.consistency().tangentNorm());
    return List.of(derivative.value(), tangent);
  }

  /** From 0 to 1. */
  private double warmUp() {
    int steps = recipe.consistency().tangentWarmUp();
    double done = recipe.studentSteps(number / recipe.run().accumulate());
    return steps == 0 ? 1 : Math.min(1, done / steps);
  }

  /** The teacher's field, guided away from the empty text. */
  private Tensor guided(Part part, Tensor latents, Tensor angles) {
    FlowBatch batch = part.batch();
    Tensor with = networks.teacher().field(latents, condition(part, angles, false));
    List<Integer> none = Collections.nCopies(batch.size(), LatentCache.NO_CAPTION);
    PromptEmbedding empty = source.text().batch(batch.samples(), none);
    Tensor without = networks.teacher().field(latents, condition(empty, angles, null));
    Tensor scale = Consistency.wide(part.draws().guidance());
    return without.add(with.sub(without).mul(scale));
  }

  private Condition condition(Part part, Tensor angles, boolean isStudent) {
    PromptEmbedding text = source.text().batch(part.batch().samples(), part.batch().captions());
    return condition(text, angles, isStudent ? part.draws().guidance() : null);
  }

  private Condition condition(PromptEmbedding text, Tensor angles, @Nullable Tensor guidance) {
    return new Condition(
        angles, text.states().to(setup.device()), text.mask().to(setup.device()), guidance);
  }

  private static Tensor noisy(Part part, Tensor noise, Tensor angles) {
    return Consistency.noisy(part.batch().latents().mul(SIGMA), noise, angles);
  }

  /** Clean latents that the student makes, for the heads. */
  private Tensor made(Part part) {
    DistillDraws draws = part.draws();
    Tensor state = noisy(part, draws.madeNoise(), draws.madeAngles());
    Tensor field =
        networks.student().field(state.div(SIGMA), condition(part, draws.madeAngles(), true));
    return Consistency.clean(state, field, draws.madeAngles(), SIGMA);
  }

  /** Of clean latents to which noise is added. */
  private Tensor verdict(Part part, LatentDiscriminator heads, Tensor clean, Tensor noise) {
    Tensor angles = part.draws().judgedAngles();
    Tensor state = Consistency.noisy(clean, noise, angles);
    return heads.apply(networks.teacher().seen(state.div(SIGMA), condition(part, angles, false)));
  }

  private Tensor lossOfHeads(Part part, LatentDiscriminator heads) {
    DistillDraws draws = part.draws();
    Tensor latents = part.batch().latents().mul(SIGMA);
    Tensor made = Libtorch.noGrad(() -> made(part));
    Tensor ofReal = verdict(part, heads, latents, draws.realNoise());
    Tensor ofMade = verdict(part, heads, made, draws.judgedNoise());
    if (recipe.adversarial().misaligned() && part.batch().size() > 1) {
      Tensor others = Tensors.cat(List.of(rest(latents), latents.narrow(0, 0, 1)), 0);
      ofMade = Tensors.cat(List.of(ofMade, verdict(part, heads, others, draws.realNoise())), 0);
    }
    return LatentDiscriminator.lossOfReal(ofReal)
        .add(LatentDiscriminator.lossOfMade(ofMade))
        .mul(0.5);
  }

  private static Tensor rest(Tensor latents) {
    return latents.narrow(0, 1, latents.size(0) - 1);
  }

  @Override
  public Map<String, Double> figures() {
    return new LinkedHashMap<>(figures);
  }

  @Override
  public Map<String, Tensor> buffers() {
    LatentDiscriminator heads = networks.discriminator();
    return heads == null ? Map.of() : heads.estimates();
  }

  @Override
  public BatchPosition position() {
    return course.position();
  }

  @Override
  public void seek(BatchPosition position, long batches) {
    course.seek(position);
  }

  @Override
  public int batchSize() {
    return setup.batch() * setup.workers();
  }

  private SanaTransformer student() {
    return networks.student().network();
  }

  @Override
  public List<RgbImage> samples() {
    return outputs.samples(source.text(), student(), setup.device());
  }

  @Override
  public List<String> sampleTitles() {
    return outputs.titles();
  }

  @Override
  public void write(Path folder) {
    outputs.write(folder, source.text(), student());
  }
}
