package dev.sana4j.spark;

import static org.apache.spark.sql.functions.col;

import dev.sana4j.emoji.evaluate.Evaluation;
import dev.sana4j.emoji.evaluate.EvaluationListener;
import dev.sana4j.emoji.evaluate.EvaluationResult;
import dev.sana4j.emoji.evaluate.Proportion;
import dev.sana4j.emoji.evaluate.ScorerKind;
import dev.sana4j.emoji.scene.Scene;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** One job that measures how well models follow prompts: a task per model, setting and kind. */
final class EvaluateRun {
  private static final double NANOS = 1e9;
  private static final StructType TABLE =
      DataTypes.createStructType(
          List.of(
              field("key", DataTypes.StringType),
              field("model", DataTypes.StringType),
              field("dtype", DataTypes.StringType),
              field("steps", DataTypes.IntegerType),
              field("guidance", DataTypes.DoubleType),
              field("kind", DataTypes.StringType),
              field("language", DataTypes.StringType),
              field("images", DataTypes.IntegerType),
              field("seconds", DataTypes.DoubleType),
              field("scorer", DataTypes.StringType),
              field("figure", DataTypes.StringType),
              field("percent", DataTypes.DoubleType),
              field("low", DataTypes.DoubleType),
              field("high", DataTypes.DoubleType),
              field("real_percent", DataTypes.DoubleType),
              field("frechet", DataTypes.DoubleType),
              field("frechet_of_real", DataTypes.DoubleType)));

  private final SparkSession spark;
  private final EvaluateSettings settings;
  private final Consumer<String> notes;

  EvaluateRun(SparkSession spark, EvaluateSettings settings, Consumer<String> notes) {
    this.spark = spark;
    this.settings = settings;
    this.notes = notes;
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  /** What one task measures. */
  private record Unit(
      ModelChoice model, @Nullable Integer steps, @Nullable Double guidance, Scene.Kind kind)
      implements Serializable {
    String key() {
      return "%s %s steps=%s guidance=%s %s"
          .formatted(model.name(), model.dtype(), steps, guidance, kind);
    }
  }

  JobSummary run() {
    long start = System.nanoTime();
    List<Unit> all = units();
    var record = new OutputRecord(settings.output(), spark.sessionState().newHadoopConf());
    record.require(settings);
    Set<String> present = present();
    List<Unit> missing = all.stream().filter(unit -> !present.contains(unit.key())).toList();
    if (!missing.isEmpty()) {
      record.deleteLeftovers();
      Evaluation.prepareScorers(
          settings.options(EnumSet.copyOf(settings.rows()), null, null), noting());
      measure(missing);
    }
    return new JobSummary(
        "evaluate",
        String.join(",", settings.models().stream().map(ModelChoice::name).toList()),
        String.valueOf(all.get(0).model().dtype()),
        settings.output(),
        all.size(),
        all.size() - missing.size(),
        missing.size() * 2L * settings.prompts(),
        0,
        (System.nanoTime() - start) / NANOS);
  }

  private EvaluationListener noting() {
    return new EvaluationListener() {
      @Override
      public void note(String line) {
        notes.accept(line);
      }
    };
  }

  private List<Unit> units() {
    List<Unit> units = new ArrayList<>();
    for (ModelChoice model : settings.models()) {
      ModelChoice decided = model.decided(model.config());
      for (Integer steps : orNull(settings.steps())) {
        for (Double scale : orNull(settings.guidance())) {
          settings.rows().forEach(kind -> units.add(new Unit(decided, steps, scale, kind)));
        }
      }
    }
    return units;
  }

  private static <T> List<@Nullable T> orNull(List<T> given) {
    List<@Nullable T> all = new ArrayList<>(given);
    if (all.isEmpty()) {
      all.add(null);
    }
    return all;
  }

  private Set<String> present() {
    Set<String> keys = new HashSet<>();
    new ImageTable(spark, settings.output())
        .keys()
        .select(col("key"))
        .distinct()
        .collectAsList()
        .forEach(row -> keys.add(row.getString(0)));
    return keys;
  }

  private void measure(List<Unit> missing) {
    EvaluateSettings all = settings;
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(missing, missing.size())
            .flatMap((FlatMapFunction<Unit, Row>) unit -> measured(all, unit));
    notes.accept(missing.size() + " rows of models to measure");
    spark.createDataFrame(rows, TABLE).write().mode("append").parquet(settings.output());
  }

  private static Iterator<Row> measured(EvaluateSettings settings, Unit unit) {
    TaskPlace place = TaskPlace.here(unit.model().device());
    place.prepare();
    List<EvaluationResult.Row> rows =
        Evaluation.rows(
            unit.model().config(),
            unit.model().precision(),
            place.device(),
            settings.options(EnumSet.of(unit.kind()), unit.steps(), unit.guidance()),
            new EvaluationListener() {});
    List<Row> table = new ArrayList<>();
    rows.forEach(row -> addAll(table, unit, row));
    return table.iterator();
  }

  private static void addAll(List<Row> table, Unit unit, EvaluationResult.Row row) {
    table.add(cells(unit, row, "", "background", row.background(), null));
    row.scorers()
        .forEach(
            (ScorerKind scorer, EvaluationResult.Judged judged) ->
                judged
                    .figures()
                    .forEach(
                        (name, figure) ->
                            table.add(cells(unit, row, scorer.label(), name, figure, judged))));
  }

  private static Row cells(
      Unit unit,
      EvaluationResult.Row row,
      String scorer,
      String figure,
      EvaluationResult.Compared compared,
      EvaluationResult.@Nullable Judged judged) {
    Proportion made = compared.made();
    return RowFactory.create(
        unit.key(),
        unit.model().name(),
        unit.model().dtype(),
        unit.steps(),
        unit.guidance(),
        row.kind().name().toLowerCase(Locale.ROOT),
        row.language().code(),
        row.images(),
        row.seconds(),
        scorer,
        figure,
        made.percent(),
        made.low(),
        made.high(),
        compared.real().percent(),
        judged == null ? null : judged.frechet(),
        judged == null ? null : judged.floor());
  }
}
