package dev.sana4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.loop.Precision;
import dev.sana4j.train.loop.TrainingState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A training that is interrupted, however, ends with the same weights, bit for bit. */
@Timeout(300)
class ResumedTrainingTest {
  private static final int STEPS = 14;
  private static final String[] SHORT = {
    "steps=" + STEPS, "run.checkpoint_every=1", "run.sample_every=0", "warm_up=3"
  };

  @TempDir private static Path root;
  private final Random random = new Random(20261123);

  @BeforeAll
  static void makeWhatAllNeed() throws IOException {
    ToyTraining.draw(root.resolve("pictures"), 24, 0);
    ToyTraining toy = new ToyTraining(root);
    var autoencoder = toy.autoencoder();
    toy.run("autoencoder", autoencoder, WorkerGroup.alone(), () -> toy.losses().size() >= 2);
    toy.run("autoencoder", autoencoder, WorkerGroup.alone(), () -> false);
  }

  /** All that is trained together: a file's bytes by its name. */
  private static Map<String, ByteBuffer> weights(String folder) throws IOException {
    Map<String, ByteBuffer> weights = new HashMap<>();
    for (String name :
        List.of(
            "transformer/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors")) {
      Path file = root.resolve(folder).resolve("model").resolve(name);
      weights.put(name, ByteBuffer.wrap(Files.readAllBytes(file)));
    }
    return weights;
  }

  private static Map<String, ByteBuffer> uninterrupted(String folder, String... overrides)
      throws IOException {
    ToyTraining toy = new ToyTraining(root);
    assertThat(toy.run(folder, toy.base(overrides), WorkerGroup.alone(), () -> false)).isTrue();
    return weights(folder);
  }

  @Test
  void stoppingAfterAnyStepChangesNothing() throws IOException {
    String[] accumulated = {SHORT[0], "run.checkpoint_every=100", SHORT[2], "run.accumulate=2"};
    Map<String, ByteBuffer> whole = uninterrupted("whole", accumulated);
    boolean done = false;
    while (!done) {
      int steps = 1 + random.nextInt(5);
      ToyTraining toy = new ToyTraining(root);
      done =
          toy.run(
              "stopped",
              toy.base(accumulated),
              WorkerGroup.alone(),
              () -> toy.losses().size() >= steps);
    }
    assertThat(weights("stopped")).isEqualTo(whole);
    assertThat(Files.readAllLines(root.resolve("stopped/metrics/metrics.csv"))).hasSize(STEPS + 1);
  }

  @Test
  void anotherConfigIsRefusedByWhatDiffers() throws IOException {
    uninterrupted("first", SHORT);
    ToyTraining toy = new ToyTraining(root);
    assertThatThrownBy(
            () ->
                toy.run(
                    "first",
                    toy.base("steps=99", "run.sample_every=0", "warm_up=3", "batch=4"),
                    WorkerGroup.alone(),
                    () -> false))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("another config")
        .hasMessageContaining("batch: 4")
        .hasMessageNotContaining("steps: 99");
  }

  @Test
  void moreStepsAreAddedAsIfTheyHadBeenAskedForAtFirst() throws IOException {
    Map<String, ByteBuffer> whole = uninterrupted("long", SHORT);
    uninterrupted("extended", "steps=5", SHORT[1], SHORT[2], SHORT[3]);
    ToyTraining toy = new ToyTraining(root);
    assertThat(toy.run("extended", toy.base(SHORT), WorkerGroup.alone(), () -> false)).isTrue();
    assertThat(toy.losses()).hasSize(STEPS - 5);
    assertThat(toy.notes()).contains("changed settings: steps: " + STEPS);
    assertThat(weights("extended")).isEqualTo(whole);
    assertThat(root.resolve("extended/recipe.yaml")).content().contains("steps: " + STEPS);
  }

  @Test
  void fewerStepsThanAreDoneWriteTheModelOfTheMoment() throws IOException {
    ToyTraining toy = new ToyTraining(root);
    toy.run("cut", toy.base(SHORT), WorkerGroup.alone(), () -> toy.losses().size() >= 4);
    assertThat(root.resolve("cut/model")).doesNotExist();
    String[] shorter = {"steps=3", SHORT[1], SHORT[2], SHORT[3]};
    assertThat(toy.run("cut", toy.base(shorter), WorkerGroup.alone(), () -> false)).isTrue();
    assertThat(toy.losses()).isEmpty();
    assertThat(weights("cut")).hasSize(2);
  }

  @Test
  void precisionIsThatOfTheCheckpointWhateverIsFasterHere() throws IOException {
    for (DType dtype : List.of(DType.FLOAT32, DType.BFLOAT16)) {
      ToyTraining toy = new ToyTraining(root);
      String folder = "in-" + dtype;
      String[] once = {
        "steps=1",
        "run.sample_every=0",
        "warm_up=1",
        "run.precision=" + dtype,
        "data.cache=" + root.resolve("cache-" + folder)
      };
      toy.run(folder, toy.base(once), WorkerGroup.alone(), () -> false);
      assertThat(Precision.AUTO.dtype(toy.place(folder))).isEqualTo(dtype);
    }
  }

  @Test
  void lanesAreThoseOfTheCheckpointHoweverManyThreadsThereAreNow() throws IOException {
    int threads = Libtorch.threads();
    try {
      Libtorch.threads(2);
      Map<String, ByteBuffer> whole = uninterrupted("lanes", SHORT);
      ToyTraining toy = new ToyTraining(root);
      toy.run("fewer", toy.base(SHORT), WorkerGroup.alone(), () -> toy.losses().size() >= 4);
      Libtorch.threads(1);
      toy.run("fewer", toy.base(SHORT), WorkerGroup.alone(), () -> false);
      assertThat(weights("fewer")).isEqualTo(whole);
      assertThat(TrainingState.lastProgress(root.resolve("fewer")).orElseThrow().lanes())
          .isEqualTo(2);
    } finally {
      Libtorch.threads(threads);
    }
  }

  @Test
  void gradientsThatAreNotFiniteChangeNothingAndEndTheTrainingWhenTheyGoOn() {
    ToyTraining toy = new ToyTraining(root);
    assertThatThrownBy(
            () ->
                toy.run(
                    "wild",
                    toy.base(
                        "learning_rate=1e30",
                        "warm_up=0",
                        "run.max_bad_steps=2",
                        "run.checkpoint_every=1"),
                    WorkerGroup.alone(),
                    () -> false))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("3 successive steps");
    var last = TrainingState.lastProgress(root.resolve("wild")).orElseThrow();
    assertThat(last.step()).as("the last step before those").isEqualTo(1);
  }

  @Test
  void twoWorkersThatStopGoOnToTheSameWeights() throws IOException {
    together("pair", STEPS);
    together("stopped-pair", 4);
    assertThat(root.resolve("stopped-pair/model")).doesNotExist();
    together("stopped-pair", STEPS);
    assertThat(weights("stopped-pair")).isEqualTo(weights("pair"));
    assertThat(losses("stopped-pair")).isEqualTo(losses("pair"));
  }

  /** The second worker stops both. */
  private static void together(String folder, int steps) {
    Path meeting = root.resolve("meeting-" + folder + "-" + steps);
    ToyTraining.together(
        meeting,
        2,
        workers -> {
          ToyTraining toy = new ToyTraining(root);
          AtomicInteger done = new AtomicInteger();
          toy.run(
              folder,
              toy.base(SHORT),
              workers,
              () -> done.incrementAndGet() >= steps && workers.rank() == 1);
        });
  }

  @Test
  void killingItOnceChangesNothing() throws Exception {
    Map<String, ByteBuffer> whole = uninterrupted("unbroken", SHORT);
    new TrainingProcess(root, "base", SHORT).killAndGoOn("killed-once", 1, 1, random);
    assertThat(weights("killed-once")).isEqualTo(whole);
    assertThat(losses("killed-once")).isEqualTo(losses("unbroken"));
  }

  @Test
  @Tag("slow")
  void killingItAtAnyMomentChangesNothing() throws Exception {
    Map<String, ByteBuffer> whole = uninterrupted("alone", SHORT);
    new TrainingProcess(root, "base", SHORT).killAndGoOn("killed", 1, 3, random);
    assertThat(weights("killed")).isEqualTo(whole);
    assertThat(losses("killed")).isEqualTo(losses("alone"));
  }

  @Test
  @Tag("slow")
  void killingTwoWorkersAtAnyMomentChangesNothing() throws Exception {
    TrainingProcess training = new TrainingProcess(root, "base", SHORT);
    assertThat(training.start("pair-of-processes", 2).waitFor()).isZero();
    training.killAndGoOn("killed-pair", 2, 2, random);
    assertThat(weights("killed-pair")).isEqualTo(weights("pair-of-processes"));
  }

  private static List<Double> losses(String folder) throws IOException {
    List<String> lines = Files.readAllLines(root.resolve(folder).resolve("metrics/metrics.csv"));
    int column = List.of(lines.get(0).split(",", -1)).indexOf("loss");
    return lines.stream()
        .skip(1)
        .map(line -> Double.parseDouble(line.split(",", -1)[column]))
        .toList();
  }
}
