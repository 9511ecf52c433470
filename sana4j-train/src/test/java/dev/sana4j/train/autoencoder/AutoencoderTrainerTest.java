package dev.sana4j.train.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.data.BatchPosition;
import dev.sana4j.data.Buckets;
import dev.sana4j.data.DataSet;
import dev.sana4j.data.DrawnImages;
import dev.sana4j.data.PixelBatch;
import dev.sana4j.data.PixelBatches;
import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.image.ImageSize;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.recipe.RecipeException;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.loop.AutoencoderFolder;
import dev.sana4j.train.loop.StepReport;
import dev.sana4j.train.loop.Trainer.Place;
import dev.sana4j.train.loop.TrainingListener;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutoencoderTrainerTest {
  private static final String WEIGHTS = "model/vae/diffusion_pytorch_model.safetensors";
  private static final String TOY =
      """
      data: {path: pictures, resolution: 32}
      network:
        latent_channels: 4
        head_width: 8
        encoder_widths: [8, 16, 16]
        decoder_widths: [8, 16, 16]
        encoder_blocks: [1, 1, 1]
        decoder_blocks: [1, 1, 1]
        scales: [3]
      adversarial: {width: 4, layers: 2}
      learning_rate: 5e-3
      warm_up: 2
      steps: 60
      batch: 4
      optimizer: {kind: adamw, clip: 1}
      run: {precision: float32, checkpoint_every: 1000, sample_every: 0}
      """;

  @TempDir static Path folder;

  @BeforeAll
  static void draw() throws IOException {
    DrawnImages.write(folder.resolve("pictures"), 24, 40, 0);
  }

  private static AutoencoderRecipe recipe(String... overrides) {
    return Recipe.parse(TOY, folder, AutoencoderRecipe.class, List.of(overrides));
  }

  /** Remembers losses and notes. */
  private static final class Losses implements TrainingListener {
    final List<Double> values = new ArrayList<>();
    final List<String> notes = new ArrayList<>();

    @Override
    public void step(StepReport report) {
      values.add(report.loss());
    }

    @Override
    public void preparing(String what, int done, int total) {}

    @Override
    public void note(String text) {
      notes.add(text);
    }

    @Override
    public void wrote(Path file) {}

    double mean(int from, int to) {
      return values.subList(from, to).stream().mapToDouble(x -> x).average().orElseThrow();
    }
  }

  private static Losses train(AutoencoderRecipe recipe, Path to, int stopAfter) throws IOException {
    Losses losses = new Losses();
    Files.createDirectories(to);
    Place place = new Place(to, Device.CPU, losses);
    AutoencoderTrainer trainer = new AutoencoderTrainer(recipe);
    trainer.prepare(place);
    boolean done =
        trainer.train(place, WorkerGroup.alone(), () -> losses.values.size() >= stopAfter);
    assertThat(done).isEqualTo(stopAfter > recipe.schedule().steps());
    return losses;
  }

  @Test
  void theLossFallsBelowHalf(@TempDir Path run) throws IOException {
    Losses losses = train(recipe(), run, 1000);

    assertThat(losses.mean(55, 60)).isLessThan(0.5 * losses.mean(0, 3));
  }

  @Test
  void similarityCanTakeThePlaceOfGradients(@TempDir Path run) throws IOException {
    Losses losses =
        train(recipe("loss.gradient_weight=0", "loss.ssim_weight=0.5", "steps=30"), run, 1000);

    assertThat(losses.mean(25, 30)).isLessThan(0.7 * losses.mean(0, 3));
  }

  @Test
  void aStoppedTrainingGoesOnToTheSameWeights(@TempDir Path run) throws IOException {
    AutoencoderRecipe recipe =
        recipe("steps=9", "adversarial.weight=0.1", "adversarial.from=3", "data.flip=true");
    train(recipe, run.resolve("whole"), 1000);

    train(recipe, run.resolve("parts"), 2);
    train(recipe, run.resolve("parts"), 3);
    train(recipe, run.resolve("parts"), 1000);

    assertThat(run.resolve("parts").resolve(WEIGHTS))
        .hasSameBinaryContentAs(run.resolve("whole").resolve(WEIGHTS));
  }

  @Test
  void latentsTimesTheWrittenFactorHaveUnitVariance(@TempDir Path run) throws IOException {
    train(recipe("steps=5"), run, 1000);

    Path vae = AutoencoderFolder.find(run.resolve("model"));
    double deviation =
        TensorScope.<Double>compute(
            () -> {
              try (Autoencoder network = Autoencoder.open(vae, DType.FLOAT32, Device.CPU)) {
                Tensor latents = network.encode(images()).mul(network.config().scalingFactor());
                return latents.sub(latents.mean()).pow(2).mean().sqrt().item();
              }
            });
    assertThat(deviation).isCloseTo(1, within(1e-3));
  }

  private static Tensor images() {
    DataSet data = DataSet.open(folder.resolve("pictures"));
    TrainingImages all = new TrainingImages(data, Buckets.fixed(new ImageSize(32, 32)), false, 0);
    try (PixelBatches batches = all.batches(data.size(), BatchPosition.START, 0, 1)) {
      PixelBatch batch = batches.next();
      return batch.pixels();
    }
  }

  @Test
  void aWrittenAutoencoderIsTrainedOn(@TempDir Path run) throws IOException {
    Losses first = train(recipe("steps=40"), run.resolve("first"), 1000);

    Losses second =
        train(
            recipe("steps=3", "learning_rate=1e-4", "start=" + run.resolve("first/model")),
            run.resolve("second"),
            1000);

    assertThat(second.mean(0, 3)).isLessThan(0.7 * first.mean(0, 3));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDecoderAloneIsTrainedOnWhileLatentsStay(boolean checkpointing, @TempDir Path run)
      throws IOException {
    train(recipe("steps=20"), run.resolve("first"), 1000);

    Losses losses =
        train(
            recipe(
                "start=" + run.resolve("first/model"),
                "freeze_encoder=true",
                "run.gradient_checkpointing=" + checkpointing),
            run.resolve("second"),
            1000);

    assertThat(losses.mean(55, 60)).isLessThan(0.8 * losses.mean(0, 3));
    Path config = Path.of("model/vae/config.json");
    assertThat(run.resolve("second").resolve(config))
        .hasSameBinaryContentAs(run.resolve("first").resolve(config)); // with the scaling factor
    Map<String, float[]> before = weights(run.resolve("first/model/vae"));
    Map<String, float[]> after = weights(run.resolve("second/model/vae"));
    before.forEach(
        (name, values) ->
            assertThat(Arrays.equals(values, after.get(name)))
                .as(name)
                .isEqualTo(name.startsWith("encoder.")));
  }

  private static Map<String, float[]> weights(Path vae) {
    try (Autoencoder network = Autoencoder.open(vae, DType.FLOAT32, Device.CPU)) {
      return network.parameters().stream()
          .collect(Collectors.toMap(Parameter::name, each -> each.value().toFloats()));
    }
  }

  @Test
  void aNewEncoderCannotBeFrozen() {
    assertThatThrownBy(() -> recipe("freeze_encoder=true"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("needs start, the autoencoder whose encoder is kept");
  }

  @Test
  void imagesThatCannotBeReadAreNotedAtTheFirstAndWhenTheTrainingEnds(@TempDir Path run)
      throws IOException {
    Path images = run.resolve("pictures");
    DrawnImages.write(images, 12, 40, 0);
    DataSet whole = DataSet.open(images);
    for (int i : List.of(3, 7)) {
      Path broken = images.resolve(whole.key(i));
      Files.write(broken, Arrays.copyOf(Files.readAllBytes(broken), 45)); // its head is good
    }

    List<String> notes =
        train(recipe("steps=12", "data.path=" + images), run.resolve("trained"), 1000).notes;

    assertThat(notes).hasSizeBetween(1, 2).allMatch(note -> note.startsWith(images + ": "));
    assertThat(notes.get(notes.size() - 1))
        .contains("other images replace 2 images that cannot be read")
        .contains(whole.key(3))
        .contains(whole.key(7));
  }

  @Test
  void samplesShowImagesBesideTheirReconstructions(@TempDir Path run) throws IOException {
    train(recipe("steps=2", "run.sample_every=2", "optimizer.ema=0.9"), run, 1000);

    assertThat(run.resolve("samples/step-0000000002.png")).isNotEmptyFile();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "network.latent_channels=5 | latent_channels",
        "network.decoder_widths=[8, 16] | decoder_widths",
        "network.block_types=[res-block] | block_types",
        "network.scales=[4] | multiscales",
        "network.head_width=64 | attention_head_dim",
        "network.encoder_blocks=[1, 0, 1] | layers_per_block",
        "data.max_ratio=0.5 | max_ratio",
        "adversarial.weight=-1 | weight",
        "learning_rate=0 | learning_rate",
        "batch=0 | batch"
      })
  void aValueThatDoesNotFitIsRefusedByItsKey(String override, String named) {
    assertThatThrownBy(() -> recipe(override))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining(named);
  }

  @Test
  void imagesTooSmallForTheirLossAreRefused() {
    assertThatThrownBy(() -> recipe("data.resolution=8", "loss.ssim_weight=1"))
        .hasMessageContaining("ssim_weight");
    assertThatThrownBy(
            () -> recipe("data.resolution=8", "adversarial.weight=1", "adversarial.layers=4"))
        .hasMessageContaining("layers");
  }

  @Test
  void aResolutionThatTheCompressionDoesNotDivideIsRefused() {
    assertThatThrownBy(() -> new AutoencoderTrainer(recipe("data.resolution=30")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("resolution 30 is not a multiple");
  }

  @Test
  void aStartThatIsNoAutoencoderIsRefused() {
    assertThatThrownBy(() -> new AutoencoderTrainer(recipe("start=" + folder)))
        .isInstanceOfAny(TrainingException.class, CheckpointException.class)
        .hasMessageContaining("no autoencoder");
  }
}
