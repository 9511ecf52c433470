package dev.sana4j.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.DType;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryCheckTest {
  private static final int LARGE = 4096;

  /** Pixels that are decoded together; the widths of toy models have no tiles anyway. */
  private static final long PIXELS = 1 << 19;

  private static GenerationRequest request(TinyModel model, int side, boolean tiled) {
    return model
        .config()
        .request("a cat")
        .size(new ImageSize(side, side))
        .binning(GenerationRequest.Binning.OFF)
        .tiledDecoding(tiled)
        .build();
  }

  private static long bytes(TinyModel model, GenerationRequest request, DType dtype) {
    return StageMemory.of(model.config(), request, dtype).most();
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void aLargerImageNeedsMore(TinyModel model) {
    long before = 0;
    for (int side = 64; side <= ImageSize.MAX_SIDE; side *= 2) {
      long needed = bytes(model, request(model, side, false), DType.FLOAT32);
      assertThat(needed).isGreaterThanOrEqualTo(before);
      before = needed;
    }
    assertThat(before).isGreaterThan(bytes(model, request(model, 64, false), DType.FLOAT32));
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void aLargerDtypeNeedsNoLess(TinyModel model) {
    GenerationRequest request = request(model, LARGE, false);
    long half = bytes(model, request, DType.BFLOAT16);
    assertThat(bytes(model, request, DType.FLOAT32)).isGreaterThan(half);
    // Around a float16 transformer the other networks compute in float32.
    assertThat(bytes(model, request, DType.FLOAT16)).isGreaterThan(half);
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void tilesNeedNoMore(TinyModel model) {
    for (int side = 64; side <= ImageSize.MAX_SIDE; side *= 2) {
      assertThat(bytes(model, request(model, side, true), DType.FLOAT32))
          .isLessThanOrEqualTo(bytes(model, request(model, side, false), DType.FLOAT32));
    }
  }

  @Test
  void aLongerTextNeedsMore() {
    GenerationRequest longest =
        request(TinyModel.SANA, 64, false).toBuilder().maxSequenceLength(8192).build();
    assertThat(bytes(TinyModel.SANA, longest, DType.FLOAT32))
        .isGreaterThan(8L * 8192 * 8192 * Float.BYTES);
  }

  @Test
  void tilesNeedLessForALargeImage() {
    assertThat(bytes(TinyModel.SPRINT, request(TinyModel.SPRINT, LARGE, true), DType.FLOAT32))
        .isLessThan(
            bytes(TinyModel.SPRINT, request(TinyModel.SPRINT, LARGE, false), DType.FLOAT32));
  }

  /**
   * Both halves of the autoencoder process a bounded part of the image at a time, except for stages
   * with attention.
   */
  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void aLargeImageToBeginWithNeedsLittleMoreThanToMakeOne(TinyModel model) {
    GenerationRequest made = request(model, LARGE, false);
    RgbImage image = RgbImage.of(LARGE, LARGE, new byte[3 * LARGE * LARGE]);
    GenerationRequest changed = made.toBuilder().task(Task.inpaint(image, image, 0.5)).build();
    long needed = bytes(model, made, DType.FLOAT32);
    assertThat(bytes(model, changed, DType.FLOAT32)).isBetween(needed, 2 * needed);
  }

  private static String refusal(GenerationRequest request, boolean loaded, long available) {
    return MemoryCheck.refusal(TinyModel.SANA.config(), request, DType.FLOAT32, loaded, available)
        .orElse("fits");
  }

  private static long needed(GenerationRequest request, DType dtype) {
    return MemoryCheck.peak(TinyModel.SANA.config(), request, dtype);
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }

  @Test
  void whatFitsIsTakenAndAByteMoreIsNot() {
    GenerationRequest request = request(TinyModel.SANA, LARGE, false);
    long needed = needed(request, DType.FLOAT32);
    assertThat(refusal(request, false, needed)).isEqualTo("fits");
    assertThat(refusal(request, false, needed - 1))
        .startsWith(
            "an image of 4096x4096 in float32 needs about "
                + gib(needed)
                + " of memory, but only "
                + gib(needed - 1)
                + " are free; ");
  }

  @Test
  void theProcessAndWeightsCountUntilTheyAreThere() {
    GenerationRequest request = TinyModel.SANA.quick("a cat").build();
    long little = 64L << 20;
    assertThat(refusal(request, true, little)).isEqualTo("fits");
    assertThat(refusal(request, false, little)).startsWith("an image");
  }

  @Test
  void ofSeveralImagesTheTextEncoderComesBesideWhatWasUsedBefore() {
    GenerationRequest one = request(TinyModel.SANA, LARGE, false);
    GenerationRequest two = one.toBuilder().prompts(List.of("a cat", "a dog")).build();
    WeightMemory weights = WeightMemory.of(TinyModel.SANA.config(), DType.FLOAT32, false, PIXELS);
    long largestPartForTheDecoder = weights.mostMapped() - weights.mapped(Part.VAE);
    assertThat(needed(two, DType.FLOAT32))
        .isEqualTo(needed(one, DType.FLOAT32) + largestPartForTheDecoder);
  }

  /** The advised settings need exactly the stated memory. */
  @Test
  void whatIsAdvisedNeedsNoMoreThanIsFree() {
    GenerationRequest request = request(TinyModel.SANA, LARGE, false);
    long half = needed(request, DType.BFLOAT16);
    String all = refusal(request, false, half);
    assertThat(all).contains("bfloat16 needs " + gib(half));

    long tiles = needed(request(TinyModel.SANA, LARGE, true), DType.FLOAT32);
    long quarter = needed(request(TinyModel.SANA, LARGE / 2, false), DType.FLOAT32);
    long enough = Math.max(tiles, quarter);
    assertThat(refusal(request, false, enough))
        .contains(
            "tiled decoding needs " + gib(tiles), "a size of 2048x2048 needs " + gib(quarter));
    assertThat(refusal(request, false, Math.min(tiles, half) - 1))
        .doesNotContain("bfloat16 needs", "; tiled decoding needs");
  }

  @Test
  void thatItIsTiledAlreadyIsNoAdvice() {
    GenerationRequest request = request(TinyModel.SANA, LARGE, true);
    long needed = needed(request, DType.FLOAT32);
    assertThat(refusal(request, false, needed - 1)).doesNotContain("tiled decoding needs");
  }

  @Test
  void anOpenModelKeepsItsDtype() {
    GenerationRequest request = request(TinyModel.SANA, LARGE, false);
    long needed = StageMemory.of(TinyModel.SANA.config(), request, DType.FLOAT32).most();
    assertThat(refusal(request, true, needed - 1)).contains("needs").doesNotContain("bfloat16");
  }

  @Test
  void whereNothingIsEnoughASmallerModelIsAdvised() {
    assertThat(refusal(request(TinyModel.SANA, LARGE, false), false, 1L << 20))
        .endsWith("; no setting is small enough for this model; choose a smaller model");
  }

  /** An upscaled image consists of small tiles, so only its size matters. */
  @Test
  void ofUpscalingASmallerImageIsAdvised() {
    ModelConfig config = TinyModel.SPRINT.config();
    RgbImage image = RgbImage.of(64, 64, new byte[3 * 64 * 64]);
    GenerationRequest request = config.request(Task.upscale(image, 4, 0.2), "").build();
    assertThat(MemoryCheck.refusal(config, request, DType.FLOAT32, false, 1))
        .hasValueSatisfying(
            line -> assertThat(line).endsWith("; choose a smaller image or factor"));
  }

  /** Float32 arithmetic reads weights of half precision directly from the mapped file. */
  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void weightsAreMappedAsStoredOrConvertedOnce(TinyModel model) {
    ModelConfig config = model.config();
    WeightMemory stored = WeightMemory.of(config, DType.FLOAT32, false, PIXELS);
    WeightMemory converted = WeightMemory.of(config, DType.BFLOAT16, false, PIXELS);
    assertThat(stored.kept()).isEqualTo(WeightMemory.derived(config, DType.FLOAT32, PIXELS));
    assertThat(stored.mapped(Part.TRANSFORMER)).isPositive();
    assertThat(stored.mostMapped()).isPositive();
    assertThat(converted.mapped(Part.TRANSFORMER, Part.VAE, Part.TEXT_ENCODER)).isZero();
    assertThat(converted.kept())
        .isGreaterThanOrEqualTo((stored.mapped(Part.TRANSFORMER) + stored.mapped(Part.VAE)) / 2);
  }
}
