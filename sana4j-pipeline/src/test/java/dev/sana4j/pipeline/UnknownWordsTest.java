package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts with words that the guide of the model does not have. */
class UnknownWordsTest {
  private static final String GUIDE =
      """
      {"knows": {"en": "A model.", "zh": "模型"},
       "objects": [{"emoji": "🏠", "en": ["house"], "zh": ["房子"],
                    "example": {"en": "a house", "zh": "一座房子"},
                    "near": {"en": ["castle"], "zh": []}}]}
      """;

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

  @TempDir private Path folder;

  private static GenerationRequest request(String... prompts) {
    return TinyModel.SPRINT.quick(prompts).build();
  }

  private SanaPipeline guided() throws IOException {
    TinyModel.SPRINT.copyTo(folder);
    Files.writeString(folder.resolve("guide.json"), GUIDE);
    return SanaPipeline.builder(folder).dtype(DType.FLOAT32).open();
  }

  @Test
  void aNearWordIsReplacedWithANoteAndTheMetadataKeepsThePrompt() throws IOException {
    try (SanaPipeline pipeline = guided()) {
      GeneratedImage castle = pipeline.generate(request("a castle"), listener).get(0);
      assertThat(notes)
          .containsExactly(
              "0: this model does not know 'castle'; the closest it knows is 'house', which"
                  + " replaces it");
      GeneratedImage house = pipeline.generate(request("a house")).get(0);
      assertThat(castle.pixels().rgb()).isEqualTo(house.pixels().rgb());
      assertThat(castle.provenance().request().prompts()).containsExactly("a castle");
    }
  }

  @Test
  void eachRequestOfABatchGetsItsNotes() throws IOException {
    try (SanaPipeline pipeline = guided()) {
      pipeline.generateTogether(List.of(request("a house"), request("a dragon")), listener);
      assertThat(notes).containsExactly("1: this model does not know 'dragon'");
    }
  }

  @Test
  void aModelWithoutAGuideKnowsEveryWord() {
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      pipeline.generate(request("a castle"), listener);
      assertThat(notes).isEmpty();
    }
  }
}
