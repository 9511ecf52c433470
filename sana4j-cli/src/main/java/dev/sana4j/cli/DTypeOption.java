package dev.sana4j.cli;

import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.PrecisionChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What networks compute in. */
final class DTypeOption {
  private static final String AUTO = "auto";

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = AUTO,
      converter = AskedConverter.class,
      description =
          "float32, bfloat16, float16 (on a GPU), int8 (products of 8-bit integers, on a processor),"
              + " or auto: by what the transformer's weights are stored in, what this processor is"
              + " fastest in, and its free memory; float32 where no whole model computes (default:"
              + " ${DEFAULT-VALUE}).")
  private Asked asked = new Asked(null);

  /**
   * A dtype, or none.
   *
   * @param dtype null for auto
   */
  record Asked(@Nullable DType dtype) {}

  DType orElse(DType absent) {
    return asked.dtype() == null ? absent : asked.dtype();
  }

  /** That of an image made before, unless another is asked for. */
  DType like(ImageProvenance like) {
    if (asked.dtype() != null) {
      return asked.dtype();
    }
    try {
      return precision(like.dtype());
    } catch (TypeConversionException e) {
      throw new RequestException("the dtype of the image, " + e.getMessage() + "; name --dtype");
    }
  }

  /** The dtype that was asked for, or one chosen for the model. */
  Precision of(ModelConfig config, Device device) {
    return asked.dtype() == null
        ? Precision.chosen(PrecisionChoice.choose(config, device))
        : Precision.asked(asked.dtype());
  }

  /**
   * What a model computes in.
   *
   * @param dtype its dtype
   * @param line how it was chosen; empty if it was asked for
   */
  record Precision(DType dtype, String line) {
    static Precision chosen(PrecisionChoice choice) {
      return new Precision(choice.dtype(), choice.line());
    }

    static Precision asked(DType dtype) {
      return new Precision(dtype, "");
    }

    /** Tells what was chosen, when nothing is refused any more. */
    void tell(PrintWriter err) {
      tell(err, "");
    }

    /** The same of one of several models. */
    void tell(PrintWriter err, String model) {
      if (!line.isEmpty()) {
        err.println("sana: " + model + line);
        err.flush();
      }
    }
  }

  private static DType precision(String text) {
    try {
      return text.equalsIgnoreCase("int8") ? DType.INT8 : new DTypeConverter().convert(text);
    } catch (TypeConversionException e) {
      throw new TypeConversionException("'" + text + "' is not float32, bfloat16, float16 or int8");
    }
  }

  /** What a network computes in, or auto. */
  static final class AskedConverter implements ITypeConverter<Asked> {
    @Override
    public Asked convert(String text) {
      if (text.equalsIgnoreCase(AUTO)) {
        return new Asked(null);
      }
      try {
        return new Asked(precision(text));
      } catch (TypeConversionException e) {
        throw new TypeConversionException(
            "'" + text + "' is not auto, float32, bfloat16, float16 or int8");
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
