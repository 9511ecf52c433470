package dev.sana4j.spark;

import static org.apache.spark.sql.functions.col;

import dev.sana4j.pipeline.request.RequestException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Reads tables of requests from files; a row that cannot be read has an error. */
final class RequestFiles {
  private static final String DAMAGED = "_sana4j_damaged";

  /** The kinds of files. */
  enum Kind {
    PARQUET,
    JSONL,
    CSV,
    TEXT;

    /** Returns the kind that the name of a file says; Parquet for a folder. */
    static Kind of(String path) {
      String name = path.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|bz2|zst)$", "");
      if (name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json")) {
        return JSONL;
      }
      return name.endsWith(".csv") ? CSV : name.endsWith(".txt") ? TEXT : PARQUET;
    }
  }

  private RequestFiles() {}

  /** Returns the parsed rows of files. */
  static Dataset<Row> read(SparkSession spark, String path, Kind kind) {
    return switch (kind) {
      case PARQUET -> parsed(spark.read().parquet(path), false);
      case CSV -> csv(spark, path);
      case JSONL -> lines(spark, path, JsonRow::ofJson);
      case TEXT -> lines(spark, path, JsonRow::ofText);
    };
  }

  /**
   * Parses a table; columns that are unknown have no effect.
   *
   * @param table columns of any order and type
   * @param textual whether all values are text
   */
  static Dataset<Row> parsed(Dataset<Row> table, boolean textual) {
    String[] all = table.columns();
    String[] columns = known(all);
    boolean marked = Arrays.asList(all).contains(DAMAGED);
    Dataset<Row> chosen =
        table.select(
            Stream.concat(Arrays.stream(columns), marked ? Stream.of(DAMAGED) : Stream.empty())
                .map(name -> col("`" + name + "`"))
                .toArray(org.apache.spark.sql.Column[]::new));
    return chosen.map(
        (MapFunction<Row, Row>) row -> ofColumns(row, columns, textual, marked), encoder());
  }

  /** Returns the columns that a table has and a request uses, in the order of the table. */
  private static String[] known(String[] all) {
    String[] columns = Arrays.stream(all).filter(RequestFiles::isKnown).toArray(String[]::new);
    List<String> names = Arrays.stream(columns).map(RequestFiles::nameOf).distinct().toList();
    if (names.size() < columns.length) {
      throw new BatchException("the table has two columns of one meaning; rename one of them");
    }
    if (!names.contains("prompt") && !names.contains("image")) {
      throw new BatchException(
          "the table has neither a column prompt nor a column image, only "
              + String.join(", ", all)
              + "; rename the column of the prompts");
    }
    return columns;
  }

  private static boolean isKnown(String column) {
    return RequestColumns.KNOWN.contains(nameOf(column));
  }

  private static String nameOf(String column) {
    String name = column.toLowerCase(Locale.ROOT);
    return RequestColumns.OTHER_NAMES.getOrDefault(name, name);
  }

  private static Row ofColumns(Row row, String[] columns, boolean textual, boolean marked) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < columns.length; i++) {
      if (!row.isNullAt(i)) {
        values.put(nameOf(columns[i]), row.get(i));
      }
    }
    if (marked && !row.isNullAt(columns.length)) {
      String line = row.getString(columns.length);
      return ParsedRow.damaged(
          null,
          new RequestException("the row does not have one value for each column of the first row"),
          line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return ParsedRow.of(values, textual);
  }

  private static Dataset<Row> csv(SparkSession spark, String path) {
    StructType header = spark.read().option("header", true).csv(path).schema();
    Dataset<Row> table =
        spark
            .read()
            .option("header", true)
            .option("multiLine", true)
            .option("escape", "\"")
            .option("maxCharsPerColumn", 1 << 20)
            .option("mode", "PERMISSIVE")
            .option("columnNameOfCorruptRecord", DAMAGED)
            .schema(header.add(DAMAGED, DataTypes.StringType))
            .csv(path);
    return parsed(table, true);
  }

  private static Dataset<Row> lines(SparkSession spark, String path, Line parser) {
    return spark
        .read()
        .text(path)
        .select(col("value").cast(DataTypes.BinaryType))
        .flatMap(
            (FlatMapFunction<Row, Row>)
                row -> Stream.ofNullable(parser.parse(row.getAs(0))).iterator(),
            encoder());
  }

  private static Encoder<Row> encoder() {
    return Encoders.row(RequestColumns.PARSED);
  }

  /** Parses a line; null if it is blank. */
  @FunctionalInterface
  private interface Line extends java.io.Serializable {
    @org.jspecify.annotations.Nullable
    Row parse(byte[] line);
  }
}
