/**
 * Jobs on Apache Spark: images of a table of requests, caches for a training, and evaluations.
 *
 * <p>{@link dev.sana4j.spark.ImageBatch} is the entry for Java programs, {@link
 * dev.sana4j.spark.GenerateJob} a main class for {@code spark-submit}.
 */
@NullMarked
package dev.sana4j.spark;

import org.jspecify.annotations.NullMarked;
