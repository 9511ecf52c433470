package dev.sana4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.data.DataException;
import dev.sana4j.data.LatentCache;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class EncodeAndEvaluateTest extends LocalSpark {
  private EncodeSettings encode(String output, int images) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    for (int i = 0; i < 10; i++) {
      int width = i < 7 ? 64 : 96;
      byte[] rgb = new byte[width * 64 * 3];
      Arrays.fill(rgb, (byte) (i * 20));
      Path image = data.resolve("image" + i + ".png");
      if (Files.notExists(image)) {
        ImageFiles.write(RgbImage.of(width, 64, rgb), image);
        Files.writeString(data.resolve("image" + i + ".txt"), "a grey of " + i);
      }
    }
    return new EncodeSettings(
        new ModelChoice("emoji", "float32", "cpu"),
        data.toString(),
        null,
        64,
        4,
        folder.resolve(output).toString(),
        images);
  }

  private Map<String, byte[]> files(String name) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder.resolve(name))) {
      for (Path file : all.filter(each -> !each.endsWith(".lock")).toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  @Test
  void theCacheOfManyTasksIsThatOfOneProcess() throws IOException {
    JobSummary one = new EncodeRun(spark, encode("one", 1000), line -> {}).run();
    JobSummary many = new EncodeRun(spark, encode("many", 3), line -> {}).run();
    JobSummary again = new EncodeRun(spark, encode("many", 3), line -> {}).run();
    assertThat(one.images()).isEqualTo(10);
    assertThat(many.images()).isEqualTo(10);
    assertThat(again.images()).isZero();
    assertThat(again.present()).isEqualTo(10);
    assertThat(files("many")).containsExactlyEntriesOf(files("one"));
    String index = Files.readString(folder.resolve("many/index.json"));
    String fingerprint = index.replaceFirst("(?s).*\"fingerprint\"\\s*:\\s*\"([^\"]*)\".*", "$1");
    try (LatentCache cache = LatentCache.open(folder.resolve("many"), fingerprint)) {
      assertThat(cache.size()).isEqualTo(10);
    }
  }

  @Test
  void partsOfOtherSizesAreNotJoined() throws IOException {
    Path blocked = Files.createDirectories(folder.resolve("cache/samples.bin"));
    var stopped = new EncodeRun(spark, encode("cache", 1000), line -> {});
    assertThatThrownBy(stopped::run).isInstanceOf(DataException.class);
    Files.delete(blocked);
    assertThat(new EncodeRun(spark, encode("cache", 3), line -> {}).run().images()).isEqualTo(10);
    assertThat(new EncodeRun(spark, encode("one", 1000), line -> {}).run().images()).isEqualTo(10);
    assertThat(files("cache")).containsExactlyEntriesOf(files("one"));
  }

  @Test
  void aTableOfImagesBecomesShardsAndACache() throws IOException {
    EncodeSettings files = encode("files", 1000);
    Path image = folder.resolve("data/image3.png");
    List<Row> rows = List.of(RowFactory.create(Files.readAllBytes(image), "a grey of 3"));
    StructType schema =
        new StructType().add("image", DataTypes.BinaryType).add("caption", DataTypes.StringType);
    String table = folder.resolve("table.parquet").toString();
    spark.createDataFrame(rows, schema).write().parquet(table);
    var settings =
        new EncodeSettings(
            files.model(), table, null, 64, 4, folder.resolve("cache").toString(), 10);
    assertThat(new EncodeRun(spark, settings, line -> {}).run().images()).isEqualTo(1);
    assertThat(new EncodeRun(spark, settings, line -> {}).run().present()).isEqualTo(1);
    assertThat(folder.resolve("cache/index.json")).exists();
  }

  private EvaluateSettings evaluate(int prompts) {
    return new EvaluateSettings(
        List.of(new ModelChoice("emoji", "float32", "cpu")),
        List.of(1, 2),
        List.of(),
        List.of(Scene.Kind.SINGLE),
        prompts,
        4,
        64,
        "square=1",
        0,
        2,
        folder.resolve("scorers").toString(),
        2,
        folder.resolve("table").toString());
  }

  @Test
  void anEvaluationIsOneTableAndIsNotMadeTwice() {
    EvaluateSettings settings = evaluate(2);
    JobSummary first = new EvaluateRun(spark, settings, line -> {}).run();
    JobSummary second = new EvaluateRun(spark, settings, line -> {}).run();
    List<Row> table = spark.read().parquet(settings.output()).collectAsList();
    assertThat(first.rows()).isEqualTo(2);
    assertThat(second.present()).isEqualTo(2);
    assertThatThrownBy(() -> new EvaluateRun(spark, evaluate(3), line -> {}).run())
        .isInstanceOf(BatchException.class)
        .hasMessageContaining("\"prompts\":2")
        .hasMessageContaining("choose another output");
    assertThat(table).allMatch(row -> row.<Integer>getAs("images") == 2);
    assertThat(table.stream().map(row -> row.<Integer>getAs("steps")).distinct())
        .containsExactlyInAnyOrder(1, 2);
    assertThat(table.stream().map(row -> row.<String>getAs("language")).distinct())
        .containsExactlyInAnyOrder("en", "zh");
  }
}
