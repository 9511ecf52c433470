package dev.sana4j.train.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.ToyTraining;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.TrainingProcess;
import dev.sana4j.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistillTrainerTest {
  private static final String TRANSFORMER = "model/transformer/diffusion_pytorch_model.safetensors";
  private static final String GUIDANCE = "time_embed.guidance_embedder.";

  @TempDir private static Path root;
  private final ToyTraining toy = new ToyTraining(root);

  @BeforeAll
  static void makeATeacher() throws IOException {
    ToyTraining.draw(root.resolve("pictures"), 24, 0);
    ToyTraining toy = new ToyTraining(root);
    String[] brief = {"steps=2", "warm_up=1", "run.sample_every=0"};
    toy.run("autoencoder", toy.autoencoder(brief), WorkerGroup.alone(), () -> false);
    toy.run("base", toy.base(brief), WorkerGroup.alone(), () -> false);
    toy.run("teacher", toy.teacher(brief), WorkerGroup.alone(), () -> false);
  }

  private boolean train(String folder, String... overrides) throws IOException {
    return toy.run(folder, toy.distill(overrides), WorkerGroup.alone(), () -> false);
  }

  @Test
  void aStudentMakesImagesInOneStepAndListensToTheGuidanceScale() throws IOException {
    assertThat(train("student", "run.sample_every=24", "run.sample_steps=1")).isTrue();
    assertThat(toy.losses()).hasSize(24);
    for (int i = 0; i < 24; i++) { // every second step is that of the heads
      assertThat(Double.isFinite(toy.losses().get(i))).isEqualTo(i % 2 == 0);
    }
    assertThat(root.resolve("student/samples/step-0000000024.png")).exists();
    try (SanaPipeline pipeline =
        SanaPipeline.builder(root.resolve("student/model")).dtype(DType.FLOAT32).open()) {
      var request = pipeline.request("a red circle").seed(1);
      assertThat(request.build().steps()).as("of a Sprint student").isEqualTo(2);
      request = request.steps(1);
      byte[] little = pipeline.generate(request.guidance(1).build()).get(0).pixels().rgb();
      byte[] much = pipeline.generate(request.guidance(20).build()).get(0).pixels().rgb();
      assertThat(much).isNotEqualTo(little);
    }
  }

  /** If both maps were zero at the beginning, the first one would never change. */
  @Test
  void bothMapsOfTheGuidanceEmbeddingLearn() throws IOException {
    train("before", "steps=1", "warm_up=1", "optimizer.ema=0");
    train("after", "steps=9", "warm_up=1", "optimizer.ema=0");
    try (Checkpoint before = Checkpoint.open(root.resolve("before").resolve(TRANSFORMER));
        Checkpoint after = Checkpoint.open(root.resolve("after").resolve(TRANSFORMER))) {
      for (String map : new String[] {"linear_1.weight", "linear_2.weight"}) {
        double change =
            TensorScope.<Double>compute(
                () ->
                    after.tensor(GUIDANCE + map).sub(before.tensor(GUIDANCE + map)).norm().item());
        assertThat(change).as(map).isGreaterThan(1e-4);
      }
    }
  }

  @Test
  void stoppingAfterAnyStepChangesNothing() throws IOException {
    String[] config = {"run.checkpoint_every=100", "run.accumulate=2", "steps=14"};
    train("whole", config);
    Random random = new Random(20261126);
    boolean done = false;
    while (!done) {
      int steps = 1 + random.nextInt(4);
      ToyTraining again = new ToyTraining(root);
      done =
          again.run(
              "stopped",
              again.distill(config),
              WorkerGroup.alone(),
              () -> again.losses().size() >= steps);
    }
    assertSameEnd("stopped", "whole");
  }

  @Test
  @Tag("slow")
  void killingItAtAnyMomentChangesNothing() throws Exception {
    var training =
        new TrainingProcess(
            root, "distill", "steps=14", "run.checkpoint_every=1", "run.sample_every=0");
    assertThat(training.start("unbroken", 1).waitFor()).isZero();
    training.killAndGoOn("killed", 1, 3, new Random(20261127));
    assertSameEnd("killed", "unbroken");
  }

  /** Asserts that the students and the states of their trainings are equal. */
  private static void assertSameEnd(String folder, String other) throws IOException {
    for (String file : new String[] {TRANSFORMER, "checkpoints/step-0000000014.safetensors"}) {
      assertThat(Files.readAllBytes(root.resolve(folder).resolve(file)))
          .as(file)
          .isEqualTo(Files.readAllBytes(root.resolve(other).resolve(file)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"consistency", "adversarial"})
  void eachLossCanBeLeftOut(String loss) throws IOException {
    assertThat(train("without-" + loss, loss + ".weight=0", "steps=4")).isTrue();
    assertThat(toy.losses()).hasSize(4);
    assertThat(toy.losses().get(2)).isFinite();
    assertThat(root.resolve("without-" + loss).resolve("metrics/metrics.csv"))
        .content()
        .doesNotContain(loss);
  }

  @Test
  void computingActivationsAgainLearnsTheSame() throws IOException {
    train("kept", "steps=4");
    List<Double> kept = List.copyOf(toy.losses());
    train("again", "steps=4", "run.gradient_checkpointing=true");
    for (int i = 0; i < 4; i += 2) {
      assertThat(toy.losses().get(i)).isCloseTo(kept.get(i), within(1e-4));
    }
  }

  @Test
  void theTimestepScaleOfATeacherCanBeSet() {
    assertThatThrownBy(
            () -> toy.distill("start=" + root.resolve("base/model"), "timestep_scale=0.001"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("does not normalize queries and keys");
  }

  @Test
  void whatIsNoTeacherIsRefused() {
    assertThatThrownBy(() -> toy.distill("start=" + root.resolve("base/model")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("embeds times of 0..1000")
        .hasMessageContaining("sana train teacher");
    assertThatThrownBy(() -> toy.distill("adversarial.blocks=[0, 2]"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("blocks end at 1");
  }
}
