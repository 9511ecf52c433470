package dev.sana4j.measure.run;

import dev.sana4j.files.IoReason;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import dev.sana4j.measure.FeatureStatistics;
import dev.sana4j.measure.FrechetDistance;
import dev.sana4j.measure.MeasureException;
import dev.sana4j.measure.StatisticsFile;
import dev.sana4j.measure.objects.Detector;
import dev.sana4j.measure.objects.ObjectCheck;
import dev.sana4j.measure.objects.ObjectRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes and measures the images of one candidate in a folder. What exists is neither made nor
 * measured again.
 */
public final class MeasureRun {
  private static final double PERCENT = 100;

  private final Path folder;
  private final List<MeasuredPrompt> prompts;
  private final Instruments instruments;
  private final @Nullable Detector detector;
  private final Options options;

  /**
   * The settings of a run.
   *
   * @param keepsImages whether images are written to {@code images/}; without them, a stopped run
   *     can still be resumed, but another metric makes all images again
   * @param distanceSamples number of bootstrap samples of the Frechet distance; 0 for no interval
   */
  public record Options(boolean keepsImages, int distanceSamples) {}

  /** Makes the image of a prompt. */
  public interface Maker {
    /** Does what must not count as time of an image, such as loading the model. */
    default void prepare() {}

    /**
     * Makes an image and, if it is kept, writes it.
     *
     * @param prompt the prompt and the seed
     * @param target the file to write, or null
     * @return the image
     */
    RgbImage make(MeasuredPrompt prompt, @Nullable Path target);
  }

  /**
   * Creates a run.
   *
   * @param folder the folder of the candidate, created if missing
   * @param prompts the images
   * @param instruments what measures them
   * @param detector finds objects; null without {@link Metric#OBJECTS}
   * @param options the settings
   * @throws MeasureException if the settings do not fit
   */
  public MeasureRun(
      Path folder,
      List<MeasuredPrompt> prompts,
      Instruments instruments,
      @Nullable Detector detector,
      Options options) {
    this.folder = folder;
    this.prompts = List.copyOf(prompts);
    this.instruments = instruments;
    this.detector = instruments.require(detector);
    this.options = options;
    if (detector != null && !options.keepsImages()) {
      throw new MeasureException("a detector reads image files, so the images must be kept");
    }
    if (instruments.metrics().contains(Metric.OBJECTS)
        && prompts.stream().allMatch(prompt -> prompt.rules() == null)) {
      throw new MeasureException(
          "no prompt has rules (include, exclude); the metric objects needs them");
    }
  }

  /**
   * Makes and measures what is missing.
   *
   * @param name name of the candidate
   * @param settings how its images are made, for readers
   * @param maker makes images
   * @param progress is notified of each image
   * @return the results
   * @throws MeasureException if a measurement is not possible
   */
  public Summary run(
      String name, Map<String, Object> settings, Maker maker, Instruments.Progress progress) {
    create(folder.resolve("images"));
    try (RowsFile file = RowsFile.open(folder)) {
      for (int i = 0; i < prompts.size(); i++) {
        MeasuredPrompt prompt = prompts.get(i);
        Row row = file.rows().get(prompt.id());
        if (row == null || !isComplete(row)) {
          file.add(measured(prompt, row, maker, file));
        }
        progress.progress(name, i + 1, prompts.size());
      }
      if (detector != null) {
        check(file, detector);
      }
      List<Row> rows = prompts.stream().map(prompt -> file.rows().get(prompt.id())).toList();
      return summary(name, settings, rows, file);
    }
  }

  private static void create(Path images) {
    try {
      Files.createDirectories(images);
    } catch (IOException e) {
      throw new MeasureException(images + " cannot be created: " + IoReason.of(e), e);
    }
  }

  private boolean isComplete(Row row) {
    return instruments.metrics().stream()
        .allMatch(metric -> metric == Metric.OBJECTS || row.has(metric));
  }

  private Path image(String id) {
    return folder.resolve("images").resolve(id + ".png");
  }

  private Row measured(MeasuredPrompt prompt, @Nullable Row before, Maker maker, RowsFile file) {
    Path target = image(prompt.id());
    boolean exists = Files.isRegularFile(target);
    if (!exists) {
      maker.prepare();
    }
    long start = System.nanoTime();
    RgbImage image =
        exists
            ? ImageFiles.read(target)
            : maker.make(prompt, options.keepsImages() ? target : null);
    double made = (System.nanoTime() - start) / 1e9;
    double seconds = exists ? before == null ? Double.NaN : before.seconds() : made;
    Map<String, Double> values = new HashMap<>(before == null ? Map.of() : before.values());
    long feature = before == null ? -1 : before.feature();
    if (instruments.clip() != null) {
      values.put(Metric.CLIP.key(), instruments.clip().score(prompt.prompt(), image));
    }
    if (instruments.references() != null) {
      RgbImage right = instruments.references().image(prompt.id());
      PairedQuality quality = PairedQuality.of(prompt.id(), image, right);
      values.put(Metric.PSNR.key(), quality.psnr());
      values.put(Metric.SSIM.key(), quality.ssim());
    }
    if (instruments.inception() != null && feature < 0) {
      feature = file.addFeature(instruments.inception().of(image));
    }
    List<String> problems = before == null ? List.of() : before.problems();
    return new Row(prompt.id(), prompt.prompt(), prompt.seed(), seconds, values, feature, problems);
  }

  private void check(RowsFile file, Detector finder) {
    finder.prepare(folder.resolve("images"));
    for (MeasuredPrompt prompt : prompts) {
      ObjectRules rules = prompt.rules();
      Row row = file.rows().get(prompt.id());
      if (rules != null && row != null) {
        List<String> problems = ObjectCheck.problems(rules, finder.of(image(prompt.id())));
        Map<String, Double> values = new HashMap<>(row.values());
        values.put(Metric.OBJECTS.key(), problems.isEmpty() ? PERCENT : 0);
        Row checked =
            new Row(
                row.id(), row.prompt(), row.seed(), row.seconds(), values, row.feature(), problems);
        if (!checked.equals(row)) {
          file.add(checked);
        }
      }
    }
  }

  private Summary summary(
      String name, Map<String, Object> settings, List<Row> rows, RowsFile file) {
    Map<Metric, Estimate> figures = new EnumMap<>(Metric.class);
    for (Metric metric : instruments.metrics()) {
      double[] values =
          rows.stream()
              .filter(row -> row.values().containsKey(metric.key()))
              .mapToDouble(row -> row.values().getOrDefault(metric.key(), Double.NaN))
              .toArray();
      figures.put(metric, metric == Metric.FID ? distance(rows, file) : Estimate.mean(values));
    }
    double seconds =
        rows.stream()
            .mapToDouble(Row::seconds)
            .filter(Double::isFinite)
            .average()
            .orElse(Double.NaN);
    return new Summary(name, settings, rows.size(), seconds, figures, byTag(rows));
  }

  private Map<String, Estimate> byTag(List<Row> rows) {
    Map<String, List<Double>> values = new TreeMap<>();
    for (int i = 0; i < rows.size(); i++) {
      ObjectRules rules = prompts.get(i).rules();
      Double value = rows.get(i).values().get(Metric.OBJECTS.key());
      if (rules != null && value != null) {
        values.computeIfAbsent(rules.tag(), tag -> new ArrayList<>()).add(value);
      }
    }
    Map<String, Estimate> estimates = new TreeMap<>();
    values.forEach(
        (tag, all) ->
            estimates.put(
                tag, Estimate.mean(all.stream().mapToDouble(Double::doubleValue).toArray())));
    return estimates;
  }

  private Estimate distance(List<Row> rows, RowsFile file) {
    FeatureStatistics.Gaussian reference = Objects.requireNonNull(instruments.statistics());
    FeatureStatistics all = new FeatureStatistics(Instruments.FEATURES);
    rows.forEach(row -> all.add(file.feature(row.feature(), Instruments.FEATURES)));
    FeatureStatistics.Gaussian ours = all.gaussian();
    StatisticsFile.write(folder.resolve("statistics.npz"), ours);
    return Estimate.ofSet(
        FrechetDistance.between(ours, reference),
        rows.size(),
        options.distanceSamples(),
        random -> FrechetDistance.between(sample(rows, file, random).gaussian(), reference));
  }

  /** Draws a sample of the same expected size: each image counts 0, 1, 2... times. */
  private static FeatureStatistics sample(List<Row> rows, RowsFile file, SplittableRandom random) {
    FeatureStatistics sample = new FeatureStatistics(Instruments.FEATURES);
    for (Row row : rows) {
      int times = poisson(random);
      if (times > 0) {
        float[] vector = file.feature(row.feature(), Instruments.FEATURES);
        for (int i = 0; i < times; i++) {
          sample.add(vector);
        }
      }
    }
    return sample;
  }

  /** Draws a number with mean 1 (Knuth, 1969). */
  private static int poisson(SplittableRandom random) {
    double product = random.nextDouble();
    int count = 0;
    while (product > Math.exp(-1)) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }
}
