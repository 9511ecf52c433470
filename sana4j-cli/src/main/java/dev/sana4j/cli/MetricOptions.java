package dev.sana4j.cli;

import dev.sana4j.files.Digests;
import dev.sana4j.hub.HubModels;
import dev.sana4j.hub.ModelName;
import dev.sana4j.measure.ClipScorer;
import dev.sana4j.measure.ExternalCommand;
import dev.sana4j.measure.InceptionFeatures;
import dev.sana4j.measure.objects.CommandDetector;
import dev.sana4j.measure.objects.DetectionFolder;
import dev.sana4j.measure.objects.Detector;
import dev.sana4j.measure.run.Instruments;
import dev.sana4j.measure.run.Metric;
import dev.sana4j.measure.run.ReferenceImages;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The measures of {@code sana evaluate --metrics} and the networks that they need. */
final class MetricOptions {
  private static final List<String> CLIP_FILES =
      List.of("config.json", "model.safetensors", "tokenizer.json", "preprocessor_config.json");
  private static final int NAME_DIGITS = 12;

  @Option(
      names = "--metrics",
      paramLabel = "NAME",
      split = ",",
      description =
          "Measure the images of any prompts (--prompts FILE): clip, fid, psnr, ssim, objects;"
              + " several are joined with commas. Without it, sana measures emoji scenes.")
  private @Nullable Set<Metric> metrics;

  @Option(
      names = "--reference",
      paramLabel = "PATH",
      description =
          "Folder of reference images for fid, psnr and ssim, or for fid a .npz file with mu and"
              + " sigma.")
  private @Nullable Path reference;

  @Option(
      names = "--clip",
      paramLabel = "MODEL",
      description =
          "CLIP in the layout of transformers: a folder, or ORG/NAME[@REVISION] on the hub.")
  private @Nullable String clip;

  @Option(
      names = "--inception",
      paramLabel = "FILE",
      description =
          "Weights of the Inception network for fid: the .pth of pytorch-fid or torch-fidelity.")
  private @Nullable Path inception;

  @Option(
      names = "--images-per-prompt",
      paramLabel = "N",
      defaultValue = "1",
      description = "With --metrics: images of each prompt (default: ${DEFAULT-VALUE}).")
  private int imagesPerPrompt;

  @Option(
      names = "--stream",
      description = "With --metrics: do not keep the images, only their measurements.")
  private boolean stream;

  @Option(
      names = "--fid-samples",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "Bootstrap samples for the interval of fid, 0 for none (default: ${DEFAULT-VALUE}).")
  private int fidSamples;

  @Option(
      names = "--detections",
      paramLabel = "DIR",
      description = "For objects: folder with the detections of each image as JSON.")
  private @Nullable Path detections;

  @Option(
      names = "--detector",
      paramLabel = "COMMAND",
      description =
          "For objects: program that is run as COMMAND IMAGES DETECTIONS and writes the detections"
              + " of each image as JSON.")
  private @Nullable String detector;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description = "Longest time of a run of the detector (default: ${DEFAULT-VALUE}).")
  private int timeLimit;

  boolean isGiven() {
    return metrics != null;
  }

  /** Returns what is measured, in the order of tables. */
  Set<Metric> metrics() {
    Set<Metric> given = metrics == null ? Set.of() : metrics;
    return new LinkedHashSet<>(given.stream().sorted().toList());
  }

  int imagesPerPrompt() {
    return imagesPerPrompt;
  }

  boolean keepsImages() {
    return !stream;
  }

  int fidSamples() {
    if (fidSamples < 0 || fidSamples > 1000) {
      throw new RequestException("--fid-samples must be 0 to 1000, but was " + fidSamples);
    }
    return fidSamples;
  }

  /** Adds the settings that measurements depend on. */
  void describe(Map<String, Object> settings) {
    if (metrics().contains(Metric.CLIP)) {
      settings.put("clip", String.valueOf(clip));
    }
    if (metrics().contains(Metric.FID)) {
      settings.put("inception", String.valueOf(inception));
    }
    if (metrics().stream().anyMatch(Metric::isPaired)) {
      settings.put("reference", String.valueOf(reference));
    }
  }

  /** Refuses missing options before any work. */
  void check() {
    require(Metric.CLIP, clip, "--clip MODEL");
    require(Metric.FID, inception, "--inception FILE");
    require(Metric.FID, reference, "--reference PATH");
    require(Metric.PSNR, reference, "--reference DIR");
    require(Metric.SSIM, reference, "--reference DIR");
    if (detections != null && detector != null) {
      throw new RequestException("give --detections or --detector, not both");
    }
    require(Metric.OBJECTS, detections == null ? detector : detections, "--detections DIR");
    if (stream && metrics().contains(Metric.OBJECTS)) {
      throw new RequestException("a detector reads image files; do not use --stream with objects");
    }
    if (reference != null && !Files.exists(reference)) {
      throw new RequestException(reference + " does not exist; name a folder or a .npz file");
    }
  }

  private void require(Metric metric, @Nullable Object option, String name) {
    if (metrics().contains(metric) && option == null) {
      throw new RequestException("the metric " + metric.key() + " needs " + name);
    }
  }

  /** Opens the networks; the caller closes them. */
  Instruments open(Device device, Path output, Instruments.Progress progress) {
    ClipScorer scorer = null;
    InceptionFeatures features = null;
    try {
      if (clip != null && metrics().contains(Metric.CLIP)) {
        scorer = ClipScorer.open(clipFolder(clip), DType.FLOAT32, device);
      }
      if (inception != null && metrics().contains(Metric.FID)) {
        features = InceptionFeatures.open(inception, device);
      }
      boolean paired = metrics().stream().anyMatch(Metric::isPaired);
      return new Instruments(
          metrics(),
          scorer,
          features,
          features == null || reference == null
              ? null
              : Instruments.statistics(
                  reference, output.resolve(kept(reference)), features, progress),
          paired && reference != null ? ReferenceImages.of(reference) : null);
    } catch (RuntimeException e) {
      close(scorer);
      close(features);
      throw e;
    }
  }

  /** Returns the name of the file for the statistics of a folder of reference images. */
  private String kept(Path images) {
    String origin = images.toAbsolutePath().normalize() + "\n" + inception;
    String digest = Digests.sha256Hex(origin.getBytes(StandardCharsets.UTF_8));
    return "reference-" + digest.substring(0, NAME_DIGITS) + ".npz";
  }

  private static void close(@Nullable AutoCloseable network) {
    if (network instanceof ClipScorer scorer) {
      scorer.close();
    } else if (network instanceof InceptionFeatures features) {
      features.close();
    }
  }

  /** Returns the folder of a CLIP; downloads its files from the hub if necessary. */
  static Path clipFolder(String name) {
    Path folder = Path.of(name);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    ModelName found =
        ModelName.of(name, ModelNames.settings().endpoint())
            .orElseThrow(
                () ->
                    new RequestException(
                        name + " is neither a folder nor a name on the hub (ORG/NAME)"));
    try (DownloadProgress progress = DownloadProgress.of(ModelNames.settings(), false)) {
      List<Path> files =
          new HubModels(ModelNames.settings()).pullFiles(found.id(), CLIP_FILES, progress);
      return files.get(0).resolveSibling("");
    }
  }

  /** Returns the detector; null if no objects are checked. */
  @Nullable Detector detector(Path candidate) {
    if (!metrics().contains(Metric.OBJECTS)) {
      return null;
    }
    if (detections != null) {
      return new DetectionFolder(detections);
    }
    ExternalCommand command =
        ExternalCommand.parse(String.valueOf(detector), Duration.ofSeconds(timeLimit));
    return new CommandDetector(command, candidate.resolve("detections"));
  }
}
