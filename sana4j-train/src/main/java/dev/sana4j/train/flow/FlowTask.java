package dev.sana4j.train.flow;

import dev.sana4j.data.BatchPosition;
import dev.sana4j.image.RgbImage;
import dev.sana4j.objective.FlowObjective;
import dev.sana4j.objective.LossAndGradients;
import dev.sana4j.pipeline.engine.PromptEmbedding;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.loop.BatchParts;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.TrainingTask;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Flow matching on cached latents: the objective of the base model, of the teacher, and of every
 * fine-tuning. The draws of a batch depend only on the seed and the batch number. All workers make
 * the same draws, and each uses its share. Network and sources stay with their owner.
 */
public final class FlowTask implements TrainingTask {

  private final Setup setup;
  private final List<Group> groups;
  private final List<LatentBatchStream> streams;
  private final FlowOutputs outputs;
  private final Hooks hooks;
  private final List<FlowBatch> drawn = new ArrayList<>();
  private long number;

  /**
   * The parts of a flow task.
   *
   * @param network the transformer
   * @param sources of images; the first determines the order, others are trained together with it
   * @param batch images per batch and worker, of each source
   * @param seed of order and draws
   * @param recomputed whether activations are computed again
   * @param lanes parts of a batch that are computed in parallel
   * @param rank of this worker
   * @param workers how many there are
   * @param device where the networks are
   */
  public record Setup(
      SanaTransformer network,
      List<FlowSource> sources,
      int batch,
      long seed,
      boolean recomputed,
      int lanes,
      int rank,
      int workers,
      Device device) {

    /**
     * The set-up of a config.
     *
     * @param recipe the config
     * @param network the transformer
     * @param sources of images
     * @param workers that share the work
     * @param place where it runs
     * @return the set-up
     */
    public static Setup of(
        LatentTraining recipe,
        SanaTransformer network,
        List<FlowSource> sources,
        WorkerGroup workers,
        Trainer.Place place) {
      int images = sources.stream().mapToInt(source -> source.cache().size()).sum();
      workers.requireEqual("number of images", images);
      return new Setup(
          network,
          sources,
          recipe.schedule().batch(),
          recipe.run().seed(),
          recipe.run().gradientCheckpointing(),
          BatchParts.lanes(recipe.run(), trained(network, sources), place, workers),
          workers.rank(),
          workers.size(),
          place.device());
    }

    private static List<Parameter> trained(SanaTransformer network, List<FlowSource> sources) {
      List<Parameter> trained = new ArrayList<>(network.parameters());
      sources.forEach(source -> trained.addAll(source.text().parameters()));
      return trained;
    }

    /** The same, each batch in one piece. */
    Setup undivided() {
      return new Setup(network, sources, batch, seed, recomputed, 1, rank, workers, device);
    }
  }

  /**
   * Hooks of a special training.
   *
   * @param prelude first batches, in which only some parameters change
   * @param changing whether the parameter of a name changes in them
   * @param beforeBatch receives the number of a batch
   * @param beforeUse called before the network is sampled, evaluated or written
   */
  record Hooks(
      long prelude, Predicate<String> changing, LongConsumer beforeBatch, Runnable beforeUse) {
    static final Hooks NONE = new Hooks(0, name -> true, number -> {}, () -> {});

    static Hooks prelude(long batches, Predicate<String> changing) {
      return new Hooks(batches, changing, NONE.beforeBatch(), NONE.beforeUse());
    }
  }

  FlowTask(Setup setup, FlowRecipe flow, List<Group> groups, FlowOutputs outputs, Hooks hooks) {
    this.setup = setup;
    this.hooks = hooks;
    this.groups = List.copyOf(groups);
    this.outputs = outputs;
    streams =
        setup.sources().stream().map(source -> new LatentBatchStream(source, setup, flow)).toList();
  }

  SanaTransformer network() {
    return setup.network();
  }

  TextSource text() {
    return setup.sources().get(0).text();
  }

  Device device() {
    return setup.device();
  }

  @Override
  public List<Group> groups() {
    return groups;
  }

  @Override
  public int lanes() {
    return setup.lanes();
  }

  @Override
  public void nextBatch(long batch) {
    number = batch;
    hooks.beforeBatch().accept(batch);
    drawn.clear();
    try (Generator generator = new Generator(Seeds.of(setup.seed(), batch, "flow"))) {
      for (LatentBatchStream stream : streams) {
        drawn.add(stream.next(generator));
      }
    }
  }

  @Override
  public LossAndGradients lossAndGradients(Group group) {
    List<Tensor> leaves = group.leaves();
    return TensorScope.tidy(
        () -> {
          LossAndGradients sum = lossAndGradients(drawn.get(0), leaves);
          for (FlowBatch further : drawn.subList(1, drawn.size())) {
            double weight = further.source().weight();
            sum = sum.plus(lossAndGradients(further, leaves).map(found -> found.mul(weight)));
          }
          return masked(sum, group);
        });
  }

  @Override
  public Set<String> frozen(Group group) {
    return number >= hooks.prelude()
        ? Set.of()
        : group.parameters().stream()
            .map(Parameter::name)
            .filter(Predicate.not(hooks.changing()))
            .collect(Collectors.toSet());
  }

  /** Frozen parameters must not count in the norm of the gradients. */
  private LossAndGradients masked(LossAndGradients found, Group group) {
    Set<String> frozen = frozen(group);
    List<Tensor> gradients = new ArrayList<>(found.gradients());
    for (int i = 0; i < gradients.size(); i++) {
      if (frozen.contains(group.parameters().get(i).name())) {
        gradients.set(i, gradients.get(i).mul(0));
      }
    }
    return new LossAndGradients(found.loss(), gradients);
  }

  private LossAndGradients lossAndGradients(FlowBatch batch, List<Tensor> leaves) {
    List<BatchParts.Range> ranges = BatchParts.ranges(batch.size(), setup.lanes());
    List<Supplier<LossAndGradients>> parts = new ArrayList<>();
    for (BatchParts.Range range : ranges) {
      FlowBatch part = batch.part(range);
      parts.add(() -> TensorScope.tidy(() -> partLossAndGradients(part, leaves)));
    }
    return BatchParts.mean(BatchParts.run(parts), ranges);
  }

  private LossAndGradients partLossAndGradients(FlowBatch batch, List<Tensor> leaves) {
    SanaInput input = input(batch);
    Tensor velocity = batch.velocity();
    return LossAndGradients.of(
        setup.network(),
        input,
        prediction -> FlowObjective.loss(prediction, velocity),
        leaves,
        setup.recomputed());
  }

  /** The mean loss over some batches that are always the same; changes no state. */
  double evaluate(int batches) {
    List<BatchPosition> before = streams.stream().map(LatentBatchStream::position).toList();
    streams.forEach(stream -> stream.seek(BatchPosition.START));
    double sum = 0;
    for (int i = 0; i < batches; i++) {
      long batch = -1L - i;
      sum += TensorScope.<Double>compute(() -> Libtorch.noGrad(() -> loss(batch)));
    }
    for (int i = 0; i < streams.size(); i++) {
      streams.get(i).seek(before.get(i));
    }
    drawn.clear();
    return sum / batches;
  }

  private double loss(long number) {
    nextBatch(number);
    hooks.beforeUse().run();
    FlowBatch batch = drawn.get(0);
    return FlowObjective.loss(setup.network().apply(input(batch)), batch.velocity()).item();
  }

  private SanaInput input(FlowBatch batch) {
    PromptEmbedding text = batch.source().text().batch(batch.samples(), batch.captions());
    return FlowObjective.input(
        setup.network(),
        batch.noisy(),
        batch.times(),
        text.states().to(setup.device()),
        text.mask().to(setup.device()));
  }

  @Override
  public BatchPosition position() {
    return streams.get(0).position();
  }

  @Override
  public void seek(BatchPosition position, long batches) {
    streams.get(0).seek(position);
    streams.subList(1, streams.size()).forEach(further -> further.skip(batches));
  }

  @Override
  public int batchSize() {
    return setup.batch() * setup.workers();
  }

  @Override
  public List<RgbImage> samples() {
    hooks.beforeUse().run();
    return outputs.samples(this);
  }

  @Override
  public List<String> sampleTitles() {
    return outputs.titles();
  }

  @Override
  public void write(Path folder) {
    hooks.beforeUse().run();
    outputs.writer().write(this, folder);
  }
}
