package dev.sana4j.synth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.synth.SyntheticModel.Weighted;
import dev.sana4j.tensor.DType;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticModelTest {
  private static final long WAVES = 256;

  private static SyntheticModel preset(String name) {
    return Objects.requireNonNull(SyntheticModel.presets().get(name), name);
  }

  private static Weighted part(SyntheticModel model, Part part) {
    return model.parts(DType.BFLOAT16).stream()
        .filter(each -> each.part() == part)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Parameters of the published transformers without a guidance embedding; only shapes are created.
   */
  @ParameterizedTest
  @CsvSource({
    "sprint-1.6b,  1604641952, 2240",
    "sprint-0.6b,   591876896, 1152",
    "teacher-1.6b, 1604641952, 0",
    "sana-4.8b,    4721825952, 0"
  })
  void aTransformerHasThePublishedNumberOfParameters(
      String name, long parameters, long guidanceWidth) {
    long guidance = guidanceWidth * (WAVES + 1) + guidanceWidth * (guidanceWidth + 1);
    assertThat(part(preset(name), Part.TRANSFORMER).parameters())
        .isEqualTo(parameters + (guidanceWidth == 0 ? 0 : guidance));
  }

  @ParameterizedTest
  @CsvSource({"sprint-1.6b", "sprint-0.6b", "teacher-1.6b", "sana-4.8b"})
  void allHaveTheTextEncoderAndTheAutoencoderOfThePublicModels(String name) {
    Weighted text = part(preset(name), Part.TEXT_ENCODER);
    // gemma-2-2b-it.safetensors has 5,228,717,512 bytes in bfloat16, including its header.
    assertThat(text.bytes()).isEqualTo(2 * 2_614_341_888L).isLessThan(5_228_717_512L);
    // dc-ae-f32c32-sana-1.1 has 1,249,046,372 bytes in float32, including its header.
    assertThat(1_249_046_372L - 4 * part(preset(name), Part.VAE).parameters())
        .as("bytes of its header")
        .isBetween(10_000L, 100_000L);
  }

  @Test
  void presetsAreListedFromTheFirstToTry() {
    assertThat(SyntheticModel.presets().keySet())
        .containsExactly("sprint-1.6b", "sprint-0.6b", "teacher-1.6b", "sana-4.8b");
  }
}
