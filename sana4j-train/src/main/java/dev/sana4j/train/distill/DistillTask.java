package dev.sana4j.train.distill;

import dev.sana4j.data.BatchPosition;
import dev.sana4j.data.LatentCache;
import dev.sana4j.image.RgbImage;
import dev.sana4j.nn.Linear;
import dev.sana4j.objective.AdversarialObjective;
import dev.sana4j.objective.ConsistencyObjective;
import dev.sana4j.objective.LatentDiscriminator;
import dev.sana4j.objective.LogVariance;
import dev.sana4j.objective.LossAndGradients;
import dev.sana4j.objective.SprintStep;
import dev.sana4j.objective.TrigFlowModel;
import dev.sana4j.pipeline.engine.PromptEmbedding;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.flow.FlowBatch;
import dev.sana4j.train.flow.FlowSource;
import dev.sana4j.train.flow.FlowTask;
import dev.sana4j.train.flow.LatentBatchStream;
import dev.sana4j.train.loop.BatchParts;
import dev.sana4j.train.loop.TrainingTask;
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
import org.jspecify.annotations.Nullable;

/**
 * Distillation of a student. It learns consistency along the teacher's path (sCM). It also learns
 * to produce latents that discriminator heads on the teacher's features cannot distinguish from
 * real ones (LADD), in alternation with those heads. Latents are in the units of TrigFlow, with a
 * deviation of {@link DistillRecipe#SIGMA_DATA}.
 */
final class DistillTask implements TrainingTask {
  private static final double SIGMA = DistillRecipe.SIGMA_DATA;

  private final FlowTask.Setup setup;
  private final DistillRecipe recipe;
  private final Networks networks;
  private final SprintStep step;
  private final SprintOutputs outputs;
  private final FlowSource source;
  private final LatentBatchStream stream;
  private final List<Group> groups = new ArrayList<>();
  private final Map<String, Double> figures = new ConcurrentHashMap<>();
  private final List<Part> parts = new ArrayList<>();
  private long number;

  /**
   * The networks; all stay with their owner.
   *
   * @param teacher frozen
   * @param student trained
   * @param logVariance of the usual error, trained with the student
   * @param discriminator trained in alternation with it, or null for none
   */
  record Networks(
      TrigFlowModel teacher,
      TrigFlowModel student,
      Linear logVariance,
      @Nullable LatentDiscriminator discriminator) {}

  private record Part(FlowBatch batch, SprintStep.Draws draws) {}

  DistillTask(
      FlowTask.Setup setup, DistillRecipe recipe, Networks networks, SprintOutputs outputs) {
    this.setup = setup;
    this.recipe = recipe;
    this.networks = networks;
    step = step(setup, recipe, networks);
    this.outputs = outputs;
    source = setup.sources().get(0);
    stream = new LatentBatchStream(source, setup);
    List<Parameter> trained = new ArrayList<>(networks.student().network().parameters());
    if (recipe.isConsistent()) {
      trained.addAll(networks.logVariance().parameters());
    }
    groups.add(new Group("student", true, trained, recipe.optimizer(), recipe.rate()));
    LatentDiscriminator heads = networks.discriminator();
    if (heads != null) {
      double rate = recipe.adversarial().learningRate();
      groups.add(
          new Group(
              "heads",
              false,
              heads.trained(),
              recipe.optimizer(),
              recipe.schedule().rate(recipe.optimizer(), rate)));
    }
  }

  private static SprintStep step(FlowTask.Setup setup, DistillRecipe recipe, Networks networks) {
    var consistency =
        new ConsistencyObjective(
            networks.teacher(),
            networks.student(),
            networks.logVariance(),
            new ConsistencyObjective.Settings(
                SIGMA,
                recipe.consistency().tangentNorm(),
                recipe.consistency().weight(),
                true,
                LogVariance.FROM_EXPECTED));
    LatentDiscriminator discriminator = networks.discriminator();
    return new SprintStep(
        consistency,
        discriminator == null
            ? null
            : new AdversarialObjective(
                networks.teacher(), discriminator, SIGMA, recipe.adversarial().weight()),
        setup.recomputed());
  }

  @Override
  public List<Group> groups() {
    return groups;
  }

  @Override
  public boolean isActive(Group group, long step) {
    boolean turnOfStudent = networks.discriminator() == null || step % 2 == 0;
    return group.isLead() == turnOfStudent;
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
    try (Generator images = new Generator(Seeds.of(setup.seed(), batch, "flow"));
        Generator others = new Generator(Seeds.of(setup.seed(), batch, "distill"))) {
      FlowBatch drawn = stream.next(images);
      int count = drawn.size();
      var share =
          new DistillDraws.Share(count * setup.workers(), (long) count * setup.rank(), count);
      SprintStep.Draws draws =
          DistillDraws.draw(recipe, others, share, drawn.latents().shape(), setup.device());
      for (var range : BatchParts.ranges(count, setup.lanes())) {
        parts.add(new Part(drawn.part(range), DistillDraws.part(draws, range)));
      }
    }
  }

  @Override
  public LossAndGradients lossAndGradients(Group group) {
    List<Tensor> leaves = group.leaves();
    LatentDiscriminator discriminator = networks.discriminator();
    if (!group.isLead() && discriminator != null) {
      discriminator.refresh();
      boolean mismatched = recipe.adversarial().misaligned();
      return mean(part -> step.discriminator(batch(part), part.draws(), mismatched, leaves));
    }
    return mean(part -> studentLossAndGradients(part, leaves));
  }

  private LossAndGradients mean(Function<Part, LossAndGradients> partLossAndGradients) {
    List<Supplier<LossAndGradients>> bodies = new ArrayList<>();
    List<BatchParts.Range> ranges = new ArrayList<>();
    int from = 0;
    for (Part part : parts) {
      ranges.add(new BatchParts.Range(from, from + part.batch().size()));
      from += part.batch().size();
      bodies.add(() -> TensorScope.tidy(() -> partLossAndGradients.apply(part)));
    }
    return BatchParts.mean(BatchParts.run(bodies), ranges);
  }

  /**
   * Computes both losses separately: the memory of one backward pass is freed before the other
   * begins.
   */
  private LossAndGradients studentLossAndGradients(Part part, List<Tensor> leaves) {
    List<LossAndGradients> terms = new ArrayList<>();
    if (recipe.isConsistent()) {
      double warmUp = warmUp();
      terms.add(
          shown(
              "consistency",
              part,
              () -> step.consistency(batch(part), part.draws(), warmUp, leaves)));
    }
    if (networks.discriminator() != null) {
      terms.add(
          shown("adversarial", part, () -> step.adversarial(batch(part), part.draws(), leaves)));
    }
    return terms.size() == 1 ? terms.get(0) : terms.get(0).plus(terms.get(1));
  }

  private LossAndGradients shown(String name, Part part, Supplier<SprintStep.Result> result) {
    SprintStep.Result found = TensorScope.tidy(result);
    double all = parts.stream().mapToInt(each -> each.batch().size()).sum();
    figures.merge(name, found.figure() * part.batch().size() / all, Double::sum);
    return found.learned();
  }

  /** From 0 to 1. */
  private double warmUp() {
    int steps = recipe.consistency().tangentWarmUp();
    double done = recipe.studentSteps(number / recipe.run().accumulate());
    return steps == 0 ? 1 : Math.min(1, done / steps);
  }

  private SprintStep.Batch batch(Part part) {
    FlowBatch batch = part.batch();
    List<Integer> none = Collections.nCopies(batch.size(), LatentCache.NO_CAPTION);
    return new SprintStep.Batch(
        batch.latents().mul(SIGMA),
        batch.noise().mul(SIGMA),
        text(source.text().batch(batch.samples(), batch.captions())),
        text(source.text().batch(batch.samples(), none)));
  }

  private SprintStep.Text text(PromptEmbedding text) {
    return new SprintStep.Text(text.states().to(setup.device()), text.mask().to(setup.device()));
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
    return stream.position();
  }

  @Override
  public void seek(BatchPosition position, long batches) {
    stream.seek(position);
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
