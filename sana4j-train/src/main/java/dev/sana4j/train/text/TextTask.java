package dev.sana4j.train.text;

import dev.sana4j.data.Batch;
import dev.sana4j.data.BatchPosition;
import dev.sana4j.data.BatchSampler;
import dev.sana4j.data.CaptionChoice;
import dev.sana4j.data.DataSet;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.objective.LossAndGradients;
import dev.sana4j.pipeline.engine.ModelFolderWriter;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.text.PromptTokenizer;
import dev.sana4j.text.Tokenizer;
import dev.sana4j.train.flow.TextBatch;
import dev.sana4j.train.flow.TokenizerFolder;
import dev.sana4j.train.loop.BatchParts;
import dev.sana4j.train.loop.TrainingTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Trains a text encoder to predict the next token of captions: the cross-entropy of the tokens
 * after each token, with the embedding as the output layer. One caption of each image of a batch is
 * used, another one in each epoch.
 */
final class TextTask implements TrainingTask, AutoCloseable {
  /** All captions have the same bucket. */
  private static final ImageSize ANY = new ImageSize(1, 1);

  private static final CaptionChoice EVENLY = new CaptionChoice(1, 0);

  private final Setup setup;
  private final Tokenizer tokenizer;
  private final PromptTokenizer prompts;
  private final Group group;
  private final int[] vocabulary;
  private final BatchSampler sampler;
  private BatchPosition position;
  private List<TextBatch> parts = List.of();
  private List<BatchParts.Range> ranges = List.of();
  private double loss;

  /**
   * The parts of the task.
   *
   * @param encoder the encoder to train
   * @param tokenizer its tokenizer
   * @param data captions
   * @param recipe the config
   * @param lanes parts of a batch that are computed in parallel
   * @param rank of this worker
   * @param workers number of workers
   * @param device device of the encoder
   */
  record Setup(
      GemmaEncoder encoder,
      TokenizerFolder tokenizer,
      DataSet data,
      TextTrainingRecipe recipe,
      int lanes,
      int rank,
      int workers,
      Device device) {}

  TextTask(Setup setup) {
    this.setup = setup;
    TextTrainingRecipe recipe = setup.recipe();
    group =
        new Group(
            "text encoder",
            true,
            setup.encoder().parameters(),
            recipe.optimizer(),
            recipe.schedule().rate(recipe.optimizer()));
    vocabulary = IntStream.range(0, setup.encoder().config().vocabulary()).toArray();
    DataSet data = setup.data();
    sampler =
        BatchSampler.of(
            data.size(), sample -> ANY, data::repeats, batchSize(), recipe.run().seed());
    position = sampler.settle(BatchPosition.START);
    tokenizer = setup.tokenizer().load(); // last, because it must be closed
    prompts = PromptTokenizer.builder(tokenizer).maxLength(recipe.text().maxLength()).build();
  }

  @Override
  public List<Group> groups() {
    return List.of(group);
  }

  @Override
  public int lanes() {
    return setup.lanes();
  }

  @Override
  public void nextBatch(long number) {
    Batch mine = sampler.batch(position).slice(setup.rank(), setup.workers());
    List<String> texts = new ArrayList<>();
    for (int sample : mine.samples()) {
      var captions = setup.data().captions(sample);
      int chosen = EVENLY.choose(captions, setup.recipe().run().seed(), position.epoch(), sample);
      texts.add(captions.get(chosen).text());
    }
    ranges = BatchParts.ranges(texts.size(), setup.lanes());
    parts =
        ranges.stream()
            .map(range -> TextBatch.of(range.of(texts), prompts, tokenizer.padId()))
            .toList();
    position = sampler.next(position);
  }

  @Override
  public LossAndGradients lossAndGradients(Group trained) {
    List<Tensor> leaves = trained.leaves();
    List<Supplier<LossAndGradients>> work = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      int part = i;
      work.add(() -> TensorScope.tidy(() -> LossAndGradients.of(loss(part), leaves)));
    }
    LossAndGradients mean = BatchParts.mean(BatchParts.run(work), ranges);
    loss = mean.loss().item();
    return mean;
  }

  /**
   * Returns the loss of a part, scaled so that the mean over the captions of the batch is that over
   * its tokens.
   */
  private Tensor loss(int part) {
    TextBatch texts = parts.get(part);
    GemmaEncoder encoder = setup.encoder();
    Tensor states = encoder.apply(texts.on(setup.device())); // (B, L, width)
    Tensor logits = encoder.logits(states.flatten(0, 1), vocabulary); // (B * L, vocabulary)
    double tokens = parts.stream().mapToInt(TextBatch::followers).sum();
    double captions = parts.stream().mapToInt(each -> each.tokens().size()).sum();
    return Functional.crossEntropy(logits, texts.following(setup.device()))
        .mul(captions / texts.tokens().size() / Math.max(1, tokens));
  }

  @Override
  public Map<String, Double> figures() {
    return Map.of("perplexity", Math.exp(loss));
  }

  @Override
  public BatchPosition position() {
    return position;
  }

  @Override
  public void seek(BatchPosition to, long batches) {
    position = sampler.settle(to);
  }

  @Override
  public int batchSize() {
    return setup.recipe().schedule().batch() * setup.workers();
  }

  @Override
  public List<RgbImage> samples() {
    return List.of();
  }

  @Override
  public List<String> sampleTitles() {
    return List.of();
  }

  @Override
  public void write(Path folder) {
    ModelFolderWriter.writeTextEncoder(folder, setup.encoder());
    ModelFolderWriter.copy(setup.tokenizer().path(), folder.resolve("tokenizer"));
  }

  @Override
  public void close() {
    tokenizer.close();
    setup.encoder().close();
  }
}
