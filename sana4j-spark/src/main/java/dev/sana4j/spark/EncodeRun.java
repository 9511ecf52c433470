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
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
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
    List<Integer> missing =
        IntStream.range(0, parts.size())
            .filter(part -> !Files.isDirectory(folder(settings, part)))
            .boxed()
            .toList();
    int images = missing.stream().mapToInt(part -> parts.get(part).images()).sum();
    if (!missing.isEmpty()) {
      encode(parts, missing, images);
    }
    CacheParts.join(
        IntStream.range(0, parts.size()).mapToObj(part -> folder(settings, part)).toList(), output);
    delete(output.resolve(PARTS));
    return summary(work.images(), work.images() - images, images, start);
  }

  private void encode(List<CachePart> parts, List<Integer> missing, int images) {
    EncodeSettings all = settings;
    JobCounters counters = JobCounters.of(spark.sparkContext());
    var progress = new JobProgress(images, notes, System::nanoTime, SECONDS_A_LINE, -1, () -> {});
    spark.sparkContext().addSparkListener(progress);
    try {
      JavaSparkContext.fromSparkContext(spark.sparkContext())
          .parallelize(missing, missing.size())
          .foreach(
              (VoidFunction<Integer>)
                  part -> {
                    encode(all, parts.get(part), part);
                    counters.images().add((long) parts.get(part).images());
                  });
    } finally {
      spark.sparkContext().removeSparkListener(progress);
    }
  }

  /** Encodes a part in a task. */
  private static void encode(EncodeSettings settings, CachePart part, int number) {
    TaskPlace place = TaskPlace.here(settings.model().device());
    Path target = folder(settings, number);
    Path attempt =
        target.resolveSibling(
            target.getFileName() + ".attempt-" + TaskContext.get().taskAttemptId());
    CacheWork work = open(settings);
    place.prepare();
    try (Encoders encoders = work.encoders(place.device())) {
      delete(attempt);
      Files.createDirectories(attempt);
      work.encode(part, attempt, encoders, place.threads());
      Files.move(attempt, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      delete(attempt); // another attempt of this task was first
    } catch (IOException e) {
      throw BatchException.failure("the part " + target + " cannot be written: " + IoReason.of(e));
    }
  }

  private static Path folder(EncodeSettings settings, int part) {
    return Path.of(settings.output()).resolve(PARTS).resolve("part-%06d".formatted(part));
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
