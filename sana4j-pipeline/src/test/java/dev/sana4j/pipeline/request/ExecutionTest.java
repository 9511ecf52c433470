package dev.sana4j.pipeline.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the fast execution with the plain one. */
class ExecutionTest {

  /** Consecutive requests in which an instruction is reused, replaced and omitted. */
  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void whatIsLeftOutChangesNothing(TinyModel model) {
    List<GenerationRequest.Builder> requests =
        List.of(
            model.quick("a cat", "two dogs and a very long rest").instruction(true),
            model.quick("a bird").negativePrompt("blurred").instruction(true),
            model.quick("x").instruction(false),
            model.quick("a bird").instruction(true).maxSequenceLength(3));
    try (SanaPipeline fast = model.open();
        SanaPipeline plain =
            SanaPipeline.builder(model.config().folder())
                .dtype(DType.FLOAT32)
                .execution(Execution.PLAIN)
                .open()) {
      for (GenerationRequest.Builder builder : requests) {
        GenerationRequest request = builder.build();
        List<GeneratedImage> expected = plain.generate(request);
        List<GeneratedImage> made = fast.generate(request);
        for (int i = 0; i < expected.size(); i++) {
          assertThat(largestDifference(made.get(i).pixels(), expected.get(i).pixels()))
              .isLessThanOrEqualTo(1);
        }
        assertThat(fast.textLengths(request).get(0).computed())
            .isLessThan(plain.textLengths(request).get(0).computed());
      }
    }
  }

  private static int largestDifference(RgbImage first, RgbImage second) {
    byte[] ours = first.rgb();
    byte[] theirs = second.rgb();
    int largest = 0;
    for (int i = 0; i < theirs.length; i++) {
      largest = Math.max(largest, Math.abs((ours[i] & 255) - (theirs[i] & 255)));
    }
    return largest;
  }

  @Test
  void theNegativePromptIsEncodedOnlyWhereItIsUsed() {
    try (SanaPipeline sana = TinyModel.SANA.open()) {
      assertThat(sana.textLengths(TinyModel.SANA.quick("a cat").build())).hasSize(2);
      assertThat(sana.textLengths(TinyModel.SANA.quick("a cat").guidance(1).build())).hasSize(1);
    }
  }
}
