package dev.sana4j.train.autoencoder;

import dev.sana4j.data.BatchPosition;
import dev.sana4j.data.BatchSampler;
import dev.sana4j.data.PixelBatch;
import dev.sana4j.data.PixelBatches;
import dev.sana4j.data.SkipReport;
import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.image.RgbImage;
import dev.sana4j.objective.Discriminator;
import dev.sana4j.objective.RecomputedChain;
import dev.sana4j.objective.ReconstructionLoss;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.loop.BatchParts;
import dev.sana4j.train.loop.ModelFiles;
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
 * Pictures through the latent and back. What is drawn for a batch depends on the seed and the
 * number of the batch alone, and is drawn for all workers alike, each of which takes its share.
 */
final class AutoencoderTask implements TrainingTask, AutoCloseable {
  private static final String SQUARED_ERROR = "squared error";

  private final Setup setup;
  private final List<Group> groups = new ArrayList<>();
  private final BatchSampler sampler;
  private BatchPosition position;
  private long number;
  private long broken;
  private final List<Part> parts = new ArrayList<>();
  private @Nullable PixelBatches batches;

  /**
   * What the task is made of.
   *
   * @param network the autoencoder
   * @param discriminator its opponent, or null for none
   * @param pictures the data
   * @param recipe the config
   * @param dtype of the networks
   * @param lanes parts of a batch that are computed side by side
   * @param rank of this worker
   * @param workers how many there are
   * @param device where the networks are
   * @param listener told of pictures that cannot be read
   */
  record Setup(
      Autoencoder network,
      @Nullable Discriminator discriminator,
      Pictures pictures,
      AutoencoderRecipe recipe,
      DType dtype,
      int lanes,
      int rank,
      int workers,
      Device device,
      TrainingListener listener) {}

  /** Pictures of a part of a batch, (B, 3, H, W) in float32, and what became of them. */
  private static final class Part {
    final BatchParts.Range range;
    final Tensor pixels;
    final Map<String, Double> figures = new LinkedHashMap<>();
    @Nullable Tensor reconstruction;

    Part(BatchParts.Range range, Tensor pixels) {
      this.range = range;
      this.pixels = pixels;
    }
  }

  AutoencoderTask(Setup setup) {
    this.setup = setup;
    AutoencoderRecipe recipe = setup.recipe();
    OptimizerRecipe optimizer = recipe.optimizer();
    groups.add(
        new Group(
            "autoencoder",
            trained(),
            optimizer,
            optimizer.rate(recipe.learningRate(), recipe.warmUp(), recipe.steps())));
    if (setup.discriminator() != null) {
      groups.add(
          new Group(
              "discriminator",
              setup.discriminator().parameters(),
              optimizer,
              optimizer.rate(
                  recipe.adversarial().learningRate(), recipe.warmUp(), recipe.steps())));
    }
    sampler = setup.pictures().sampler(batchSize());
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
    return isFirst(group) || step >= setup.recipe().adversarial().from();
  }

  private boolean isFirst(Group group) {
    return group.name().equals(groups.get(0).name());
  }

  @Override
  public int lanes() {
    return setup.lanes();
  }

  @Override
  public void nextBatch(long batch) {
    number = batch;
    parts.clear();
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

  /** At the first of them, and at the end if there were more. */
  private void noteBroken() {
    SkipReport replaced = batches().replaced();
    if (replaced.count() > broken) {
      broken = replaced.count();
      setup
          .listener()
          .note(setup.recipe().data().path() + ": others take the place of " + replaced);
    }
  }

  private PixelBatches batches() {
    PixelBatches open = batches;
    if (open == null) {
      open =
          setup.pictures().batches(setup.recipe().batch(), position, setup.rank(), setup.workers());
      batches = open;
    }
    return open;
  }

  @Override
  public List<Tensor> gradients(Group group) {
    List<Tensor> leaves = group.parameters().stream().map(Parameter::value).toList();
    List<BatchParts.Range> ranges = parts.stream().map(part -> part.range).toList();
    return isFirst(group)
        ? BatchParts.mean(ofAutoencoder(leaves), ranges)
        : BatchParts.mean(run(part -> ofDiscriminator(part, leaves)), ranges);
  }

  private List<List<Tensor>> run(Function<Part, List<Tensor>> body) {
    return BatchParts.run(
        parts.stream().<Supplier<List<Tensor>>>map(part -> () -> body.apply(part)).toList());
  }

  /** The reconstructions stay for the discriminator, without their graph. */
  private List<List<Tensor>> ofAutoencoder(List<Tensor> leaves) {
    List<List<Tensor>> found = run(part -> ofAutoencoder(part, leaves));
    List<List<Tensor>> lossesAndGradients = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).reconstruction = found.get(i).get(0);
      lossesAndGradients.add(found.get(i).subList(1, found.get(i).size()));
    }
    return lossesAndGradients;
  }

  private List<Tensor> ofAutoencoder(Part part, List<Tensor> leaves) {
    UnaryOperator<Tensor> loss = decoded -> loss(part, decoded);
    return setup.recipe().run().gradientCheckpointing()
        ? TensorScope.tidyAll(
            () ->
                RecomputedChain.run(
                    links(part), isFrozen() ? encode(part) : part.pixels, loss, leaves))
        : atOnce(part, loss, leaves);
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

  /** Nothing is recorded in an encoder that stays. */
  private Tensor encode(Part part) {
    return setup.network().encode(part.pixels.to(setup.dtype()));
  }

  private List<Tensor> atOnce(Part part, UnaryOperator<Tensor> loss, List<Tensor> leaves) {
    return TensorScope.tidyAll(
        () -> {
          Tensor latent = encode(part);
          Tensor decoded = setup.network().decode(noisy(part, latent)).to(DType.FLOAT32);
          Tensor value = loss.apply(decoded);
          List<Tensor> made = new ArrayList<>(List.of(decoded.alias(), value.alias()));
          made.addAll(Autograd.gradients(value, leaves));
          return made;
        });
  }

  private List<Tensor> ofDiscriminator(Part part, List<Tensor> leaves) {
    Discriminator discriminator = setup.discriminator();
    Tensor reconstruction = part.reconstruction;
    if (discriminator == null || reconstruction == null) {
      throw new IllegalStateException("the autoencoder's gradients come first");
    }
    Tensor pixels = part.pixels.to(setup.dtype());
    return TensorScope.tidyAll(
        () -> {
          Tensor loss = discriminator.loss(pixels, reconstruction.to(setup.dtype()));
          List<Tensor> made = new ArrayList<>(List.of(loss.alias()));
          made.addAll(Autograd.gradients(loss, leaves));
          return made;
        });
  }

  private Tensor loss(Part part, Tensor decoded) {
    AutoencoderRecipe recipe = setup.recipe();
    Map<String, Tensor> terms =
        ReconstructionLoss.terms(
            recipe.loss().gradientWeight(), recipe.loss().ssimWeight(), decoded, part.pixels);
    Discriminator discriminator = setup.discriminator();
    if (discriminator != null && isOpposed()) {
      Tensor verdict = discriminator.verdict(decoded.to(setup.dtype()));
      terms.put("adversarial", verdict.mul(recipe.adversarial().weight()));
    }
    terms.forEach((name, term) -> part.figures.put(name, term.alias().item()));
    part.figures.put(SQUARED_ERROR, ReconstructionLoss.squaredError(decoded, part.pixels));
    return terms.values().stream().reduce(Tensor::add).orElseThrow();
  }

  private boolean isOpposed() {
    return number / setup.recipe().run().accumulate() >= setup.recipe().adversarial().from();
  }

  /** Noise in units of the deviation of each picture's latent, which is not derived. */
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
      Tensor noise = generator.normal(shape).narrow(0, first, latent.size(0));
      return latent.add(
          noise
              .to(setup.device())
              .mul(deviations(latent.alias()))
              .mul(level)
              .to(setup.dtype())
              .channelsLast());
    }
  }

  /** (B, 1, 1, 1). */
  private static Tensor deviations(Tensor latent) {
    Tensor flat = latent.to(DType.FLOAT32).flatten(1, 3);
    Tensor centred = flat.sub(flat.mean(1, true));
    return centred.pow(2).mean(1, true).sqrt().reshape(-1, 1, 1, 1);
  }

  @Override
  public Map<String, Double> figures() {
    Map<String, Double> means = new LinkedHashMap<>();
    double all = parts.stream().mapToInt(part -> part.range.size()).sum();
    for (Part part : parts) {
      part.figures.forEach(
          (name, value) -> means.merge(name, value * part.range.size() / all, Double::sum));
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
    return setup.recipe().batch() * setup.workers();
  }

  private AutoencoderOutputs outputs() {
    return new AutoencoderOutputs(
        setup.network(), setup.pictures(), setup.recipe().batch(), setup.dtype(), setup.device());
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
    ModelFiles.writeAutoencoder(folder, setup.network(), factor);
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
    closeBatches();
    setup.network().close();
    if (setup.discriminator() != null) {
      setup.discriminator().close();
    }
  }
}
