package dev.sana4j.train;

import dev.sana4j.data.Batch;
import dev.sana4j.data.BatchPosition;
import dev.sana4j.data.BatchSampler;
import dev.sana4j.data.CaptionChoice;
import dev.sana4j.data.LatentCache;
import dev.sana4j.diffusion.FlowMatching;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.PromptEmbedding;
import dev.sana4j.sana.SanaGradients;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Flow matching on cached latents: the objective of the base model, of the teacher, and of every
 * fine-tuning. What is drawn for a batch depends on the seed and the number of the batch alone, and
 * is drawn for all workers alike, each of which takes its share. Network and sources stay with
 * their owner.
 */
final class FlowTask implements TrainingTask {
  private static final double TRAIN_STEPS = 1000;

  private final Setup setup;
  private final List<Group> groups;
  private final List<Course> courses;
  private final Outputs outputs;
  private final Hooks hooks;
  private final List<Drawn> drawn = new ArrayList<>();
  private long number;

  /**
   * What a flow task is made of.
   *
   * @param network the transformer
   * @param sources of pictures; the first gives the order, further ones are trained along
   * @param flow times, path and caption dropout
   * @param batch pictures a batch and worker, of each source
   * @param seed of order and draws
   * @param recomputed whether activations are computed again
   * @param rank of this worker
   * @param workers how many there are
   * @param device where the networks are
   */
  record Setup(
      SanaTransformer network,
      List<Source> sources,
      FlowRecipe flow,
      int batch,
      long seed,
      boolean recomputed,
      int rank,
      int workers,
      Device device) {

    static Setup of(
        FlowTraining recipe,
        SanaTransformer network,
        List<Source> sources,
        WorkerGroup workers,
        Device device) {
      return new Setup(
          network,
          sources,
          recipe.flow(),
          recipe.batch(),
          recipe.run().seed(),
          recipe.run().gradientCheckpointing(),
          workers.rank(),
          workers.size(),
          device);
    }
  }

  /**
   * Pictures with their text; closes both.
   *
   * @param cache latents
   * @param text where its condition comes from
   * @param captions how one of several is chosen
   * @param weight of its loss
   */
  record Source(LatentCache cache, TextSource text, CaptionChoice captions, double weight)
      implements AutoCloseable {
    @Override
    public void close() {
      text.close();
      cache.close();
    }
  }

  /** A source, and how far it has been read. */
  private static final class Course {
    final Source source;
    final BatchSampler sampler;
    BatchPosition position;

    Course(Source source, Setup setup) {
      this.source = source;
      sampler =
          BatchSampler.of(
              source.cache().size(),
              source.cache()::size,
              setup.batch() * setup.workers(),
              setup.seed());
      position = sampler.settle(BatchPosition.START);
    }

    void rewind() {
      position = sampler.settle(BatchPosition.START);
    }
  }

  /** What goes with the parts of the model that are not trained here. */
  interface Outputs {
    List<RgbImage> samples(FlowTask task);

    List<String> titles();

    void write(FlowTask task, Path folder);
  }

  /**
   * What is special in a training.
   *
   * @param prelude first batches, in which only some parameters change
   * @param changing whether the parameter of a name changes in them
   * @param beforeBatch hears the number of a batch
   * @param beforeUse told before the network is sampled, evaluated or written
   */
  record Hooks(
      long prelude, Predicate<String> changing, LongConsumer beforeBatch, Runnable beforeUse) {
    static final Hooks NONE = new Hooks(0, name -> true, number -> {}, () -> {});

    static Hooks prelude(long batches, Predicate<String> changing) {
      return new Hooks(batches, changing, NONE.beforeBatch(), NONE.beforeUse());
    }
  }

  /** A batch of this worker. */
  private record Drawn(
      Source source,
      Tensor noisy,
      Tensor velocity,
      Tensor times,
      Batch batch,
      List<Integer> captions) {}

  FlowTask(Setup setup, List<Group> groups, Outputs outputs) {
    this(setup, groups, outputs, Hooks.NONE);
  }

  FlowTask(Setup setup, List<Group> groups, Outputs outputs, Hooks hooks) {
    this.setup = setup;
    this.hooks = hooks;
    this.groups = List.copyOf(groups);
    this.outputs = outputs;
    courses = setup.sources().stream().map(source -> new Course(source, setup)).toList();
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
  public void nextBatch(long batch) {
    number = batch;
    hooks.beforeBatch().accept(batch);
    drawn.clear();
    try (Generator generator = new Generator(Seeds.of(setup.seed(), batch, "flow"))) {
      for (Course course : courses) {
        drawn.add(draw(course, generator));
        course.position = course.sampler.next(course.position);
      }
    }
  }

  private Drawn draw(Course course, Generator generator) {
    Batch whole = course.sampler.batch(course.position);
    Batch mine = whole.slice(setup.rank(), setup.workers());
    int all = whole.samples().size();
    int count = mine.samples().size();
    long first = (long) count * setup.rank();
    List<Integer> chosen = captions(course, mine, first, generator.uniform(all));
    LatentCache cache = course.source.cache();
    List<Tensor> tensors =
        TensorScope.tidyAll(
            () -> {
              Tensor latents = // (B, C, h, w)
                  cache.batch(mine.samples(), chosen).latents().to(DType.FLOAT32);
              Tensor times = setup.flow().matching().times(generator, all);
              long[] shape = latents.shape();
              shape[0] = all;
              Tensor noise = generator.normal(shape).narrow(0, first, count);
              Tensor mineOfTimes = times.narrow(0, first, count).copy();
              return List.of(
                  FlowMatching.noisy(latents, noise, mineOfTimes).to(setup.device()),
                  FlowMatching.velocity(latents, noise).to(setup.device()),
                  mineOfTimes.to(setup.device()));
            });
    return new Drawn(course.source, tensors.get(0), tensors.get(1), tensors.get(2), mine, chosen);
  }

  private List<Integer> captions(Course course, Batch mine, long first, Tensor uniform) {
    float[] draws = uniform.toFloats();
    Source source = course.source;
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < mine.samples().size(); i++) {
      int sample = mine.samples().get(i);
      boolean dropped = draws[Math.toIntExact(first + i)] < setup.flow().captionDropout();
      chosen.add(
          dropped
              ? LatentCache.NO_CAPTION
              : source
                  .captions()
                  .choose(
                      source.cache().captions(sample),
                      setup.seed(),
                      course.position.epoch(),
                      sample));
    }
    return chosen;
  }

  @Override
  public List<Tensor> gradients(Group group) {
    List<Tensor> leaves = group.parameters().stream().map(Parameter::value).toList();
    return TensorScope.tidyAll(
        () -> {
          List<Tensor> sum = gradients(drawn.get(0), leaves);
          for (Drawn further : drawn.subList(1, drawn.size())) {
            double weight = further.source().weight();
            sum = added(sum, gradients(further, leaves), weight);
          }
          return number < hooks.prelude() ? masked(sum, group) : sum;
        });
  }

  /** Gradients of 0 leave a parameter and its moments as they are, but for weight decay. */
  private List<Tensor> masked(List<Tensor> lossAndGradients, Group group) {
    List<Tensor> masked = new ArrayList<>(lossAndGradients);
    for (int i = 0; i < group.parameters().size(); i++) {
      if (!hooks.changing().test(group.parameters().get(i).name())) {
        masked.set(i + 1, lossAndGradients.get(i + 1).mul(0));
      }
    }
    return masked;
  }

  private static List<Tensor> added(List<Tensor> sum, List<Tensor> more, double weight) {
    List<Tensor> result = new ArrayList<>();
    for (int i = 0; i < sum.size(); i++) {
      result.add(sum.get(i).add(more.get(i).mul(weight)));
    }
    return result;
  }

  private List<Tensor> gradients(Drawn batch, List<Tensor> leaves) {
    SanaInput input = input(batch);
    UnaryOperator<Tensor> loss = prediction -> loss(prediction, batch.velocity());
    if (setup.recomputed()) {
      return SanaGradients.recomputed(setup.network(), input, loss, leaves);
    }
    return TensorScope.tidyAll(
        () -> {
          Tensor value = loss.apply(setup.network().apply(input));
          List<Tensor> results = new ArrayList<>(List.of(value.alias()));
          results.addAll(Autograd.gradients(value, leaves));
          return results;
        });
  }

  /** The mean loss over some batches that are always the same; changes nothing. */
  double evaluate(int batches) {
    return TensorScope.<Double>confine(
        () ->
            Libtorch.noGrad(
                () -> {
                  double sum = 0;
                  List<BatchPosition> before = courses.stream().map(c -> c.position).toList();
                  courses.forEach(Course::rewind);
                  for (int i = 0; i < batches; i++) {
                    nextBatch(-1L - i);
                    hooks.beforeUse().run();
                    Drawn batch = drawn.get(0);
                    Tensor prediction = setup.network().apply(input(batch));
                    sum += loss(prediction, batch.velocity()).item();
                  }
                  for (int i = 0; i < courses.size(); i++) {
                    courses.get(i).position = before.get(i);
                  }
                  drawn.clear();
                  return sum / batches;
                }));
  }

  private SanaInput input(Drawn batch) {
    DType dtype = setup.network().dtype();
    PromptEmbedding text = batch.source().text().batch(batch.batch().samples(), batch.captions());
    double scale = TRAIN_STEPS * setup.network().config().timestepScale();
    return new SanaInput(
        batch.noisy().to(dtype),
        text.states().to(setup.device()).to(dtype),
        text.mask().to(setup.device()),
        batch.times().mul(scale),
        null,
        null);
  }

  /** Mean squared error in float32; a learned variance beside the prediction is not trained. */
  private static Tensor loss(Tensor prediction, Tensor velocity) {
    return prediction.narrow(1, 0, velocity.size(1)).to(DType.FLOAT32).sub(velocity).pow(2).mean();
  }

  @Override
  public BatchPosition position() {
    return courses.get(0).position;
  }

  @Override
  public void seek(BatchPosition position, long batches) {
    Course first = courses.get(0);
    first.position = first.sampler.settle(position);
    for (Course further : courses.subList(1, courses.size())) {
      for (long i = 0; i < batches; i++) {
        further.position = further.sampler.next(further.position);
      }
    }
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
    outputs.write(this, folder);
  }
}
