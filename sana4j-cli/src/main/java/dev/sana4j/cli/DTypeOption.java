package dev.sana4j.cli;

import dev.sana4j.hub.ModelFolder;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.RequestException;
import dev.sana4j.tensor.DType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What networks compute in. */
final class DTypeOption {
  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      converter = PrecisionConverter.class,
      description =
          "float32, bfloat16, float16 or int8 (products of 8-bit integers, on a processor); without"
              + " it, what the transformer's weights are made for.")
  private @Nullable DType dtype;

  DType orElse(DType absent) {
    return dtype == null ? absent : dtype;
  }

  /** That of an image made before, unless another is asked for. */
  DType like(ImageProvenance like) {
    if (dtype != null) {
      return dtype;
    }
    try {
      return new PrecisionConverter().convert(like.dtype());
    } catch (TypeConversionException e) {
      throw new RequestException("the dtype of the image, " + e.getMessage() + "; name --dtype");
    }
  }

  DType of(ModelFolder folder) {
    return dtype == null ? folder.preferredDtype() : dtype;
  }

  /** What a network computes in. */
  static final class PrecisionConverter implements ITypeConverter<DType> {
    @Override
    public DType convert(String text) {
      try {
        return text.equalsIgnoreCase("int8") ? DType.INT8 : new DTypeConverter().convert(text);
      } catch (TypeConversionException e) {
        throw new TypeConversionException(
            "'" + text + "' is not float32, bfloat16, float16 or int8");
      }
    }
  }

  /** What weights are stored in; also the short names of the field. */
  static final class DTypeConverter implements ITypeConverter<DType> {
    @Override
    public DType convert(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "float32", "fp32", "f32" -> DType.FLOAT32;
        case "bfloat16", "bf16" -> DType.BFLOAT16;
        case "float16", "fp16", "f16" -> DType.FLOAT16;
        default ->
            throw new TypeConversionException("'" + text + "' is not float32, bfloat16 or float16");
      };
    }
  }
}
