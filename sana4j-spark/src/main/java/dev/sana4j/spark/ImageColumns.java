package dev.sana4j.spark;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The table of images: one row per request, with an image or an error. */
final class ImageColumns {
  static final String KEY = "key";
  static final String FORMAT = "format";
  static final String IMAGE = "image";
  static final String METADATA = "metadata";
  static final String ERROR = "error";

  static final StructType SCHEMA =
      DataTypes.createStructType(
          List.of(
              field(KEY, DataTypes.StringType),
              field("prompt", DataTypes.StringType),
              field("negative_prompt", DataTypes.StringType),
              field("seed", DataTypes.LongType),
              field("width", DataTypes.IntegerType),
              field("height", DataTypes.IntegerType),
              field("steps", DataTypes.IntegerType),
              field("guidance", DataTypes.DoubleType),
              field("model", DataTypes.StringType),
              field(FORMAT, DataTypes.StringType),
              field(IMAGE, DataTypes.BinaryType),
              field(METADATA, DataTypes.StringType),
              field(ERROR, DataTypes.StringType)));

  private ImageColumns() {}

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  /** Returns the text of a cell; rows of a running job do not know their columns. */
  static @Nullable String text(Row row, String column) {
    return row.getString(SCHEMA.fieldIndex(column));
  }

  /** Returns the bytes of the image. */
  static byte[] bytes(Row row) {
    return (byte[]) row.get(SCHEMA.fieldIndex(IMAGE));
  }

  static Row image(String key, GeneratedImage image, String format) {
    GenerationRequest request = image.request();
    return RowFactory.create(
        key,
        request.prompts().get(0),
        request.negativePrompt(),
        request.seed(),
        image.pixels().width(),
        image.pixels().height(),
        request.steps(),
        request.guidance(),
        image.provenance().model(),
        format,
        image.encode(ImageFormat.valueOf(format.toUpperCase(Locale.ROOT))),
        image.provenance().json(),
        null);
  }

  static Row error(String key, Row request, String error) {
    Object[] cells = new Object[SCHEMA.size()];
    cells[0] = key;
    cells[1] = request.getAs(RequestColumns.PROMPT);
    cells[2] = request.getAs(RequestColumns.NEGATIVE);
    cells[3] = request.getAs(RequestColumns.SEED);
    cells[4] = request.getAs(RequestColumns.WIDTH);
    cells[5] = request.getAs(RequestColumns.HEIGHT);
    cells[6] = request.getAs(RequestColumns.STEPS);
    cells[7] = request.getAs(RequestColumns.GUIDANCE);
    cells[cells.length - 1] = error;
    return RowFactory.create(cells);
  }
}
