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

/** The precision of networks. */
final class DTypeOption {
  private static final String AUTO = "auto";

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = AUTO,
      converter = AskedConverter.class,
      description =
          "Precision: float32, bfloat16, float16 (GPU only), int8 (CPU only, 8-bit integer"
              + " products) or auto. auto considers the stored dtype of the transformer, the speed"
              + " of this processor and the free memory; it means float32 where single networks run"
              + " (default: ${DEFAULT-VALUE}).")
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

  /** Returns the dtype for the weights of a converted checkpoint; null for that of the file. */
  @Nullable DType stored() {
    return asked.dtype() == DType.INT8 ? null : asked.dtype(); // int8 is quantized from those
  }

  /** Returns the dtype that was asked for, else that of an existing image. */
  DType like(ImageProvenance like) {
    if (asked.dtype() != null) {
      return asked.dtype();
    }
    try {
      return precision(like.dtype());
    } catch (TypeConversionException e) {
      throw new RequestException(
          "unsupported dtype in the image, " + e.getMessage() + "; pass --dtype");
    }
  }

  /** Returns the dtype that was asked for, or one chosen for the model. */
  Precision of(ModelConfig config, Device device, long available) {
    return asked.dtype() == null
        ? Precision.chosen(PrecisionChoice.choose(config, device, available))
        : Precision.asked(asked.dtype());
  }

  /**
   * The precision of a model.
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

    /** Prints what was chosen. Called after all checks have passed. */
    void tell(PrintWriter err) {
      tell(err, "");
    }

    /** Prints what was chosen for one of several models. */
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

  /** Converts a dtype for computing, or auto. */
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

  /** Converts a dtype of stored weights; accepts short names such as bf16. */
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
