package dev.sana4j.pipeline.model;

import dev.sana4j.files.CacheFolder;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Int8Product;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What networks compute in where nobody has said it: chosen from what the weights are stored in,
 * what the processor multiplies fastest, and the memory that is free.
 *
 * @param dtype that is taken
 * @param reason why, as half a sentence
 */
public record PrecisionChoice(DType dtype, String reason) {
  /** How many times as fast bfloat16 must be before float32 weights are rounded to it. */
  private static final double WORTH_ROUNDING = 1.3;

  /** A transformer at least this wide spends its time in large products. */
  private static final int LARGE_WIDTH = 768;

  private static final String FOLDER = "speeds";

  /**
   * What the transformer's weights are.
   *
   * @param dtype they are stored in
   * @param bfloat16Variant whether the folder has them in bfloat16 too
   */
  record Stored(DType dtype, boolean bfloat16Variant) {
    static Stored of(ModelFolder folder) {
      return new Stored(folder.storedDtype(), folder.hasBfloat16Variant());
    }
  }

  /**
   * What a processor is good at.
   *
   * @param bfloat16 how many times as fast as in float32 it multiplies in bfloat16; measured when
   *     it is asked for
   * @param int8 whether products of 8-bit integers are fast; of interest for such weights alone
   */
  record Abilities(Supplier<Double> bfloat16, boolean int8) {}

  /**
   * Chooses for a model and a device. On a processor whose speed is not known yet some products are
   * measured, which takes less than 0.3 seconds; it is kept in the {@link CacheFolder}.
   *
   * @param config which model
   * @param device where to compute
   * @return what to compute in, and why
   * @throws dev.sana4j.weights.CheckpointException if the folder has no weights
   */
  public static PrecisionChoice choose(ModelConfig config, Device device) {
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
        dtype -> MemoryCheck.fits(config, dtype));
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
   * Its choice in one sentence.
   *
   * @return for example {@code computing in bfloat16 (weights are bfloat16)}
   */
  public String line() {
    return "computing in " + dtype + " (" + reason + ")";
  }

  /** A GPU of the kind libtorch needs today multiplies in bfloat16, which int8 is not there for. */
  static PrecisionChoice onGpu(Stored stored, Device device) {
    return new PrecisionChoice(
        DType.BFLOAT16, "weights are " + stored.dtype() + ", and " + device + " is a GPU");
  }

  /**
   * Chooses for a processor.
   *
   * @param stored what the weights are
   * @param abilities of the processor
   * @param fits whether the free memory is enough to compute in a dtype
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

  /** Float32 holds every value of 16 bits, so that only time and memory count. */
  private static PrecisionChoice half(DType stored, Abilities abilities, Predicate<DType> fits) {
    double gain = abilities.bfloat16().get();
    DType fast = gain > 1 ? DType.BFLOAT16 : DType.FLOAT32;
    DType slow = gain > 1 ? DType.FLOAT32 : DType.BFLOAT16;
    String weights = "weights are " + stored;
    if (!fits.test(fast) && fits.test(slow)) {
      return new PrecisionChoice(
          slow, weights + "; there is not enough free memory for " + fast + ", which is faster");
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
          DType.BFLOAT16, weights + ", for which there is not enough free memory");
    }
    if (stored.bfloat16Variant()) {
      double gain = abilities.bfloat16().get();
      if (gain >= WORTH_ROUNDING) {
        return new PrecisionChoice(
            DType.BFLOAT16,
            "of float32 and bfloat16, which the folder has, this processor multiplies bfloat16 "
                + times(gain)
                + " faster");
      }
    }
    return new PrecisionChoice(DType.FLOAT32, weights);
  }

  /** Refuses int8 where it is slower than anything else. */
  public static void requireFast(DType dtype) {
    if (dtype == DType.INT8 && !Int8Product.isFast()) {
      throw new RequestException(
          "int8 needs a processor with AVX-512 VNNI: on this one it is many times slower than"
              + " float32; take float32");
    }
  }

  /** Whole numbers where more digits say nothing. */
  private static String times(double ratio) {
    return String.format(Locale.ROOT, ratio < 3 ? "%.1f times" : "%.0f times", ratio);
  }
}
