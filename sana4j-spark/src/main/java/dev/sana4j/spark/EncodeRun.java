package dev.sana4j.spark;

import dev.sana4j.data.CachePart;
import dev.sana4j.data.CacheParts;
import dev.sana4j.files.FolderTree;
import dev.sana4j.files.IoReason;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.pipeline.ModelLocator;
import dev.sana4j.train.flow.CacheWork;
import dev.sana4j.train.flow.DataRecipe;
import dev.sana4j.train.flow.Encoders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.sql.SparkSession;

/**
 * One job that encodes captioned images. A task writes the folder of its part and renames it when
 * it is complete; the driver joins the parts. A job that is run again makes only missing parts.
 */
final class EncodeRun {
  private static final String PARTS = ".parts";
  private static final String SHARDS = "images";
  private static final int SECONDS_A_LINE = 5;
  private static final double NANOS = 1e9;

  private final SparkSession spark;
  private final Consumer<String> notes;
  private EncodeSettings settings;

  EncodeRun(SparkSession spark, EncodeSettings settings, Consumer<String> notes) {
    this.spark = spark;
    this.settings = settings;
    this.notes = notes;
  }

  JobSummary run() {
    settings = settings.with(settings.model().decided(settings.model().config()));
    long start = System.nanoTime();
    if (CaptionedTable.is(settings.data())) {
      Path shards = Path.of(settings.output()).resolve(SHARDS);
      CaptionedTable.toShards(spark, settings.data(), shards);
      settings = settings.with(shards.toString());
    }
    CacheWork work = open(settings);
    Path output = Path.of(settings.output());
    if (Files.exists(output.resolve("index.json"))) {
      return summary(work.images(), work.images(), 0, start);
    }
    List<CachePart> parts = work.parts(settings.imagesPerTask());
    List<CachePart> missing =
        parts.stream().filter(part -> !Files.isDirectory(folder(settings, part))).toList();
    int images = missing.stream().mapToInt(CachePart::images).sum();
    if (!missing.isEmpty()) {
      encode(missing, images);
    }
    CacheParts.join(parts.stream().map(part -> folder(settings, part)).toList(), output);
    delete(output.resolve(PARTS));
    return summary(work.images(), work.images() - images, images, start);
  }

  private void encode(List<CachePart> missing, int images) {
    EncodeSettings all = settings;
    JobCounters counters = JobCounters.of(spark.sparkContext());
    var progress = new JobProgress(images, notes, System::nanoTime, SECONDS_A_LINE, -1, () -> {});
    spark.sparkContext().addSparkListener(progress);
    try {
      JavaSparkContext.fromSparkContext(spark.sparkContext())
          .parallelize(missing, missing.size())
          .foreach(
              (VoidFunction<CachePart>)
                  part -> {
                    encode(all, part);
                    counters.images().add((long) part.images());
                  });
    } finally {
      spark.sparkContext().removeSparkListener(progress);
    }
  }

  /** Encodes a part in a task, unless an attempt that made it ended before its report. */
  private static void encode(EncodeSettings settings, CachePart part) {
    Path target = folder(settings, part);
    if (Files.isDirectory(target)) {
      return;
    }
    TaskPlace place = TaskPlace.here(settings.model().device());
    Path attempt =
        target.resolveSibling(
            target.getFileName() + ".attempt-" + TaskContext.get().taskAttemptId());
    CacheWork work = open(settings);
    place.prepare();
    try (Encoders encoders = work.encoders(place.device())) {
      delete(attempt);
      Files.createDirectories(attempt);
      work.encode(part, attempt, encoders, place.threads());
    } catch (IOException e) {
      throw unwritten(target, e);
    }
    finish(attempt, target);
  }

  /** Renames the folder of an attempt; deletes it if another attempt was first. */
  static void finish(Path attempt, Path target) {
    try {
      Files.move(attempt, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) { // its class depends on the platform if there is a folder
      if (!Files.isDirectory(target)) {
        throw unwritten(target, e);
      }
      delete(attempt);
    }
  }

  private static BatchException unwritten(Path target, IOException error) {
    return BatchException.failure(
        "the part " + target + " cannot be written: " + IoReason.of(error));
  }

  /** The name has the range, so that a run with parts of other sizes does not use the folder. */
  private static Path folder(EncodeSettings settings, CachePart part) {
    return Path.of(settings.output())
        .resolve(PARTS)
        .resolve("part-%d-%d".formatted(part.first(), part.end()));
  }

  private static CacheWork open(EncodeSettings settings) {
    ModelLocator models = new ModelLocator(HubSettings.fromEnvironment());
    ModelFolder model = models.locate(settings.model().name(), null, HubListener.SILENT).open();
    DataRecipe recipe =
        new DataRecipe(
            Path.of(settings.data()),
            settings.caption(),
            settings.resolution(),
            settings.maxRatio(),
            0.1,
            0,
            1,
            0,
            null);
    return CacheWork.open(model.root(), recipe, settings.model().precision());
  }

  private static void delete(Path folder) {
    try {
      FolderTree.delete(folder);
    } catch (IOException e) {
      throw BatchException.failure(folder + " cannot be deleted: " + IoReason.of(e));
    }
  }

  private JobSummary summary(long rows, long present, long images, long start) {
    return new JobSummary(
        "encode",
        settings.model().name(),
        settings.model().precision().toString(),
        settings.output(),
        rows,
        present,
        images,
        0,
        (System.nanoTime() - start) / NANOS);
  }
}
