package dev.sana4j.train.autoencoder;

import dev.sana4j.data.BatchPosition;
import dev.sana4j.data.BatchSampler;
import dev.sana4j.data.PixelBatch;
import dev.sana4j.data.PixelBatches;
import dev.sana4j.data.SkipReport;
import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.image.RgbImage;
import dev.sana4j.objective.AutoencoderObjective;
import dev.sana4j.objective.Discriminator;
import dev.sana4j.objective.LossAndGradients;
import dev.sana4j.objective.Recomputation;
import dev.sana4j.objective.ReconstructionLoss;
import dev.sana4j.pipeline.engine.ModelFolderWriter;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.loop.BatchParts;
import dev.sana4j.train.loop.TrainingListener;
import dev.sana4j.train.loop.TrainingTask;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Trains the reconstruction of images from their latents. The draws of a batch depend only on the
 * seed and the batch number. All workers make the same draws, and each uses its share.
 */
final class AutoencoderTask implements TrainingTask, AutoCloseable {
  private static final String SQUARED_ERROR = "squared error";

  private final Setup setup;
  private final AutoencoderObjective objective;
  private final List<Group> groups = new ArrayList<>();
  private final BatchSampler sampler;
  private BatchPosition position;
  private long number;
  private long broken;
  private final List<Part> parts = new ArrayList<>();
  private @Nullable PixelBatches batches;

  /**
   * The parts of the task.
   *
   * @param network the autoencoder
   * @param discriminator null for none
   * @param images the data
   * @param recipe the config
   * @param dtype of the networks
   * @param lanes parts of a batch that are computed in parallel
   * @param rank of this worker
   * @param workers number of workers
   * @param device device of the networks
   * @param listener notified of images that cannot be read
   */
  record Setup(
      Autoencoder network,
      @Nullable Discriminator discriminator,
      TrainingImages images,
      AutoencoderRecipe recipe,
      DType dtype,
      int lanes,
      int rank,
      int workers,
      Device device,
      TrainingListener listener) {}

  /** Images of a part of a batch, (B, 3, H, W) in float32, and their results. */
  private static final class Part {
    final BatchParts.Range range;
    final Tensor pixels;
    final Map<String, Tensor> figures = new LinkedHashMap<>();
    @Nullable Tensor reconstruction;

    Part(BatchParts.Range range, Tensor pixels) {
      this.range = range;
      this.pixels = pixels;
    }

    /** Keeps a scalar to be read at the end of the step, because a GPU is then not waited for. */
    void show(String name, Tensor figure) {
      figures.put(name, figure.keep());
    }
  }

  AutoencoderTask(Setup setup) {
    this.setup = setup;
    AutoencoderRecipe recipe = setup.recipe();
    objective =
        new AutoencoderObjective(
            new AutoencoderObjective.Weights(
                recipe.loss().gradientWeight(),
                recipe.loss().ssimWeight(),
                recipe.adversarial().weight()),
            setup.discriminator());
    OptimizerRecipe optimizer = recipe.optimizer();
    groups.add(
        new Group("autoencoder", true, trained(), optimizer, recipe.schedule().rate(optimizer)));
    if (setup.discriminator() != null) {
      groups.add(
          new Group(
              "discriminator",
              false,
              setup.discriminator().parameters(),
              optimizer,
              recipe.schedule().rate(optimizer, recipe.adversarial().learningRate())));
    }
    sampler = setup.images().sampler(batchSize());
    position = sampler.settle(BatchPosition.START);
  }

  private boolean isFrozen() {
    return setup.recipe().freezeEncoder();
  }

  private List<Parameter> trained() {
    Autoencoder network = setup.network();
    return isFrozen() ? network.decoderParameters() : network.parameters();
  }

  @Override
  public List<Group> groups() {
    return groups;
  }

  @Override
  public boolean isActive(Group group, long step) {
    return group.isLead() || step >= setup.recipe().adversarial().from();
  }

  @Override
  public int lanes() {
    return setup.lanes();
  }

  @Override
  public void nextBatch(long batch) {
    number = batch;
    clearParts();
    try (PixelBatch loaded = batches().next()) {
      position = sampler.next(loaded.batch().position());
      Tensor pixels = loaded.pixels().to(setup.device()).channelsLast();
      for (var range : BatchParts.ranges(Math.toIntExact(pixels.size(0)), setup.lanes())) {
        parts.add(new Part(range, range.of(pixels)));
      }
    }
    if (broken == 0) {
      noteBroken();
    }
  }

  /** Reports images that cannot be read: the first one, and at the end if there were more. */
  private void noteBroken() {
    SkipReport replaced = batches().replaced();
    if (replaced.count() > broken) {
      broken = replaced.count();
      setup.listener().note(setup.recipe().data().path() + ": other images replace " + replaced);
    }
  }

  private PixelBatches batches() {
    PixelBatches open = batches;
    if (open == null) {
      open =
          setup
              .images()
              .batches(setup.recipe().schedule().batch(), position, setup.rank(), setup.workers());
      batches = open;
    }
    return open;
  }

  @Override
  public LossAndGradients lossAndGradients(Group group) {
    List<Tensor> leaves = group.leaves();
    return BatchParts.mean(
        group.isLead()
            ? reconstructed(leaves)
            : run(part -> discriminatorLossAndGradients(part, leaves)),
        parts.stream().map(part -> part.range).toList());
  }

  private <T extends TensorGroup> List<T> run(Function<Part, T> body) {
    return BatchParts.run(
        parts.stream()
            .<Supplier<T>>map(part -> () -> TensorScope.tidy(() -> body.apply(part)))
            .toList());
  }

  /** Keeps the reconstructions for the discriminator, without their graph. */
  private List<LossAndGradients> reconstructed(List<Tensor> leaves) {
    List<Recomputation.Result> results = run(part -> reconstructed(part, leaves));
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).reconstruction = results.get(i).output();
    }
    return results.stream().map(Recomputation.Result::learned).toList();
  }

  private Recomputation.Result reconstructed(Part part, List<Tensor> leaves) {
    if (setup.recipe().run().gradientCheckpointing()) {
      Tensor input = isFrozen() ? encode(part) : part.pixels;
      return Recomputation.chain(links(part), input, decoded -> loss(part, decoded), leaves);
    }
    Tensor decoded = setup.network().decode(noisy(part, encode(part))).to(DType.FLOAT32);
    return new Recomputation.Result(
        decoded.alias(), LossAndGradients.of(loss(part, decoded), leaves));
  }

  private List<UnaryOperator<Tensor>> links(Part part) {
    List<UnaryOperator<Tensor>> links = new ArrayList<>();
    if (!isFrozen()) {
      links.add(pixels -> pixels.to(setup.dtype()));
      links.addAll(setup.network().encoding());
    }
    links.add(latent -> TensorScope.tidy(() -> noisy(part, latent)));
    links.addAll(setup.network().decoding());
    links.add(decoded -> decoded.to(DType.FLOAT32));
    return links;
  }

  /** Encodes images; a frozen encoder records no gradients. */
  private Tensor encode(Part part) {
    return setup.network().encode(part.pixels.to(setup.dtype()));
  }

  private LossAndGradients discriminatorLossAndGradients(Part part, List<Tensor> leaves) {
    Tensor reconstruction = part.reconstruction;
    if (reconstruction == null) {
      throw new IllegalStateException("compute the autoencoder's gradients first");
    }
    return LossAndGradients.of(objective.discriminatorLoss(part.pixels, reconstruction), leaves);
  }

  private Tensor loss(Part part, Tensor decoded) {
    AutoencoderObjective.Loss loss = objective.loss(decoded, part.pixels, isOpposed());
    loss.figures().forEach(part::show);
    part.show(SQUARED_ERROR, ReconstructionLoss.squaredError(decoded, part.pixels));
    return loss.total();
  }

  private boolean isOpposed() {
    return number / setup.recipe().run().accumulate() >= setup.recipe().adversarial().from();
  }

  private Tensor noisy(Part part, Tensor latent) {
    double level = setup.recipe().loss().latentNoise();
    if (level == 0) {
      return latent;
    }
    long count = parts.get(parts.size() - 1).range.to();
    long first = count * setup.rank() + part.range.from();
    long[] shape = latent.shape();
    shape[0] = count * setup.workers();
    try (Generator generator =
        new Generator(Seeds.of(setup.recipe().run().seed(), number, "latent noise"))) {
      Tensor noise = generator.normal(shape).narrow(0, first, latent.size(0)).to(setup.device());
      return AutoencoderObjective.noisy(latent, noise, level);
    }
  }

  @Override
  public Map<String, Double> figures() {
    Map<String, Double> means = new LinkedHashMap<>();
    double all = parts.stream().mapToInt(part -> part.range.size()).sum();
    for (Part part : parts) {
      part.figures.forEach(
          (name, figure) ->
              means.merge(name, figure.item() * part.range.size() / all, Double::sum));
    }
    Double error = means.remove(SQUARED_ERROR);
    if (error != null) {
      means.put("psnr", ReconstructionLoss.psnr(error));
    }
    return means;
  }

  @Override
  public BatchPosition position() {
    return position;
  }

  @Override
  public void seek(BatchPosition to, long count) {
    closeBatches();
    position = sampler.settle(to);
  }

  @Override
  public int batchSize() {
    return setup.recipe().schedule().batch() * setup.workers();
  }

  private AutoencoderOutputs outputs() {
    return new AutoencoderOutputs(
        setup.network(),
        setup.images(),
        setup.recipe().schedule().batch(),
        setup.dtype(),
        setup.device());
  }

  @Override
  public List<RgbImage> samples() {
    return outputs().samples();
  }

  @Override
  public List<String> sampleTitles() {
    return outputs().titles();
  }

  @Override
  public void write(Path folder) {
    double kept = setup.network().config().scalingFactor();
    double factor = isFrozen() ? kept : outputs().scalingFactor();
    ModelFolderWriter.writeAutoencoder(folder, setup.network(), factor);
  }

  private void clearParts() {
    parts.forEach(part -> part.figures.values().forEach(Tensor::close));
    parts.clear();
  }

  private void closeBatches() {
    if (batches != null) {
      noteBroken();
      batches.close();
      batches = null;
    }
  }

  @Override
  public void close() {
    clearParts();
    closeBatches();
    setup.network().close();
    if (setup.discriminator() != null) {
      setup.discriminator().close();
    }
  }
}
