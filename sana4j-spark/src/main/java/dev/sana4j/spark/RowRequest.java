package dev.sana4j.spark;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The request of a row; what the row does not say has the default of the model. */
final class RowRequest {
  private static final double STRENGTH = 0.6;
  private static final double UPSCALE_STRENGTH = 0.2;

  private final SanaPipeline pipeline;
  private final InputFiles files;
  private final long jobSeed;

  RowRequest(SanaPipeline pipeline, InputFiles files, long jobSeed) {
    this.pipeline = pipeline;
    this.files = files;
    this.jobSeed = jobSeed;
  }

  /**
   * Returns the request.
   *
   * @throws dev.sana4j.files.SanaException that is a refusal, if the row is bad
   */
  GenerationRequest of(Row row) {
    String error = row.getAs(RequestColumns.ERROR);
    if (error != null) {
      throw new RequestException(error);
    }
    String prompt = row.getAs(RequestColumns.PROMPT);
    GenerationRequest.Builder builder =
        pipeline.request(task(row), prompt == null ? "" : prompt).seed(seed(row, jobSeed));
    set(builder, row);
    GenerationRequest request = builder.build();
    pipeline.check(request);
    return request;
  }

  /** Returns the seed of a row, or one that its key determines. */
  static long seed(Row row, long jobSeed) {
    Long seed = row.getAs(RequestColumns.SEED);
    return seed == null ? RequestKeys.seed(row.getAs(RequestColumns.KEY), jobSeed) : seed;
  }

  private static void set(GenerationRequest.Builder builder, Row row) {
    String negative = row.getAs(RequestColumns.NEGATIVE);
    if (negative != null) {
      builder.negativePrompt(negative);
    }
    Integer steps = row.getAs(RequestColumns.STEPS);
    if (steps != null) {
      builder.steps(steps);
    }
    Double guidance = row.getAs(RequestColumns.GUIDANCE);
    if (guidance != null) {
      builder.guidance(guidance);
    }
    Integer width = row.getAs(RequestColumns.WIDTH);
    Integer height = row.getAs(RequestColumns.HEIGHT);
    if (width != null && height != null) {
      builder.size(new ImageSize(width, height));
    }
    int loras = row.fieldIndex(RequestColumns.LORAS);
    if (!row.isNullAt(loras)) {
      List<String> files = row.getList(loras);
      builder.adapters(files.stream().map(LoraChoice::parse).toList());
    }
  }

  private Task task(Row row) {
    byte[] image = bytes(row, RequestColumns.IMAGE, RequestColumns.IMAGE_BYTES);
    if (image == null) {
      return Task.textToImage();
    }
    RgbImage pixels = ImageFiles.read(ImageSource.of("the image of the row", image));
    Double strength = row.getAs(RequestColumns.STRENGTH);
    byte[] mask = bytes(row, RequestColumns.MASK, RequestColumns.MASK_BYTES);
    if (mask != null) {
      RgbImage painted = ImageFiles.readMask(ImageSource.of("the mask of the row", mask));
      return Task.inpaint(pixels, painted, strength == null ? 1 : strength);
    }
    Integer factor = row.getAs(RequestColumns.FACTOR);
    if (factor != null || "upscale".equals(row.getAs(RequestColumns.TASK))) {
      return Task.upscale(
          pixels, factor == null ? 2 : factor, strength == null ? UPSCALE_STRENGTH : strength);
    }
    return Task.imageToImage(pixels, strength == null ? STRENGTH : strength);
  }

  private byte @Nullable [] bytes(Row row, String file, String content) {
    String name = row.getAs(file);
    return name == null ? row.<byte @Nullable []>getAs(content) : files.read(name);
  }
}
