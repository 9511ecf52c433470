package dev.sana4j.spark;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of a table of requests, as users write them and as the job keeps them. */
final class RequestColumns {
  static final String ID = "id";
  static final String PROMPT = "prompt";
  static final String NEGATIVE = "negative_prompt";
  static final String SEED = "seed";
  static final String WIDTH = "width";
  static final String HEIGHT = "height";
  static final String STEPS = "steps";
  static final String GUIDANCE = "guidance";
  static final String LORAS = "loras";
  static final String TASK = "task";
  static final String IMAGE = "image";
  static final String IMAGE_BYTES = "image_bytes";
  static final String MASK = "mask";
  static final String MASK_BYTES = "mask_bytes";
  static final String STRENGTH = "strength";
  static final String FACTOR = "factor";
  static final String ERROR = "error";
  static final String DIGEST = "digest";
  static final String KEY = "key";

  /** Name of a column of a user to the name here; both are accepted. */
  static final Map<String, String> OTHER_NAMES =
      Map.of("negative", NEGATIVE, "guidance_scale", GUIDANCE, "lora", LORAS);

  /** What a user may write. */
  static final Set<String> KNOWN =
      Set.of(
          ID, PROMPT, NEGATIVE, SEED, WIDTH, HEIGHT, "size", STEPS, GUIDANCE, LORAS, TASK, IMAGE,
          MASK, STRENGTH, FACTOR);

  /** A parsed request. */
  static final StructType PARSED =
      struct(
          field(ID, DataTypes.StringType),
          field(PROMPT, DataTypes.StringType),
          field(NEGATIVE, DataTypes.StringType),
          field(SEED, DataTypes.LongType),
          field(WIDTH, DataTypes.IntegerType),
          field(HEIGHT, DataTypes.IntegerType),
          field(STEPS, DataTypes.IntegerType),
          field(GUIDANCE, DataTypes.DoubleType),
          field(LORAS, DataTypes.createArrayType(DataTypes.StringType)),
          field(TASK, DataTypes.StringType),
          field(IMAGE, DataTypes.StringType),
          field(IMAGE_BYTES, DataTypes.BinaryType),
          field(MASK, DataTypes.StringType),
          field(MASK_BYTES, DataTypes.BinaryType),
          field(STRENGTH, DataTypes.DoubleType),
          field(FACTOR, DataTypes.IntegerType),
          field(ERROR, DataTypes.StringType),
          field(DIGEST, DataTypes.StringType));

  private RequestColumns() {}

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  private static StructType struct(StructField... fields) {
    return DataTypes.createStructType(List.of(fields));
  }
}
