package dev.sana4j.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import dev.sana4j.files.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * The key of each row: its id, or the digest of its content with its number among equal rows. It
 * does not depend on the order of the table or on partitions.
 */
final class RequestKeys {
  private static final long LARGEST_SEED = (1L << 53) - 1; // exact in every reader of JSON

  private RequestKeys() {}

  /** Adds the key; a row whose id another row has is an error. */
  static Dataset<Row> add(Dataset<Row> parsed) {
    Column base = coalesce(col(RequestColumns.ID), col(RequestColumns.DIGEST));
    Column number = row_number().over(Window.partitionBy(base).orderBy(RequestColumns.DIGEST));
    Column repeated = col(RequestColumns.ID).isNotNull().and(col("number").gt(1));
    return parsed
        .withColumn("number", number)
        .withColumn(
            RequestColumns.KEY,
            when(
                    col(RequestColumns.ID).isNotNull(),
                    when(repeated, concat(base, lit("-repeated-"), col("number"))).otherwise(base))
                .otherwise(concat(base, lit("-"), col("number"))))
        .withColumn(
            RequestColumns.ERROR,
            when(
                    repeated,
                    coalesce(
                        col(RequestColumns.ERROR),
                        concat(lit("another row has the id "), col(RequestColumns.ID))))
                .otherwise(col(RequestColumns.ERROR)))
        .drop("number");
  }

  /** Returns the seed of a row without one. */
  static long seed(String key, long jobSeed) {
    MessageDigest digest = Digests.sha256();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(jobSeed).flip());
    digest.update(key.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest.digest()).getLong() & LARGEST_SEED;
  }
}
