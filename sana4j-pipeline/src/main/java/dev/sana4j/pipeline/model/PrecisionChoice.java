package dev.sana4j.pipeline.model;

import dev.sana4j.files.CacheFolder;
import dev.sana4j.files.ProcessMemory;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Int8Product;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The default precision of a model, chosen from the dtype of the stored weights, the speed of the
 * processor and the free memory.
 *
 * @param dtype the chosen precision
 * @param reason the reason, as part of a sentence
 */
public record PrecisionChoice(DType dtype, String reason) {
  /** Minimum speedup of bfloat16 for which float32 weights are rounded to it. */
  private static final double WORTH_ROUNDING = 1.3;

  /** Minimum width of a transformer that spends its time in large products. */
  private static final int LARGE_WIDTH = 768;

  private static final String FOLDER = "speeds";

  /**
   * The stored weights of the transformer.
   *
   * @param dtype their dtype
   * @param bfloat16Variant whether the folder also contains them in bfloat16
   */
  record Stored(DType dtype, boolean bfloat16Variant) {
    static Stored of(ModelFolder folder) {
      return new Stored(folder.storedDtype(), folder.hasBfloat16Variant());
    }
  }

  /**
   * The speeds of a processor.
   *
   * @param bfloat16 speedup of products in bfloat16 over float32; measured on first use
   * @param int8 whether products of 8-bit integers are fast; relevant only for 8-bit weights
   */
  record Abilities(Supplier<Double> bfloat16, boolean int8) {}

  /**
   * Chooses the precision for a model and a device. On a processor of unknown speed, some products
   * are measured, which takes less than 0.3 seconds; the result is stored in the {@link
   * CacheFolder}.
   *
   * @param config the model
   * @param device device to compute on
   * @return the precision and the reason
   * @throws dev.sana4j.weights.CheckpointException if the folder has no weights
   */
  public static PrecisionChoice choose(ModelConfig config, Device device) {
    return choose(config, device, ProcessMemory.available());
  }

  /**
   * Chooses the precision for a model and a device, for an amount of memory.
   *
   * @param config the model
   * @param device device to compute on
   * @param available bytes that the model may use on the CPU
   * @return the precision and the reason
   * @throws dev.sana4j.weights.CheckpointException if the folder has no weights
   */
  public static PrecisionChoice choose(ModelConfig config, Device device, long available) {
    Stored stored = Stored.of(config.folder());
    if (!device.isCpu()) {
      return onGpu(stored, device);
    }
    boolean large = config.transformer().width() >= LARGE_WIDTH;
    Processor processor = Processor.current();
    return onProcessor(
        stored,
        new Abilities(
            () -> large ? speeds(processor).large() : speeds(processor).small(),
            stored.dtype() == DType.INT8 && Int8Product.isFast()),
        dtype -> MemoryCheck.fits(config, dtype, available));
  }

  /**
   * Chooses the precision for a large model that is not on this machine, on its processor.
   *
   * @param stored dtype of the weights of its transformer
   * @param fits whether the free memory suffices for a dtype
   * @return the precision and the reason
   */
  public static PrecisionChoice expected(DType stored, Predicate<DType> fits) {
    Processor processor = Processor.current();
    return onProcessor(
        new Stored(stored, false),
        new Abilities(() -> speeds(processor).large(), Int8Product.isFast()),
        fits);
  }

  private static ProductSpeeds speeds(Processor processor) {
    SpeedFile file = new SpeedFile(CacheFolder.path().resolve(FOLDER), processor.key());
    return file.read()
        .orElseGet(
            () -> {
              ProductSpeeds measured = ProductSpeeds.measure();
              file.write(measured);
              return measured;
            });
  }

  /**
   * Describes the choice in one line.
   *
   * @return for example {@code computing in bfloat16 (weights are bfloat16)}
   */
  public String line() {
    return "computing in " + dtype + " (" + reason + ")";
  }

  /**
   * Chooses for a GPU: those that libtorch supports are fast in bfloat16; int8 is only for CPUs.
   */
  static PrecisionChoice onGpu(Stored stored, Device device) {
    return new PrecisionChoice(
        DType.BFLOAT16, "weights are " + stored.dtype() + ", and " + device + " is a GPU");
  }

  /**
   * Chooses for a processor.
   *
   * @param stored the weights
   * @param abilities speeds of the processor
   * @param fits whether the free memory suffices for a dtype
   */
  static PrecisionChoice onProcessor(Stored stored, Abilities abilities, Predicate<DType> fits) {
    return switch (stored.dtype()) {
      case INT8 ->
          abilities.int8()
              ? new PrecisionChoice(DType.INT8, "weights are int8")
              : half(stored.dtype(), abilities, fits);
      case BFLOAT16, FLOAT16 -> half(stored.dtype(), abilities, fits);
      default -> single(stored, abilities, fits);
    };
  }

  /**
   * Chooses for 16-bit weights; float32 can represent all of them, so only time and memory matter.
   */
  private static PrecisionChoice half(DType stored, Abilities abilities, Predicate<DType> fits) {
    double gain = abilities.bfloat16().get();
    DType fast = gain > 1 ? DType.BFLOAT16 : DType.FLOAT32;
    DType slow = gain > 1 ? DType.FLOAT32 : DType.BFLOAT16;
    String weights = "weights are " + stored;
    if (!fits.test(fast) && fits.test(slow)) {
      return new PrecisionChoice(
          slow, weights + "; not enough free memory for " + fast + ", which is faster");
    }
    String why =
        gain > 1
            ? ", and this processor multiplies bfloat16 " + times(gain) + " faster than float32"
            : ", and this processor multiplies bfloat16 " + times(1 / gain) + " slower";
    return new PrecisionChoice(fast, weights + why);
  }

  private static PrecisionChoice single(Stored stored, Abilities abilities, Predicate<DType> fits) {
    String weights = "weights are " + stored.dtype();
    if (!fits.test(DType.FLOAT32) && fits.test(DType.BFLOAT16)) {
      return new PrecisionChoice(
          DType.BFLOAT16, weights + ", which do not fit into the free memory");
    }
    if (stored.bfloat16Variant()) {
      double gain = abilities.bfloat16().get();
      if (gain >= WORTH_ROUNDING) {
        return new PrecisionChoice(
            DType.BFLOAT16,
            "the folder contains float32 and bfloat16 weights, and this processor multiplies"
                + " bfloat16 "
                + times(gain)
                + " faster");
      }
    }
    return new PrecisionChoice(DType.FLOAT32, weights);
  }

  /** Refuses int8 on processors without fast 8-bit products. */
  public static void requireFast(DType dtype) {
    if (dtype == DType.INT8 && !Int8Product.isFast()) {
      throw new RequestException(
          "int8 needs a processor with AVX-512 VNNI; choose float32, which is many times faster on"
              + " this processor");
    }
  }

  /** Formats a ratio; ratios from 3 have no decimals. */
  private static String times(double ratio) {
    return String.format(Locale.ROOT, ratio < 3 ? "%.1f times" : "%.0f times", ratio);
  }
}
