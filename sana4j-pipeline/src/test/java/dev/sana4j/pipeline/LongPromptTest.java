package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Prompts that are longer than the text encoder reads. */
class LongPromptTest {
  private static final ImageSize SIZE = new ImageSize(64, 64);
  private final List<String> notes = new ArrayList<>();

  private final GenerationListener listener =
      new GenerationListener() {
        @Override
        public boolean onProgress(Progress progress) {
          return true;
        }

        @Override
        public void onNote(int request, String note) {
          notes.add(request + ": " + note);
        }
      };

  private static GenerationRequest request(SanaPipeline pipeline, String prompt) {
    return pipeline.request(prompt).size(SIZE).steps(1).maxSequenceLength(20).build();
  }

  @Test
  void anEndWithoutEffectIsReportedWithTheNumberOfTokens() {
    String prompt = "a b c d e f g h ".repeat(10);
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      var apple = pipeline.generate(request(pipeline, prompt + "apple"), listener);
      assertThat(notes)
          .singleElement()
          .asString()
          .matches("0: the prompt has \\d{2,} tokens, but only the first 20 have an effect .*");
      var banana = pipeline.generate(request(pipeline, prompt + "banana"), listener);
      assertThat(banana.get(0).pixels().rgb()).isEqualTo(apple.get(0).pixels().rgb());
    }
  }

  @Test
  void aShortPromptIsNotReported() {
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      pipeline.generate(request(pipeline, "a cat"), listener);
      assertThat(notes).isEmpty();
    }
  }

  @Test
  void ofABatchTheLongOnesAreReported() {
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      String prompt = "a b c d e f g h ".repeat(10);
      pipeline.generateTogether(
          List.of(request(pipeline, "a cat"), request(pipeline, prompt)), listener);
      assertThat(notes).singleElement().asString().startsWith("1: the prompt has");
    }
  }
}
