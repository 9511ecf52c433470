package dev.sana4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.RequestException;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** One job that generates the images that are missing in its output. */
final class GenerateRun {
  private static final String NAME = "generate";
  private static final String STORED = "stored_key";
  private static final int SECONDS_A_LINE = 5;
  private static final int TASKS_A_ROUND = 20;
  private static final double NANOS = 1e9;

  private final SparkSession spark;
  private final Consumer<String> notes;
  private GenerateSettings settings;
  private volatile boolean stopped;

  GenerateRun(SparkSession spark, GenerateSettings settings, Consumer<String> notes) {
    this.spark = spark;
    this.settings = settings;
    this.notes = notes;
  }

  /** Generates the images of parsed rows. */
  JobSummary run(Dataset<Row> parsed) {
    ModelConfig config = settings.model().config();
    var record = new OutputRecord(settings.output(), spark.sessionState().newHadoopConf());
    settings = settings.with(decided(config, record));
    ImageStore store = ImageStore.of(spark, settings);
    Dataset<Row> all = RequestKeys.add(parsed);
    Dataset<Row> missing = missing(all, store);
    long rows = parsed.count();
    Row plan = plan(missing);
    long count = plan.getLong(0);
    require(plan, config);
    record.require(settings);
    long start = System.nanoTime();
    JobCounters counters = JobCounters.of(spark.sparkContext());
    if (count > 0) {
      record.deleteLeftovers();
      make(missing, count, store, counters);
    }
    return new JobSummary(
        NAME,
        settings.model().name(),
        settings.model().precision().toString(),
        settings.output(),
        rows,
        rows - count,
        counters.images().value(),
        counters.badRows().value(),
        (System.nanoTime() - start) / NANOS);
  }

  /** Refuses too many bad rows, and too little memory, before the first row. */
  private void require(Row plan, ModelConfig config) {
    if (settings.maxBadRows() >= 0 && plan.getLong(1) > settings.maxBadRows()) {
      throw new BatchException(tooMany("nothing was made"));
    }
    if (plan.getLong(0) > 0) {
      notes.accept(
          MemoryAdvice.check(
              config, settings.model().precision(), largest(plan), spark.sparkContext().conf()));
    }
  }

  /** Returns the model with the given precision, else that of the output, else a chosen one. */
  private ModelChoice decided(ModelConfig config, OutputRecord record) {
    ModelChoice asked = settings.model();
    return asked.dtype() == null
        ? asked.withDtype(record.dtype().orElse(null)).decided(config)
        : asked;
  }

  /** Returns the number of rows, that of bad ones, and the largest image of the others. */
  private static Row plan(Dataset<Row> missing) {
    Column isGood = col(RequestColumns.ERROR).isNull();
    Column size =
        struct(col("width").multiply(col("height")).as("area"), col("width"), col("height"));
    return missing
        .agg(count(lit(1)), count(when(isGood, null).otherwise(1)), max(when(isGood, size)))
        .head();
  }

  private static @Nullable ImageSize largest(Row plan) {
    Row size = plan.isNullAt(2) ? null : plan.getStruct(2);
    return size == null || size.isNullAt(1) || size.isNullAt(2)
        ? null
        : new ImageSize(size.getInt(1), size.getInt(2));
  }

  private String tooMany(String state) {
    return "more than %d rows are bad; correct the table or raise the limit of bad rows; %s"
        .formatted(settings.maxBadRows(), state);
  }

  /** Returns the rows that the output does not have. */
  private static Dataset<Row> missing(Dataset<Row> all, ImageStore store) {
    Column stored = udf(store.naming(), DataTypes.StringType).apply(col(RequestColumns.KEY));
    Dataset<Row> before = store.keys().withColumnRenamed(ImageColumns.KEY, STORED);
    return all.join(before, stored.equalTo(before.col(STORED)), "left_anti");
  }

  private void make(Dataset<Row> missing, long count, ImageStore store, JobCounters counters) {
    String tag = "sana4j-" + UUID.randomUUID();
    var progress =
        new JobProgress(
            count,
            notes,
            System::nanoTime,
            SECONDS_A_LINE,
            settings.maxBadRows(),
            () -> {
              stopped = true;
              spark.sparkContext().cancelJobsWithTag(tag);
            });
    spark.sparkContext().addSparkListener(progress);
    spark.sparkContext().addJobTag(tag);
    try {
      makeRounds(missing, count, store, counters);
    } catch (BatchException e) {
      throw e;
    } catch (Exception e) { // Spark's exceptions are checked, but Scala does not declare them
      throw failure(e);
    } finally {
      spark.sparkContext().removeJobTag(tag);
      spark.sparkContext().removeSparkListener(progress);
      if (spark.sparkContext().isLocal()) {
        ExecutorModels.closeUnused();
      }
    }
  }

  private void makeRounds(
      Dataset<Row> missing, long count, ImageStore store, JobCounters counters) {
    long rounds = rounds(count);
    Column hash = pmod(xxhash64(col(RequestColumns.KEY)), lit(rounds));
    for (long round = 0; round < rounds; round++) {
      Dataset<Row> some = rounds == 1 ? missing : missing.filter(hash.equalTo(lit(round)));
      store.add(images(some, count / rounds, counters));
    }
    if (settings.maxBadRows() >= 0 && counters.badRows().value() > settings.maxBadRows()) {
      throw BatchException.failure(tooMany("the output has their reasons"));
    }
  }

  private Dataset<Row> images(Dataset<Row> some, long count, JobCounters counters) {
    GenerateSettings all = settings;
    Dataset<Row> spread = some.repartition(tasks(count));
    if (all.batch() > 1) {
      spread = spread.sortWithinPartitions("width", "height", "steps", "guidance");
    }
    return spread.mapPartitions(
        (MapPartitionsFunction<Row, Row>) rows -> ImageRows.of(rows, all, counters),
        Encoders.row(ImageColumns.SCHEMA));
  }

  /** Returns the number of rounds, each with enough tasks to keep all processors busy. */
  private long rounds(long count) {
    long busy =
        (long) TASKS_A_ROUND * settings.rowsPerTask() * spark.sparkContext().defaultParallelism();
    long rows = Math.max(settings.roundRows(), busy);
    return (count + rows - 1) / rows;
  }

  /** Returns the number of tasks: small ones, but at least one for each processor. */
  private int tasks(long count) {
    if (settings.partitions() > 0) {
      return settings.partitions();
    }
    long byRows = (count + settings.rowsPerTask() - 1) / settings.rowsPerTask();
    long processors = Math.min(count, spark.sparkContext().defaultParallelism());
    return Math.toIntExact(Math.max(1, Math.max(byRows, processors)));
  }

  private RuntimeException failure(Exception error) {
    if (stopped) {
      return BatchException.failure(tooMany("the last round was not stored"));
    }
    Stream<Throwable> causes =
        Stream.iterate((Throwable) error, cause -> cause != null, Throwable::getCause);
    return causes
        .filter(RequestException.class::isInstance)
        .map(RequestException.class::cast)
        .<RuntimeException>map(known -> new BatchException(String.valueOf(known.getMessage())))
        .findFirst()
        .orElseGet(
            () ->
                error instanceof SparkException || !(error instanceof RuntimeException failure)
                    ? BatchException.failure("Spark ended the job: " + error.getMessage())
                    : failure);
  }
}
