package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryCheckTest {
  private static final int LARGE = 4096;

  private static GenerationRequest request(TinyModel model, int side, boolean tiled) {
    return model
        .config()
        .request("a cat")
        .size(new ImageSize(side, side))
        .tiledDecoding(tiled)
        .build();
  }

  private static long bytes(TinyModel model, GenerationRequest request, DType dtype) {
    return MemoryCheck.working(model.config(), request, request.size(), dtype);
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

  /** Both halves of the autoencoder look at a bounded part of it at once, but where they attend. */
  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void aLargePictureToBeginWithNeedsLittleMoreThanToMakeOne(TinyModel model) {
    GenerationRequest made = request(model, LARGE, false);
    RgbImage picture = RgbImage.of(LARGE, LARGE, new byte[3 * LARGE * LARGE]);
    GenerationRequest changed = made.toBuilder().task(Task.inpaint(picture, picture, 0.5)).build();
    long needed = bytes(model, made, DType.FLOAT32);
    assertThat(bytes(model, changed, DType.FLOAT32)).isBetween(needed, 2 * needed);
  }

  @Test
  void weightsCountUnlessTheyAreLoaded() {
    ModelConfig config = TinyModel.SANA.config();
    GenerationRequest request = TinyModel.SANA.quick("a cat").build();
    assertThatThrownBy(
            () ->
                MemoryCheck.require(
                    config, request, request.size(), DType.FLOAT32, Long.MAX_VALUE / 2))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("smaller size or for tiled decoding");
    assertThatCode(() -> MemoryCheck.require(config, request, request.size(), DType.FLOAT32, 0))
        .doesNotThrowAnyException();
  }

  /** An upscaled picture is made of small tiles: its size is what counts. */
  @Test
  void ofUpscalingNoTiledDecodingIsAdvised() {
    ModelConfig config = TinyModel.SPRINT.config();
    RgbImage picture = RgbImage.of(64, 64, new byte[3 * 64 * 64]);
    GenerationRequest request = config.request(Task.upscale(picture, 4, 0.2), "").build();
    assertThatThrownBy(
            () ->
                MemoryCheck.require(
                    config, request, request.size(), DType.FLOAT32, Long.MAX_VALUE / 2))
        .isInstanceOf(RequestException.class)
        .hasMessageEndingWith("take a smaller picture or factor");
  }

  @Test
  void freeMemoryIsSomethingButNotEverything() {
    assertThat(AvailableMemory.bytes()).isBetween(1L << 20, 1L << 50);
  }
}
