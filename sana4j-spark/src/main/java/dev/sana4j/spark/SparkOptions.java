package dev.sana4j.spark;

import dev.sana4j.pipeline.request.RequestException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a job reaches Spark. Under {@code spark-submit}, its own options and files apply first. */
final class SparkOptions {
  private static final String LOCAL = "local[*]";

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Where the job runs: local[N], spark://HOST:PORT, yarn or k8s://URL (default: that of"
              + " spark-submit, else local[*]).")
  private @Nullable String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "Setting of Spark. May be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /** Opens the session of a job. */
  SparkSession open(String name) {
    var conf = new SparkConf();
    settings.forEach(conf::set);
    if (master != null) {
      conf.setMaster(master);
    }
    conf.setIfMissing("spark.master", LOCAL)
        .setIfMissing("spark.app.name", "sana4j " + name)
        .setIfMissing("spark.ui.showConsoleProgress", "false")
        .setIfMissing("spark.metrics.namespace", "sana4j")
        .setIfMissing("spark.plugins", SanaPlugin.class.getName());
    if (!conf.get("spark.master").startsWith("local")) {
      sendJars(conf);
    } else {
      conf.setIfMissing("spark.driver.host", "localhost")
          .setIfMissing("spark.driver.bindAddress", "127.0.0.1")
          .setIfMissing("spark.sql.shuffle.partitions", "8");
    }
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Sends the jars of this program to the cluster, whose machines may have their own. */
  static void sendJars(SparkConf conf) {
    String jars = System.getProperty("sana4j.spark.jars", "");
    String lack = System.getProperty("sana4j.spark.lack", "");
    if (conf.contains("spark.jars") || jars.isEmpty()) {
      return;
    }
    if (lack.isEmpty()) {
      conf.set("spark.jars", jars);
    } else if (!conf.contains("spark.executor.extraClassPath")) {
      throw new RequestException(lack);
    }
  }
}
