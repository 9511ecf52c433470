package dev.sana4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.data.Caption;
import dev.sana4j.data.DataSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Rows that cannot be images: each becomes one row with a reason. */
class MalformedRowsTest extends LocalSpark {
  private static final int ROWS = 200;

  /** What is added to an object with an id, and a part of the reason. */
  private static final String[][] VALUES = {
    {"\"prompt\": 5", "prompt is not a string"},
    {"\"prompt\": \"\"", "prompt is empty"},
    {"\"prompt\": \"   \"", "prompt is empty"},
    {"\"prompt\": null", "neither a prompt nor an input image"},
    {"\"prompt\": [\"a cat\"]", "prompt is not a string"},
    {"\"prompt\": \"a\", \"negative_prompt\": {}", "negative_prompt is not a string"},
    {"\"prompt\": \"a\", \"seed\": \"1\"", "seed is not a whole number"},
    {"\"prompt\": \"a\", \"seed\": 1.5", "seed is not a whole number"},
    {"\"prompt\": \"a\", \"seed\": 99999999999999999999", "seed is not a whole number"},
    {"\"prompt\": \"a\", \"width\": 64", "both width and height"},
    {"\"prompt\": \"a\", \"height\": 64", "both width and height"},
    {"\"prompt\": \"a\", \"width\": 0, \"height\": 64", "width is not a whole number from 1"},
    {"\"prompt\": \"a\", \"width\": -64, \"height\": 64", "width is not a whole number from 1"},
    {"\"prompt\": \"a\", \"width\": 1e9, \"height\": 64", "width is not a whole number"},
    {"\"prompt\": \"a\", \"width\": 99999999, \"height\": 64", "width is not a whole number from"},
    {"\"prompt\": \"a\", \"width\": 64, \"height\": 64.5", "height is not a whole number"},
    {"\"prompt\": \"a\", \"size\": \"64\"", "64"},
    {"\"prompt\": \"a\", \"size\": \"64x64\", \"width\": 64", "not both"},
    {"\"prompt\": \"a\", \"steps\": 0", "steps is not a whole number from 1"},
    {"\"prompt\": \"a\", \"steps\": 100000", "steps 100000 is not between"},
    {"\"prompt\": \"a\", \"steps\": true", "steps is not a whole number"},
    {"\"prompt\": \"a\", \"guidance\": \"high\"", "guidance is not a number"},
    {"\"prompt\": \"a\", \"guidance\": -1", "guidance -1"},
    {"\"prompt\": \"a\", \"guidance\": 1e300", "guidance"},
    {"\"prompt\": \"a\", \"loras\": \"x\"", "loras is not a list"},
    {"\"prompt\": \"a\", \"loras\": [1]", "loras is not a list"},
    {"\"prompt\": \"a\", \"loras\": [\"none.safetensors\"]", "none.safetensors"},
    {"\"prompt\": \"a\", \"loras\": [\"a:1000\"]", "LoRA scale"},
    {"\"prompt\": \"a\", \"task\": \"paint\"", "task is not"},
    {"\"prompt\": \"a\", \"task\": \"inpaint\"", "needs image"},
    {"\"prompt\": \"a\", \"mask\": \"m.png\"", "mask needs image"},
    {"\"prompt\": \"a\", \"strength\": 0.5", "strength needs image"},
    {"\"prompt\": \"a\", \"image\": \"none.png\"", "none.png"},
    {"\"prompt\": \"a\", \"image\": 7", "image is not a file name"},
    {"\"prompt\": \"a\", \"image\": \"requests.jsonl\"", "image"},
    {"\"prompt\": \"a\", \"colour\": 1", "unknown key"},
    {"\"prompt\": \"a\", \"prompt\": \"b\"", "prompt"},
    {"\"prompt\": \"" + "a".repeat(200_000) + "\"", "characters"},
  };

  /** Whole lines, and a part of the reason. */
  private static final String[][] LINES = {
    {"a red apple", "JSON"},
    {"{", ""},
    {"{\"prompt\": \"a\"", ""},
    {"[\"a\"]", "one JSON object"},
    {"null", "one JSON object"},
    {"17", "one JSON object"},
    {"{\"prompt\": \"a\"} {\"prompt\": \"b\"}", "one JSON object"},
    {"{\"prompt\": {\"a\": {\"b\": {\"c\": {\"d\": 1}}}}}", ""},
    {"{'prompt': 'a'}", ""},
    {"{\"prompt\": NaN}", ""},
  };

  private Map<String, Row> generated(Path table) {
    SanaJobs.generate(spark, table.toString(), settings(), line -> {});
    return rows("out");
  }

  private GenerateSettings settings() {
    return settings("out").withPartitions(2);
  }

  @Test
  void eachOfTwoHundredMalformedRowsIsARowWithAReason() throws IOException {
    Map<String, String> reasons = new HashMap<>();
    var list = new ByteArrayOutputStream();
    for (int i = 0; i < ROWS - LINES.length - 1; i++) {
      String[] each = VALUES[i % VALUES.length];
      list.writeBytes(
          ("{\"id\": \"row-" + i + "\", " + each[0] + "}\n").getBytes(StandardCharsets.UTF_8));
      reasons.put("row-" + i, each[1]);
    }
    for (String[] each : LINES) {
      list.writeBytes((each[0] + "\n").getBytes(StandardCharsets.UTF_8));
    }
    list.writeBytes(new byte[] {'{', (byte) 0xff, '}', '\n', '\n'});
    list.writeBytes(
        "{\"prompt\": \"a cat\", \"width\": 32, \"height\": 32, \"steps\": 1}\n"
            .getBytes(StandardCharsets.UTF_8));
    Path table = Files.write(folder.resolve("requests.jsonl"), list.toByteArray());
    Map<String, Row> rows = generated(table);
    assertThat(rows).hasSize(ROWS + 1);
    List<Row> bad = rows.values().stream().filter(row -> row.getAs("error") != null).toList();
    assertThat(bad).hasSize(ROWS);
    for (Row row : bad) {
      String error = row.getAs("error");
      assertThat(error).isNotBlank().doesNotContain("Exception").doesNotContain("\n");
      String expected = reasons.get(row.<String>getAs("key"));
      if (expected != null) {
        assertThat(error).as("%s", row.<String>getAs("key")).contains(expected);
      }
    }
  }

  @Test
  void aTableInCsvHasTheSamePixelsAndSeedsAsInJson() throws IOException {
    Path csv = folder.resolve("requests.csv");
    Files.writeString(
        csv,
        """
        id,prompt,width,height,steps,colour
        one,"a red, ""big"" apple",32,32,1,red
        two,a cat,x,32,1,
        three,a cat,32,32
        """);
    Map<String, Row> rows = generated(csv);
    assertThat(rows).hasSize(3);
    Row one = Objects.requireNonNull(rows.get("one"));
    Row two = Objects.requireNonNull(rows.get("two"));
    assertThat(one.<String>getAs("prompt")).isEqualTo("a red, \"big\" apple");
    assertThat(one.<Long>getAs("seed")).isEqualTo(RequestKeys.seed("one", 0));
    assertThat(two.<String>getAs("error")).contains("width is not a whole number");
    assertThat(rows.values().stream().filter(row -> row.getAs("error") != null).count())
        .isEqualTo(2);
  }

  @Test
  void aTableWithOtherColumnsMayHaveThemOfAnyType() {
    StructType schema =
        new StructType()
            .add("extra", DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType))
            .add("Prompt", DataTypes.StringType)
            .add("id", DataTypes.IntegerType)
            .add("width", DataTypes.ShortType)
            .add("height", DataTypes.LongType)
            .add("steps", DataTypes.DoubleType);
    List<Row> requests = new ArrayList<>();
    requests.add(RowFactory.create(null, "a cat", 1, (short) 32, 32L, null));
    requests.add(RowFactory.create(null, "a cat", 2, (short) 32, 32L, 1.0));
    requests.add(RowFactory.create(null, "a cat", 2, (short) 32, 32L, null));
    JobSummary summary =
        SanaJobs.generate(spark.createDataFrame(requests, schema), settings(), line -> {});
    assertThat(summary.images() + summary.badRows()).isEqualTo(3);
    assertThat(rows("out").values().stream().map(row -> row.<String>getAs("error")))
        .anyMatch(error -> error != null && error.contains("steps is not a whole number"));
  }

  @Test
  void aTableWithoutPromptsIsRefused() throws IOException {
    Path csv = folder.resolve("requests.csv");
    Files.writeString(csv, "text,width\na cat,32\n");
    assertThatThrownBy(() -> SanaJobs.generate(spark, csv.toString(), settings(), line -> {}))
        .isInstanceOf(BatchException.class)
        .hasMessageContaining("neither a column prompt nor a column image");
  }

  @Test
  void tooManyBadRowsEndTheJobAndShowNothing() throws IOException {
    Path list = folder.resolve("requests.jsonl");
    Files.write(list, List.of("{}", "{\"prompt\": 1}", "x"));
    GenerateSettings settings = settings().withMaxBadRows(1);
    assertThatThrownBy(() -> SanaJobs.generate(spark, list.toString(), settings, line -> {}))
        .isInstanceOf(BatchException.class)
        .hasMessageContaining("more than 1 rows are bad");
    assertThat(folder.resolve("out").toFile().list((at, name) -> name.endsWith(".parquet")))
        .isNullOrEmpty();
  }

  @Test
  void shardsHaveImagesAndBadRowsAndAreNotMadeTwice() throws IOException {
    Path list = folder.resolve("requests.jsonl");
    Files.write(
        list,
        List.of(
            "{\"id\": \"a/b.c\", \"prompt\": \"a cat\", \"width\": 32, \"height\": 32, \"steps\":"
                + " 1}",
            "{\"id\": \"two\", \"prompt\": \"a cat\", \"width\": 32, \"height\": 32, \"steps\": 1}",
            "{\"id\": \"bad\"}"));
    GenerateSettings settings = settings().withForm(GenerateSettings.Form.SHARDS);
    JobSummary first = SanaJobs.generate(spark, list.toString(), settings, line -> {});
    JobSummary second = SanaJobs.generate(spark, list.toString(), settings, line -> {});
    assertThat(first.images()).isEqualTo(2);
    assertThat(first.badRows()).isEqualTo(1);
    assertThat(second.present()).isEqualTo(3);
    var keys = new ImageShards(spark, settings.output(), "png").keys().collectAsList();
    assertThat(keys.stream().map(row -> row.getString(0)))
        .containsExactlyInAnyOrder(ShardNames.of("a/b.c"), "two", "bad");
    DataSet training = DataSet.open(Path.of(settings.output()));
    assertThat(training.size()).isEqualTo(2);
    assertThat(training.captions(0)).containsExactly(Caption.of("a cat"));
  }
}
