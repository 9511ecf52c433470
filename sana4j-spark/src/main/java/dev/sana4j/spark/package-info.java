/**
 * Jobs on Apache Spark: images of a table of requests, caches for a training, and evaluations.
 *
 * <p>{@link dev.sana4j.spark.SanaJobs} is the entry for Java programs. {@link
 * dev.sana4j.spark.GenerateJob}, {@link dev.sana4j.spark.EncodeJob} and {@link
 * dev.sana4j.spark.EvaluateJob} are main classes for {@code spark-submit}.
 */
@NullMarked
package dev.sana4j.spark;

import org.jspecify.annotations.NullMarked;
