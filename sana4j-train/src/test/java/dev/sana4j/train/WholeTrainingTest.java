package dev.sana4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Every stage on a few dozen drawn images, each on what the one before left. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WholeTrainingTest {
  @TempDir private static Path root;
  private final ToyTraining toy = new ToyTraining(root);

  @BeforeAll
  static void draw() {
    ToyTraining.draw(root.resolve("pictures"), 48, 0);
    ToyTraining.draw(root.resolve("reds"), 8, 99);
  }

  private boolean train(String folder, Trainer trainer) throws IOException {
    return toy.run(folder, trainer, WorkerGroup.alone(), () -> false);
  }

  @Test
  @Order(1)
  void anAutoencoderLearnsToReconstruct() throws IOException {
    assertThat(train("autoencoder", toy.autoencoder())).isTrue();
    assertThat(toy.loss(50, 60)).isLessThan(0.6 * toy.loss(0, 5));
  }

  @Test
  @Order(2)
  void aBaseModelLearnsWithItsTextEncoder() throws IOException {
    assertThat(train("base", toy.base())).isTrue();
    assertThat(toy.loss(100, 120)).isLessThan(0.8 * toy.loss(0, 5));
    Path samples = root.resolve("base/samples/step-0000000120.png");
    assertThat(samples).exists();
  }

  @Test
  @Order(3)
  void theBaseModelGeneratesWithoutTheInstructionItNeverSaw() {
    Path model = root.resolve("base/model");
    try (SanaPipeline pipeline = SanaPipeline.builder(model).dtype(DType.FLOAT32).open()) {
      var request = pipeline.request("a red circle").steps(2).build();
      assertThat(request.instruction()).isFalse();
      assertThat(pipeline.generate(request)).hasSize(1);
    }
  }

  @Test
  @Order(4)
  void aTeacherBeginsWhereTheBaseModelEndedAndGoesOnLearning() throws IOException {
    assertThat(train("teacher", toy.teacher())).isTrue();
    double before = noted("loss before the conversion: ");
    double changed = noted("loss right after the conversion: ");
    double after = noted("loss after the training: ");
    assertThat(changed).isLessThan(1.1 * before);
    assertThat(after).isLessThan(changed);
    ModelFolder teacher = ModelFolder.open(root.resolve("teacher/model"));
    SanaConfig transformer = ModelConfig.read(teacher).transformer();
    assertThat(transformer.qkNorm()).isTrue();
    assertThat(transformer.timestepScale()).isEqualTo(0.001);
    SanaPipeline.builder(teacher).dtype(DType.FLOAT32).open().close(); // its weights fit
  }

  private double noted(String beginning) {
    return toy.notes().stream()
        .filter(note -> note.startsWith(beginning))
        .mapToDouble(note -> Double.parseDouble(note.substring(beginning.length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @Order(5)
  void aRandomTimeEmbeddingIsTheLossOfWhatWasLearned() throws IOException {
    train("random", toy.teacher("conversion.initial=random", "steps=1"));
    assertThat(noted("loss right after the conversion: "))
        .isGreaterThan(1.1 * noted("loss before the conversion: "));
  }

  @Test
  @Order(6)
  void adaptersLearnBesideAFrozenModel() throws IOException {
    assertThat(train("lora", toy.lora())).isTrue();
    assertThat(toy.loss(50, 60)).isLessThan(toy.loss(0, 10));
    Path model = root.resolve("lora/model");
    assertThat(model.resolve("pytorch_lora_weights.safetensors")).exists();
    assertThat(
            Files.isSameFile(
                model.resolve("vae/config.json"), root.resolve("teacher/model/vae/config.json")))
        .isTrue();
    try (SanaPipeline pipeline = SanaPipeline.builder(model).dtype(DType.FLOAT32).open()) {
      assertThat(pipeline.request("a red circle").build().instruction()).isFalse();
    }
    assertThatOnlyTargetsChanged(root.resolve("teacher/model"), model);
  }

  /** Merged into its targets, the adapters leave every other weight as it was, bit for bit. */
  private static void assertThatOnlyTargetsChanged(Path before, Path after) {
    String file = "transformer/diffusion_pytorch_model.safetensors";
    try (Checkpoint start = Checkpoint.open(before.resolve(file));
        Checkpoint merged = Checkpoint.open(after.resolve(file))) {
      assertThat(merged.names()).isEqualTo(start.names());
      for (String name : start.names()) {
        byte[] changed = TensorScope.<byte[]>compute(() -> merged.tensor(name).toBytes());
        byte[] kept = TensorScope.<byte[]>compute(() -> start.tensor(name).toBytes());
        boolean isTarget = name.matches(".*\\.to_[qkv]\\.weight");
        assertThat(Arrays.equals(changed, kept)).as(name).isNotEqualTo(isTarget);
      }
    }
  }
}
