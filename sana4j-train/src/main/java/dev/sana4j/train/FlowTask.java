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
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Flow matching on cached latents: the objective of the base model, of the teacher, and of every
 * fine-tuning. What is drawn for a batch depends on the seed and the number of the batch alone, and
 * is drawn for all workers alike, each of which takes its share.
 */
final class FlowTask implements TrainingTask {
  private static final double TRAIN_STEPS = 1000;

  private final Setup setup;
  private final List<Group> groups;
  private final BatchSampler sampler;
  private BatchPosition position;
  private @Nullable Drawn drawn;

  /**
   * What a flow task is made of.
   *
   * @param network the transformer
   * @param text where its condition comes from
   * @param cache latents
   * @param flow times and path
   * @param captionDropout share of captions that are dropped
   * @param captions how one of several is chosen
   * @param batch pictures a batch and worker
   * @param seed of order and draws
   * @param recomputed whether activations are computed again
   * @param rank of this worker
   * @param workers how many there are
   * @param device where the networks are
   */
  record Setup(
      SanaTransformer network,
      TextSource text,
      LatentCache cache,
      FlowMatching flow,
      double captionDropout,
      CaptionChoice captions,
      int batch,
      long seed,
      boolean recomputed,
      int rank,
      int workers,
      Device device) {}

  /** What goes with the parts of the model that are not trained here. */
  interface Outputs extends AutoCloseable {
    List<RgbImage> samples(FlowTask task);

    List<String> titles();

    void write(Path folder);

    @Override
    void close();
  }

  /** A batch of this worker. */
  private record Drawn(Tensor noisy, Tensor velocity, Tensor times, Batch batch, List<Integer> captions) {}

  private final Outputs outputs;

  FlowTask(Setup setup, List<Group> groups, Outputs outputs) {
    this.setup = setup;
    this.groups = List.copyOf(groups);
    this.outputs = outputs;
    sampler =
        BatchSampler.of(
            setup.cache().size(),
            setup.cache()::size,
            setup.batch() * setup.workers(),
            setup.seed());
    position = sampler.settle(BatchPosition.START);
  }

  SanaTransformer network() {
    return setup.network();
  }

  TextSource text() {
    return setup.text();
  }

  @Override
  public List<Group> groups() {
    return groups;
  }

  @Override
  public void nextBatch(long number) {
    Batch whole = sampler.batch(position);
    Batch mine = whole.slice(setup.rank(), setup.workers());
    try (Generator generator = new Generator(Seeds.of(setup.seed(), number, "flow"))) {
      drawn = draw(whole, mine, generator);
    }
    position = sampler.next(position);
  }

  private Drawn draw(Batch whole, Batch mine, Generator generator) {
    int all = whole.samples().size();
    int count = mine.samples().size();
    long first = (long) count * setup.rank();
    List<Integer> chosen = captions(mine, first, generator.uniform(all));
    List<Tensor> tensors =
        TensorScope.tidyAll(
            () -> {
              Tensor latents = // (B, C, h, w)
                  setup.cache().batch(mine.samples(), chosen).latents().to(DType.FLOAT32);
              Tensor times = setup.flow().times(generator, all).narrow(0, first, count);
              long[] shape = latents.shape();
              shape[0] = all;
              Tensor noise = generator.normal(shape).narrow(0, first, count);
              return List.of(
                  FlowMatching.noisy(latents, noise, times).to(setup.device()),
                  FlowMatching.velocity(latents, noise).to(setup.device()),
                  times.to(setup.device()).copy());
            });
    return new Drawn(tensors.get(0), tensors.get(1), tensors.get(2), mine, chosen);
  }

  private List<Integer> captions(Batch mine, long first, Tensor uniform) {
    float[] draws = uniform.toFloats();
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < mine.samples().size(); i++) {
      int sample = mine.samples().get(i);
      boolean dropped = draws[Math.toIntExact(first + i)] < setup.captionDropout();
      chosen.add(
          dropped
              ? LatentCache.NO_CAPTION
              : setup
                  .captions()
                  .choose(
                      setup.cache().captions(sample), setup.seed(), position.epoch(), sample));
    }
    return chosen;
  }

  @Override
  public List<Tensor> gradients(Group group) {
    Drawn batch = drawn;
    if (batch == null) {
      throw new IllegalStateException("nextBatch comes first");
    }
    List<Tensor> leaves = group.parameters().stream().map(Parameter::value).toList();
    return TensorScope.tidyAll(
        () -> {
          SanaInput input = input(batch);
          UnaryOperator<Tensor> loss = prediction -> loss(prediction, batch.velocity());
          if (setup.recomputed()) {
            return SanaGradients.recomputed(setup.network(), input, loss, leaves);
          }
          Tensor value = loss.apply(setup.network().apply(input));
          List<Tensor> results = new ArrayList<>(List.of(value.alias()));
          results.addAll(Autograd.gradients(value, leaves));
          return results;
        });
  }

  private SanaInput input(Drawn batch) {
    DType dtype = setup.network().parameters().get(0).value().dtype();
    PromptEmbedding text = setup.text().batch(batch.batch().samples(), batch.captions());
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
    return prediction
        .narrow(1, 0, velocity.size(1))
        .to(DType.FLOAT32)
        .sub(velocity)
        .pow(2)
        .mean();
  }

  @Override
  public BatchPosition position() {
    return position;
  }

  @Override
  public void seek(BatchPosition to) {
    position = sampler.settle(to);
  }

  @Override
  public int batchSize() {
    return setup.batch() * setup.workers();
  }

  @Override
  public List<RgbImage> samples() {
    return outputs.samples(this);
  }

  @Override
  public List<String> sampleTitles() {
    return outputs.titles();
  }

  @Override
  public void write(Path folder) {
    outputs.write(folder);
  }

  @Override
  public void close() {
    setup.network().close();
    setup.text().close();
    setup.cache().close();
    outputs.close();
  }
}
