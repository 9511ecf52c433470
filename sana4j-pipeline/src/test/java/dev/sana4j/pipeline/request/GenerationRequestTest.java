package dev.sana4j.pipeline.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.pipeline.ImageProvenanceTest;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationRequestTest {
  private static GenerationRequest.Builder cat() {
    return GenerationRequest.builder(List.of("a cat"));
  }

  private static void assertRefused(GenerationRequest.Builder builder, String why) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(RequestException.class)
        .hasMessageContaining(why)
        .message()
        .hasLineCount(1);
  }

  @Test
  void noPromptIsRefused() {
    assertRefused(GenerationRequest.builder(List.of()), "needs at least one prompt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n"})
  void aPromptOfNothingIsRefusedAlsoAmongOthers(String blank) {
    assertRefused(cat().prompts(List.of("a cat", blank)), "the prompt is empty");
  }

  @Test
  void aPromptOfEndlessLengthIsRefused() {
    assertRefused(cat().prompts(List.of("a".repeat(100_001))), "the prompt has 100001 characters");
    assertRefused(cat().negativePrompt("a".repeat(100_001)), "the negative prompt has 100001");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1001, 1_000_000, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void stepsOutOfRangeAreRefused(int steps) {
    assertRefused(cat().steps(steps), "steps " + steps + " is not between 1 and 1000");
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1, 100.5})
  void guidanceOutOfRangeIsRefused(double guidance) {
    assertRefused(cat().guidance(guidance), "guidance " + guidance);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 501, Integer.MAX_VALUE})
  void tooManyOrTooFewImagesAreRefused(int count) {
    assertRefused(
        cat().prompts(List.of("a cat", "a dog")).imagesPerPrompt(count),
        "1 to 1000 images, not " + 2L * count);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 8193})
  void anAbsurdSequenceLengthIsRefused(int length) {
    assertRefused(cat().maxSequenceLength(length), "the maximum prompt length " + length);
  }

  @Test
  void timesThatDoNotFitTheStepsAreRefused() {
    // A builder sets both together; metadata can contain any.
    GenerationRequest good = cat().build();
    assertThatThrownBy(
            () ->
                new GenerationRequest(
                    good.prompts(),
                    "",
                    4,
                    List.of(1.5, 0.0),
                    1,
                    good.guidanceLimits(),
                    0,
                    good.size(),
                    1,
                    good.noise(),
                    good.binning(),
                    300,
                    true,
                    false,
                    false,
                    good.task(),
                    good.adapters()))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("2 times do not fit 4 steps");
  }

  @Test
  void timesBringTheirNumberOfSteps() {
    assertThat(cat().steps(7).times(List.of(1.5, 0.9, 0.0)).build().steps()).isEqualTo(2);
  }

  @Test
  void stepsAfterTimesGoBackToTheDefaultTimes() {
    GenerationRequest request = cat().times(List.of(1.5, 0.0)).steps(4).build();
    assertThat(request.steps()).isEqualTo(4);
    assertThat(request.times()).isEmpty();
  }

  @Test
  void everyValueSurvivesTheWayThroughABuilder() {
    GenerationRequest request = ImageProvenanceTest.everyValueUnusual();
    assertThat(request.toBuilder().build()).isEqualTo(request);
  }

  @Test
  void aSingleImageOfARequestHasItsPromptAndTheNextSeed() {
    GenerationRequest request =
        cat().prompts(List.of("a cat", "a dog")).imagesPerPrompt(2).seed(7).build();
    assertThat(request.images()).isEqualTo(4);
    assertThat(request.single(1))
        .isEqualTo(cat().prompts(List.of("a cat")).imagesPerPrompt(1).seed(8).build());
    assertThat(request.single(2))
        .isEqualTo(cat().prompts(List.of("a dog")).imagesPerPrompt(1).seed(9).build());
  }

  @Test
  void promptsCannotBeChangedAfterwards() {
    GenerationRequest request = cat().build();
    assertThatThrownBy(() -> Collections.addAll(request.prompts(), "a dog"))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
