package dev.sana4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.pipeline.request.LoraChoice;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.ai.image.ImageOptionsBuilder;

class SanaImageOptionsTest {
  private static final SanaImageOptions DEFAULTS =
      SanaImageOptions.builder()
          .model("emoji")
          .n(1)
          .width(128)
          .height(96)
          .steps(2)
          .guidanceScale(4.5)
          .seed(7L)
          .negativePrompt("text")
          .adapters(List.of(new LoraChoice("style.safetensors", 1)))
          .strength(0.6)
          .build();

  @Test
  void withoutOptionsOfARequestTheDefaultsStay() {
    assertThat(DEFAULTS.merge(null)).isEqualTo(DEFAULTS);
    assertThat(DEFAULTS.merge(SanaImageOptions.builder().build())).isEqualTo(DEFAULTS);
  }

  @Test
  void optionsOfARequestTakePrecedence() {
    var all =
        SanaImageOptions.builder()
            .model("other")
            .n(3)
            .width(64)
            .height(64)
            .steps(4)
            .guidanceScale(1.0)
            .seed(0L)
            .negativePrompt("")
            .adapters(List.of())
            .strength(1.0)
            .responseFormat("b64_json")
            .style("vivid")
            .build();

    assertThat(DEFAULTS.merge(all)).isEqualTo(all);
  }

  @Test
  void anOptionThatIsNotSetHasItsDefault() {
    SanaImageOptions merged = DEFAULTS.merge(SanaImageOptions.builder().seed(8L).build());

    assertThat(merged.seed()).isEqualTo(8);
    assertThat(merged.steps()).isEqualTo(2);
    assertThat(merged.negativePrompt()).isEqualTo("text");
  }

  @Test
  void portableOptionsAreMerged() {
    SanaImageOptions merged =
        DEFAULTS.merge(ImageOptionsBuilder.builder().n(4).width(256).style("vivid").build());

    assertThat(merged.getN()).isEqualTo(4);
    assertThat(merged.getWidth()).isEqualTo(256);
    assertThat(merged.getHeight()).isEqualTo(96);
    assertThat(merged.getModel()).isEqualTo("emoji");
    assertThat(merged.getStyle()).isEqualTo("vivid");
    assertThat(merged.getResponseFormat()).isNull();
    assertThat(merged.adapters()).hasSize(1);
  }
}
