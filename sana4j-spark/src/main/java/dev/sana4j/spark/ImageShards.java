package dev.sana4j.spark;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.files.StrictJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import scala.Tuple2;

/** Images in tar shards in the webdataset layout. */
final class ImageShards implements ImageStore {
  private final SparkSession spark;
  private final String folder;
  private final String format;

  ImageShards(SparkSession spark, String folder, String format) {
    this.spark = spark;
    this.folder = folder;
    this.format = format;
  }

  @Override
  public Dataset<Row> keys() {
    Dataset<String> paths = spark.createDataset(files(), Encoders.STRING());
    return paths
        .flatMap(
            (FlatMapFunction<String, String>) path -> names(path).iterator(), Encoders.STRING())
        .toDF(ImageColumns.KEY);
  }

  private List<String> files() {
    try {
      var path = new Path(folder);
      FileSystem fileSystem = path.getFileSystem(spark.sessionState().newHadoopConf());
      if (!fileSystem.exists(path)) {
        return List.of();
      }
      return Arrays.stream(fileSystem.listStatus(path))
          .map(FileStatus::getPath)
          .filter(file -> file.getName().startsWith("shard-"))
          .map(Path::toString)
          .toList();
    } catch (IOException e) {
      throw new BatchException("the output " + folder + " cannot be read: " + e.getMessage());
    }
  }

  /** Returns the names in a shard, or in a file of bad rows. */
  private static Set<String> names(String file) throws IOException {
    var path = new Path(file);
    Configuration conf = SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf());
    Set<String> names = new TreeSet<>();
    try (var in = path.getFileSystem(conf).open(path)) {
      if (file.endsWith(".jsonl")) {
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          JsonNode error = StrictJson.mapper().readTree(line);
          names.add(ShardNames.of(error.path("key").asText()));
        }
        return names;
      }
      try (var tar = new TarArchiveInputStream(in)) {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; ) {
          names.add(ShardNames.ofMember(entry.getName()));
          entry = tar.getNextEntry();
        }
      }
    }
    return names;
  }

  @Override
  public UDF1<String, String> naming() {
    return ShardNames::of;
  }

  @Override
  public void add(Dataset<Row> rows) {
    Configuration conf = new Configuration(spark.sessionState().newHadoopConf());
    conf.set(ShardFormat.JOB, UUID.randomUUID().toString().substring(0, 8));
    conf.set(ShardFormat.EXTENSION, format.equals("jpeg") ? "jpg" : format);
    rows.toJavaRDD()
        .flatMapToPair( // the first column is the key
            row -> Stream.of(new Tuple2<>(row.getString(0), row)).iterator())
        .saveAsNewAPIHadoopFile(folder, String.class, Row.class, ShardFormat.class, conf);
  }
}
