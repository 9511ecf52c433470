package dev.sana4j.spark;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * The counts of a job, which the user interface of Spark shows for each stage.
 *
 * @param images finished images
 * @param badRows rows that became errors
 */
record JobCounters(LongAccumulator images, LongAccumulator badRows) implements Serializable {
  static final String IMAGES = "sana4j images";
  static final String BAD_ROWS = "sana4j bad rows";

  static JobCounters of(SparkContext spark) {
    return new JobCounters(spark.longAccumulator(IMAGES), spark.longAccumulator(BAD_ROWS));
  }
}
