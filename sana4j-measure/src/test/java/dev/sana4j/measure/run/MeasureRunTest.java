package dev.sana4j.measure.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.inception.InceptionModel;
import dev.sana4j.measure.ClipScorer;
import dev.sana4j.measure.InceptionFeatures;
import dev.sana4j.measure.MeasureException;
import dev.sana4j.measure.References;
import dev.sana4j.measure.objects.Detection;
import dev.sana4j.measure.objects.Detection.Box;
import dev.sana4j.measure.objects.Detector;
import dev.sana4j.measure.objects.ObjectRules;
import dev.sana4j.measure.objects.ObjectRules.Rule;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasureRunTest {
  private static final MeasureRun.Options KEEPING = new MeasureRun.Options(true, 2);
  private static final MeasureRun.Options STREAMING = new MeasureRun.Options(false, 0);
  private static final Instruments.Progress SILENT = (what, done, all) -> {};
  private static final ObjectRules ONE_CAT =
      new ObjectRules("single", List.of(new Rule("cat", 1, null, null)), List.of());
  private static final List<MeasuredPrompt> PROMPTS =
      List.of(
          new MeasuredPrompt("a", "a cat", 1, ONE_CAT),
          new MeasuredPrompt("b", "a dog <b>", 2, ONE_CAT),
          new MeasuredPrompt("c", "three cars", 3, null));

  @TempDir private Path folder;
  private final List<String> made = new ArrayList<>();

  /** Makes noise. */
  private RgbImage make(MeasuredPrompt prompt, @Nullable Path target) {
    made.add(prompt.id());
    RgbImage image = noise(prompt.seed());
    if (target != null) {
      ImageFiles.write(image, target, WriteOptions.REPLACE);
    }
    return image;
  }

  private static RgbImage noise(long seed) {
    byte[] rgb = new byte[32 * 32 * 3];
    new Random(seed).nextBytes(rgb);
    return RgbImage.of(32, 32, rgb);
  }

  private Summary run(Instruments instruments, MeasureRun.Options options) {
    return new MeasureRun(folder, PROMPTS, instruments, null, options)
        .run("noise", Map.of(), this::make, SILENT);
  }

  private static Estimate figure(Summary summary, Metric metric) {
    return Objects.requireNonNull(summary.figures().get(metric));
  }

  private static Instruments clip() {
    ClipScorer clip = ClipScorer.open(References.path("clip/model"), DType.FLOAT32, Device.CPU);
    return new Instruments(Set.of(Metric.CLIP), clip, null, null, null);
  }

  private Instruments paired(Set<Metric> metrics) {
    Path references = folder.resolve("references");
    for (MeasuredPrompt prompt : PROMPTS) {
      Path file = references.resolve("sub").resolve(prompt.id() + ".png");
      try {
        Files.createDirectories(references.resolve("sub"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      ImageFiles.write(noise(prompt.seed()), file, WriteOptions.REPLACE);
    }
    return new Instruments(metrics, null, null, null, ReferenceImages.of(references));
  }

  @Test
  void measuresEveryImageOnce() {
    try (Instruments instruments = clip()) {
      Summary first = run(instruments, KEEPING);
      Summary again = run(instruments, KEEPING);
      assertThat(made).containsExactly("a", "b", "c");
      assertThat(again).isEqualTo(first);
      assertThat(figure(first, Metric.CLIP).count()).isEqualTo(3);
      assertThat(folder.resolve("images/a.png")).exists();
    }
  }

  @Test
  void aStoppedRunGoesOnAfterItsLastWholeRow() throws IOException {
    try (Instruments instruments = clip()) {
      run(instruments, STREAMING);
      Path rows = folder.resolve("rows.jsonl");
      List<String> lines = Files.readAllLines(rows);
      Files.writeString(rows, lines.get(0) + "\n" + lines.get(1).substring(0, 20));
      run(instruments, STREAMING);
      assertThat(made).containsExactly("a", "b", "c", "b", "c");
      assertThat(Files.readAllLines(rows)).hasSize(3);
      assertThat(folder.resolve("images")).isEmptyDirectory();
    }
  }

  @Test
  void anotherMetricMeasuresTheKeptImages() {
    try (Instruments instruments = clip()) {
      run(instruments, KEEPING);
    }
    try (Instruments instruments = paired(Set.of(Metric.PSNR, Metric.SSIM))) {
      Summary summary = run(instruments, KEEPING);
      assertThat(made).hasSize(3);
      assertThat(figure(summary, Metric.PSNR).value()).isGreaterThan(100);
      assertThat(figure(summary, Metric.SSIM).value()).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void checksObjectsByTag() {
    Detector detector =
        new Detector() {
          @Override
          public void prepare(Path images) {
            assertThat(images.resolve("a.png")).exists();
          }

          @Override
          public List<Detection> of(Path image) {
            String name = image.endsWith("a.png") ? "cat" : "dog";
            return List.of(new Detection(name, 1, new Box(0, 0, 1, 1), null));
          }
        };
    Instruments none = new Instruments(Set.of(Metric.OBJECTS), null, null, null, null);
    Summary summary =
        new MeasureRun(folder, PROMPTS, none, detector, KEEPING)
            .run("noise", Map.of(), this::make, SILENT);
    assertThat(figure(summary, Metric.OBJECTS).value()).isEqualTo(50);
    assertThat(Objects.requireNonNull(summary.objectsByTag().get("single")).count()).isEqualTo(2);
  }

  /** Random weights; variances are 1. */
  private record Drawn(RandomWeights weights) implements WeightSource {
    @Override
    public boolean contains(String name) {
      return true;
    }

    @Override
    public Tensor tensor(String name, long... shape) {
      return name.endsWith("running_var")
          ? Tensors.full(1, DType.FLOAT32, Device.CPU, shape)
          : weights.tensor(name, shape);
    }

    @Override
    public Set<String> names() {
      return Set.of();
    }

    @Override
    public String description() {
      return "random";
    }
  }

  @Test
  void theDistanceOfImagesFromThemselvesIsZero() {
    InceptionModel model;
    try (RandomWeights weights = new RandomWeights(1)) {
      model = Weights.load(new Drawn(weights), DType.FLOAT32, Device.CPU, InceptionModel::new);
    }
    try (InceptionFeatures inception = InceptionFeatures.of(model, Device.CPU)) {
      Instruments paired = paired(Set.of(Metric.SSIM));
      paired.close();
      var statistics =
          Instruments.statistics(
              folder.resolve("references"), folder.resolve("kept.npz"), inception, SILENT);
      var instruments = new Instruments(Set.of(Metric.FID), null, inception, statistics, null);
      Summary summary = run(instruments, STREAMING);
      assertThat(figure(summary, Metric.FID).value()).isCloseTo(0, within(1e-2));
      assertThat(folder.resolve("statistics.npz")).exists();
      assertThat(folder.resolve("kept.npz")).exists();
    }
  }

  @Test
  void theReportNamesPromptsAndImagesSafely() throws IOException {
    try (Instruments instruments = clip()) {
      Summary summary =
          new MeasureRun(folder.resolve("noise"), PROMPTS, instruments, null, KEEPING)
              .run("noise", Map.of(), this::make, SILENT);
      new HtmlReport(folder, Set.of(Metric.CLIP)).write(PROMPTS, List.of(summary), "");
    }
    assertThat(Files.readString(folder.resolve("index.html"))).contains("noise/page-0001.html");
    assertThat(Files.readString(folder.resolve("noise/page-0001.html")))
        .contains("a dog &lt;b&gt;", "images/a.png")
        .doesNotContain("<b>");
  }

  @Test
  void refusesADetectorWithoutImageFiles() {
    Instruments none = new Instruments(Set.of(Metric.OBJECTS), null, null, null, null);
    assertThatThrownBy(() -> run(none, KEEPING))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining("needs a detector");
  }

  @Test
  void refusesDamagedRows() throws IOException {
    try (Instruments instruments = clip()) {
      run(instruments, STREAMING);
      Files.writeString(folder.resolve("rows.jsonl"), "x\n", StandardOpenOption.APPEND);
      assertThatThrownBy(() -> run(instruments, STREAMING))
          .isInstanceOf(MeasureException.class)
          .hasMessageContaining("is damaged");
    }
  }

  @Test
  void refusesTheFolderOfOtherSettings() {
    RunFolder.prepare(folder, Map.of("steps", 2, "clip", "x"), false);
    RunFolder.prepare(folder, Map.of("steps", 2, "reference", "y"), false);
    assertThatThrownBy(() -> RunFolder.prepare(folder, Map.of("steps", 4), false))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining("another steps");
    RunFolder.prepare(folder, Map.of("steps", 4), true);
  }
}
