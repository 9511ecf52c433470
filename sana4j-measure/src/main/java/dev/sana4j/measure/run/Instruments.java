package dev.sana4j.measure.run;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.measure.ClipScorer;
import dev.sana4j.measure.FeatureStatistics;
import dev.sana4j.measure.FeatureStatistics.Gaussian;
import dev.sana4j.measure.InceptionFeatures;
import dev.sana4j.measure.MeasureException;
import dev.sana4j.measure.StatisticsFile;
import dev.sana4j.measure.objects.Detector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What measures the images of all candidates. Each part may be null if no metric needs it.
 *
 * @param metrics what is measured
 * @param clip for {@link Metric#CLIP}
 * @param inception for {@link Metric#FID}
 * @param statistics of the reference images, for {@link Metric#FID}
 * @param references for {@link Metric#PSNR} and {@link Metric#SSIM}
 */
public record Instruments(
    Set<Metric> metrics,
    @Nullable ClipScorer clip,
    @Nullable InceptionFeatures inception,
    @Nullable Gaussian statistics,
    @Nullable ReferenceImages references)
    implements AutoCloseable {
  /** Features of an image for the Frechet distance. */
  static final int FEATURES = 2048;

  /** Checks that every metric has its part. */
  public Instruments {
    metrics = Set.copyOf(metrics);
    require(metrics.contains(Metric.CLIP) && clip == null, "clip", "a CLIP model");
    require(metrics.contains(Metric.FID) && inception == null, "fid", "the weights of Inception");
    require(metrics.contains(Metric.FID) && statistics == null, "fid", "a reference");
    require(
        metrics.stream().anyMatch(Metric::isPaired) && references == null,
        "psnr and ssim",
        "a folder of reference images");
  }

  private static void require(boolean isMissing, String metric, String part) {
    if (isMissing) {
      throw new MeasureException("the metric " + metric + " needs " + part);
    }
  }

  /** Is notified of the progress. */
  public interface Progress {
    /**
     * Some work is done.
     *
     * @param what names the work
     * @param done how much of it is done
     * @param all how much there is
     */
    void progress(String what, int done, int all);
  }

  /**
   * Returns the statistics of reference images. They are computed once and kept in a file.
   *
   * @param reference a {@code .npz} file of statistics, or a folder of images
   * @param kept where the statistics of a folder are kept
   * @param inception the network
   * @param progress is notified of each image
   * @return mean and covariance of the features
   * @throws MeasureException if the reference is neither, or is damaged
   */
  public static Gaussian statistics(
      Path reference, Path kept, InceptionFeatures inception, Progress progress) {
    if (Files.isRegularFile(reference)) {
      return StatisticsFile.read(reference);
    }
    if (Files.isRegularFile(kept)) {
      return StatisticsFile.read(kept);
    }
    List<Path> files = ReferenceImages.of(reference).all();
    FeatureStatistics statistics = new FeatureStatistics(FEATURES);
    for (int i = 0; i < files.size(); i++) {
      statistics.add(inception.of(ImageFiles.read(files.get(i))));
      progress.progress("reference images", i + 1, files.size());
    }
    Gaussian gaussian = statistics.gaussian();
    StatisticsFile.write(kept, gaussian);
    return gaussian;
  }

  /**
   * Returns the detector of objects, if it is among the metrics.
   *
   * @param detector the detector, or null
   * @return the same
   * @throws MeasureException if objects are measured and there is none
   */
  public @Nullable Detector require(@Nullable Detector detector) {
    require(
        metrics.contains(Metric.OBJECTS) && detector == null,
        "objects",
        "a detector or a folder of detections");
    return detector;
  }

  @Override
  public void close() {
    if (clip != null) {
      clip.close();
    }
    if (inception != null) {
      inception.close();
    }
  }
}
