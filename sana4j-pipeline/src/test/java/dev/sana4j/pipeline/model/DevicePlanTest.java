package dev.sana4j.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.pipeline.request.Offload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicePlanTest {
  private static final long GIB = 1L << 30;

  /** Weights of 50, 30 and 6, and work of 2, 4, and 20 or 5 for tiles, in tenths of a GiB. */
  private static final DeviceSizes SIZES =
      new DeviceSizes(
          tenths(50), tenths(2), tenths(30), tenths(4), tenths(6), tenths(20), tenths(5));

  private static long tenths(int count) {
    return count * (GIB / 10);
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, false, 106", // decoding
    "NONE, true, 91", // decoding
    "TEXT_AFTER_USE, false, 88", // encoding
    "TEXT_AFTER_USE, true, 88",
    "TEXT_ON_CPU, false, 56", // decoding
    "TEXT_ON_CPU, true, 41"
  })
  void thePeakIsThatOfTheLargestStage(Offload text, boolean tiled, int expected) {
    assertThat(DevicePlan.of(SIZES, text, tiled).peak())
        .isEqualTo(tenths(expected) + DevicePlan.RESERVE);
  }

  @ParameterizedTest
  @CsvSource({
    "130, NONE, false",
    "110, TEXT_AFTER_USE, false",
    "80, TEXT_ON_CPU, false",
    "60, TEXT_ON_CPU, true"
  })
  void theFirstPlanThatFitsIsChosen(int free, Offload text, boolean tiled) {
    DevicePlan plan = DevicePlan.choose(SIZES, Offload.AUTO, false, tenths(free));
    assertThat(plan).isEqualTo(DevicePlan.of(SIZES, text, tiled));
  }

  @Test
  void aWantedPlanIsUsedWithTilesIfItMustBe() {
    assertThat(DevicePlan.choose(SIZES, Offload.NONE, false, tenths(105)).tiled()).isTrue();
    assertThat(DevicePlan.choose(SIZES, Offload.TEXT_ON_CPU, true, tenths(200)))
        .isEqualTo(DevicePlan.of(SIZES, Offload.TEXT_ON_CPU, true));
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheLeastMemory() {
    assertThatThrownBy(() -> DevicePlan.choose(SIZES, Offload.AUTO, false, tenths(40)))
        .isInstanceOf(DeviceMemoryException.class)
        .hasMessage(
            "the image needs at least 5.1 GiB of GPU memory, but only 4.0 GiB are free; choose a"
                + " smaller size or model, or the CPU");
  }
}
