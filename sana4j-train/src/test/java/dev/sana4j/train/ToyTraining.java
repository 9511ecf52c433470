package dev.sana4j.train;

import dev.sana4j.data.DrawnImages;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.autoencoder.AutoencoderRecipe;
import dev.sana4j.train.autoencoder.AutoencoderTrainer;
import dev.sana4j.train.distill.DistillRecipe;
import dev.sana4j.train.distill.DistillTrainer;
import dev.sana4j.train.flow.BaseRecipe;
import dev.sana4j.train.flow.BaseTrainer;
import dev.sana4j.train.flow.Encoders;
import dev.sana4j.train.flow.FinetuneRecipe;
import dev.sana4j.train.flow.FinetuneTrainer;
import dev.sana4j.train.flow.TeacherRecipe;
import dev.sana4j.train.flow.TeacherTrainer;
import dev.sana4j.train.loop.StepReport;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.TrainingListener;
import dev.sana4j.train.text.TextTrainer;
import dev.sana4j.train.text.TextTrainingRecipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Drawn images, tiny models, and trainings that take seconds. */
public final class ToyTraining {
  static final String AUTOENCODER =
      """
      data: {path: pictures, resolution: 32, max_ratio: 1}
      network: {latent_channels: 4, encoder_widths: [12, 24, 32], encoder_blocks: [1, 1, 1],
        decoder_widths: [12, 24, 32], decoder_blocks: [1, 1, 1]}
      learning_rate: 4e-3
      warm_up: 5
      steps: 60
      batch: 8
      optimizer: {kind: adamw, clip: 1}
      run: {precision: float32, sample_every: 0}
      """;

  static final String BASE =
      """
      data: {path: pictures, resolution: 32, max_ratio: 1, cache: cache}
      autoencoder: autoencoder/model
      text: {vocabulary: 512, layers: 1, width: 32, feed_forward: 64, heads: 2,
        key_value_heads: 1, head_width: 16, max_length: 32}
      transformer: {layers: 2, heads: 2, head_width: 16, cross_heads: 2, positions: true}
      flow: {shift: 1}
      learning_rate: 4e-3
      warm_up: 10
      steps: 120
      batch: 8
      optimizer: {kind: adamw, clip: 1, ema: 0.9}
      run: {precision: float32, checkpoint_every: 60, sample_every: 120, sample_steps: 4}
      """;

  static final String TEXT =
      """
      data: {path: pictures}
      text: {vocabulary: 512, layers: 1, width: 32, feed_forward: 64, heads: 2,
        key_value_heads: 1, head_width: 16, max_length: 32}
      learning_rate: 1e-2
      warm_up: 5
      steps: 60
      batch: 8
      optimizer: {kind: adamw, clip: 1}
      run: {precision: float32, checkpoint_every: 20, sample_every: 0}
      """;

  static final String TEACHER =
      """
      start: base/model
      data: {path: pictures, resolution: 32, max_ratio: 1, cache: cache-of-model}
      conversion: {calibration_batches: 4}
      flow: {shift: 1}
      learning_rate: 2e-4
      warm_up: 10
      steps: 60
      batch: 8
      optimizer: {kind: came, clip: 1}
      run: {precision: float32, sample_every: 0}
      """;

  static final String LORA =
      """
      start: teacher/model
      data: {path: reds, resolution: 32, max_ratio: 1, cache: cache-of-reds}
      lora: {rank: 4, alpha: 8, dropout: 0.1, merge: true}
      prior:
        data: {path: pictures, resolution: 32, max_ratio: 1, cache: cache-of-model}
        weight: 0.5
      flow: {shift: 1}
      learning_rate: 1e-2
      steps: 60
      batch: 8
      run: {precision: float32, gradient_checkpointing: true, sample_every: 0}
      """;

  static final String DISTILL =
      """
      start: teacher/model
      data: {path: pictures, resolution: 32, max_ratio: 1, cache: cache-of-model}
      consistency: {tangent_warm_up: 8}
      adversarial: {learning_rate: 1e-3}
      guidance: [1, 3]
      learning_rate: 1e-3
      warm_up: 4
      steps: 24
      batch: 8
      optimizer: {kind: adamw, clip: 1, ema: 0.9}
      run: {precision: float32, sample_every: 0}
      """;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path root;
  private final List<Double> losses = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  public ToyTraining(Path root) {
    this.root = root;
  }

  public static void draw(Path folder, int count, long seed) {
    DrawnImages.write(folder, count, 32, seed);
  }

  /** Trains in a folder of the root; an existing training is resumed. */
  public boolean run(String folder, Trainer trainer, WorkerGroup workers, BooleanSupplier stop)
      throws IOException {
    losses.clear();
    Trainer.Place where = place(folder);
    if (workers.rank() == 0) {
      trainer.prepare(where);
    }
    workers.barrier();
    return trainer.train(where, workers, stop);
  }

  /** The work of a worker. */
  public interface Work {
    void of(WorkerGroup workers) throws IOException;
  }

  /** Runs workers as threads of this process, which meet through a file. */
  public static void together(Path meeting, int size, Work work) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      int mine = rank;
      all.add(
          CompletableFuture.runAsync(
              () -> {
                try (var workers = WorkerGroup.join(meeting, mine, size, PATIENCE)) {
                  work.of(workers);
                  workers.leave();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              member -> new Thread(member).start()));
    }
    all.forEach(CompletableFuture::join);
  }

  /** Returns the place of a training in a folder of the root. */
  public Trainer.Place place(String folder) throws IOException {
    Path place = Files.createDirectories(root.resolve(folder));
    return new Trainer.Place(place, Device.CPU, listener());
  }

  public Trainer autoencoder(String... overrides) {
    return new AutoencoderTrainer(parse(AUTOENCODER, AutoencoderRecipe.class, overrides));
  }

  public Trainer text(String... overrides) {
    return new TextTrainer(textRecipe(overrides));
  }

  public TextTrainingRecipe textRecipe(String... overrides) {
    return parse(TEXT, TextTrainingRecipe.class, overrides);
  }

  public Trainer base(String... overrides) {
    return new BaseTrainer(baseRecipe(overrides));
  }

  public BaseRecipe baseRecipe(String... overrides) {
    return parse(BASE, BaseRecipe.class, overrides);
  }

  /**
   * Returns the fingerprint of a cache with a frozen text encoder and captions without an
   * instruction.
   */
  public static String fingerprint(Path autoencoder, Path model, int length) {
    var text = new Encoders.Text(model, false, length);
    try (var encoders = new Encoders(autoencoder, text, DType.FLOAT32, Device.CPU)) {
      return encoders.fingerprint();
    }
  }

  public Trainer teacher(String... overrides) {
    return new TeacherTrainer(parse(TEACHER, TeacherRecipe.class, overrides));
  }

  public Trainer lora(String... overrides) {
    return new FinetuneTrainer(parse(LORA, FinetuneRecipe.class, overrides));
  }

  public Trainer distill(String... overrides) {
    return new DistillTrainer(parse(DISTILL, DistillRecipe.class, overrides));
  }

  private <T extends Record> T parse(String yaml, Class<T> type, String... overrides) {
    return Recipe.parse(yaml, root, type, List.of(overrides));
  }

  /** Returns the loss of every step of the last run. */
  public List<Double> losses() {
    return losses;
  }

  public List<String> notes() {
    return notes;
  }

  /** Returns the mean loss over some steps. */
  public double loss(int from, int to) {
    return losses.subList(from, to).stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private TrainingListener listener() {
    return new TrainingListener() {
      @Override
      public void step(StepReport report) {
        losses.add(report.loss());
      }

      @Override
      public void preparing(String what, int done, int total) {}

      @Override
      public void note(String text) {
        notes.add(text);
      }

      @Override
      public void wrote(Path file) {}
    };
  }
}
