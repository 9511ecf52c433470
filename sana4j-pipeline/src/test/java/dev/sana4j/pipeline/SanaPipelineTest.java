package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationListener.Progress;
import dev.sana4j.pipeline.request.GenerationListener.Stage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GenerationRequest.Noise;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.LiveTensors;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("numeric")
class SanaPipelineTest {
  @TempDir private Path folder;

  private static List<byte[]> pixels(SanaPipeline pipeline, GenerationRequest request) {
    return pipeline.generate(request).stream().map(image -> image.pixels().rgb()).toList();
  }

  private static byte[] image(SanaPipeline pipeline, GenerationRequest.Builder request) {
    return pixels(pipeline, request.build()).get(0);
  }

  private static double meanDifference(byte[] left, byte[] right) {
    assertThat(left).hasSameSizeAs(right);
    long sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += Math.abs((left[i] & 0xFF) - (right[i] & 0xFF));
    }
    return (double) sum / left.length;
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void theSameSeedGivesTheSameBytesAndAnotherSeedDoesNot(TinyModel model) {
    byte[] first;
    try (SanaPipeline pipeline = model.open()) {
      first = image(pipeline, model.quick("a cat").seed(3));
      assertThat(image(pipeline, model.quick("a cat").seed(3))).isEqualTo(first);
      assertThat(image(pipeline, model.quick("a cat").seed(4))).isNotEqualTo(first);
    }
    try (SanaPipeline again = model.open()) {
      assertThat(image(again, model.quick("a cat").seed(3))).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void anImageHasTheAskedSize(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      ImageSize size = TinyModel.size(pipeline.config(), 6, 3);
      GeneratedImage image = pipeline.generate(model.quick("a cat").size(size).build()).get(0);
      assertThat(image.pixels().size()).isEqualTo(size);
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void aBatchOfPromptsEqualsTheSinglePrompts(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      List<byte[]> batch =
          pixels(pipeline, model.quick("a cat", "a dog").imagesPerPrompt(2).seed(5).build());
      assertThat(batch).hasSize(4);
      assertThat(batch.get(0)).isEqualTo(image(pipeline, model.quick("a cat").seed(5)));
      assertThat(batch.get(1)).isEqualTo(image(pipeline, model.quick("a cat").seed(6)));
      assertThat(batch.get(2)).isEqualTo(image(pipeline, model.quick("a dog").seed(7)));
      assertThat(batch.get(3)).isEqualTo(image(pipeline, model.quick("a dog").seed(8)));
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void theRequestOfAnImageMakesItAgain(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      GenerationRequest request =
          model.quick("a cat", "a dog").imagesPerPrompt(2).seed(Long.MAX_VALUE - 1).build();
      for (GeneratedImage image : pipeline.generate(request)) {
        assertThat(pixels(pipeline, image.request())).containsExactly(image.pixels().rgb());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void sharedNoiseBeginsWithTheNoiseOfTheFirstImage(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      // One step: in later steps, a Sprint model draws noise that depends on the batch.
      GenerationRequest.Builder alone = model.quick("a cat").seed(5).steps(1);
      List<GeneratedImage> shared =
          pipeline.generate(
              model
                  .quick("a cat", "a dog")
                  .seed(5)
                  .steps(1)
                  .imagesPerPrompt(2)
                  .noise(Noise.SHARED)
                  .build());
      assertThat(shared).hasSize(4);
      byte[] first = shared.get(0).pixels().rgb();
      assertThat(meanDifference(first, image(pipeline, alone))).isLessThan(0.05);
      assertThat(shared.get(1).pixels().rgb()).isNotEqualTo(first);
      assertThat(pixels(pipeline, shared.get(2).request()).get(2))
          .isEqualTo(shared.get(2).pixels().rgb());
    }
  }

  @ParameterizedTest
  @CsvSource({"SANA", "TEACHER"})
  void aNegativePromptChangesAGuidedImage(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      byte[] plain = image(pipeline, model.quick("a cat"));
      assertThat(image(pipeline, model.quick("a cat").negativePrompt("blurry")))
          .isNotEqualTo(plain);
    }
  }

  @ParameterizedTest
  @CsvSource({"SANA", "TEACHER"})
  void guidanceOfOneOrLessLeavesTheNegativePromptOut(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      byte[] plain = image(pipeline, model.quick("a cat").guidance(1));
      assertThat(image(pipeline, model.quick("a cat").guidance(1).negativePrompt("blurry")))
          .isEqualTo(plain);
      assertThat(image(pipeline, model.quick("a cat").guidance(0))).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void promptGuidanceAndStepsChangeAnImage(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      byte[] plain = image(pipeline, model.quick("a cat"));
      assertThat(image(pipeline, model.quick("a red house"))).isNotEqualTo(plain);
      assertThat(image(pipeline, model.quick("a cat").guidance(2))).isNotEqualTo(plain);
      assertThat(image(pipeline, model.quick("a cat").steps(3))).isNotEqualTo(plain);
    }
  }

  @Test
  void aSprintModelTakesNoNegativePrompt() {
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      assertThat(image(pipeline, TinyModel.SPRINT.quick("a cat").negativePrompt("blurry")))
          .isEqualTo(image(pipeline, TinyModel.SPRINT.quick("a cat")));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aSprintModelRunsInFewSteps(int steps) {
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      List<Progress> heard = new ArrayList<>();
      List<GeneratedImage> images =
          pipeline.generate(
              TinyModel.SPRINT.quick("a cat").steps(steps).build(),
              progress -> heard.add(progress));
      assertThat(images).hasSize(1);
      assertThat(heard).filteredOn(progress -> progress.stage() == Stage.DENOISE).hasSize(steps);
    }
  }

  @Test
  void theDefaultTimesOfTwoStepsCanBeGivenByHand() {
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      byte[] byDefault = image(pipeline, TinyModel.SPRINT.quick("a cat").steps(2));
      assertThat(image(pipeline, TinyModel.SPRINT.quick("a cat").times(List.of(1.57080, 1.3, 0.0))))
          .isEqualTo(byDefault);
      assertThat(image(pipeline, TinyModel.SPRINT.quick("a cat").times(List.of(1.57080, 0.9, 0.0))))
          .isNotEqualTo(byDefault);
    }
  }

  @Test
  void progressCountsPromptsStepsAndImages() {
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      List<Progress> heard = new ArrayList<>();
      pipeline.generate(
          TinyModel.SANA.quick("a cat", "a dog").steps(2).build(), progress -> heard.add(progress));
      assertThat(heard)
          .containsExactly(
              new Progress(Stage.ENCODE, 1, 8),
              new Progress(Stage.DENOISE, 2, 8),
              new Progress(Stage.DENOISE, 3, 8),
              new Progress(Stage.DECODE, 4, 8),
              new Progress(Stage.ENCODE, 5, 8),
              new Progress(Stage.DENOISE, 6, 8),
              new Progress(Stage.DENOISE, 7, 8),
              new Progress(Stage.DECODE, 8, 8));
    }
  }

  @Test
  void progressOfASharedBatchCountsEveryImage() {
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      List<Progress> heard = new ArrayList<>();
      pipeline.generate(
          TinyModel.SANA.quick("a cat", "a dog").steps(2).noise(Noise.SHARED).build(),
          progress -> heard.add(progress));
      assertThat(heard)
          .containsExactly(
              new Progress(Stage.ENCODE, 2, 8),
              new Progress(Stage.DENOISE, 4, 8),
              new Progress(Stage.DENOISE, 6, 8),
              new Progress(Stage.DECODE, 7, 8),
              new Progress(Stage.DECODE, 8, 8));
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void aListenerCanCancel(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      long before = LiveTensors.count();
      List<Progress> heard = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  pipeline.generate(
                      model.quick("a cat").steps(4).build(),
                      progress -> {
                        heard.add(progress);
                        return progress.done() < 2;
                      }))
          .isInstanceOf(SamplingCancelledException.class);
      assertThat(heard).hasSize(2);
      assertThat(LiveTensors.count()).isEqualTo(before);
    }
  }

  @Test
  void imagesAreHandedOverAsSoonAsTheyAreDone() {
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      List<GeneratedImage> images = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  pipeline.generate(
                      TinyModel.SANA.quick("a cat").imagesPerPrompt(3).steps(1).build(),
                      progress -> progress.stage() != Stage.DENOISE || images.size() < 2,
                      images::add))
          .isInstanceOf(SamplingCancelledException.class);
      assertThat(images).hasSize(2);
    }
  }

  @Test
  void aPipelineGoesOnAfterAListenerThatThrows() {
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      byte[] before = image(pipeline, TinyModel.SANA.quick("a cat"));
      long live = LiveTensors.count();
      assertThatThrownBy(
              () ->
                  pipeline.generate(
                      TinyModel.SANA.quick("a cat").build(),
                      progress -> {
                        throw new IllegalStateException("mine");
                      }))
          .hasMessage("mine");
      assertThat(LiveTensors.count()).isEqualTo(live);
      assertThat(image(pipeline, TinyModel.SANA.quick("a cat"))).isEqualTo(before);
    }
  }

  @Test
  void aRequestThatDoesNotFitIsRefusedBeforeAnyStep() {
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      GenerationRequest request = TinyModel.SANA.quick("a cat").size(new ImageSize(1, 1)).build();
      assertThatThrownBy(
              () ->
                  pipeline.generate(
                      request,
                      progress -> {
                        throw new AssertionError("a step was made");
                      }))
          .isInstanceOf(RequestException.class);
    }
  }

  @Test
  void tiledDecodingOfASmallImageIsPlainDecoding() {
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      assertThat(image(pipeline, TinyModel.SANA.quick("a cat").tiledDecoding(true)))
          .isEqualTo(image(pipeline, TinyModel.SANA.quick("a cat")));
    }
  }

  @Test
  void tiledDecodingOfALargeImageIsCloseToPlainDecoding() {
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      int columns = 600 / pipeline.config().sizeStep() + 1;
      ImageSize wide = TinyModel.size(pipeline.config(), columns, 2);
      byte[] plain = image(pipeline, TinyModel.SANA.quick("a cat").steps(1).size(wide));
      byte[] tiled =
          image(pipeline, TinyModel.SANA.quick("a cat").steps(1).size(wide).tiledDecoding(true));
      assertThat(tiled).isNotEqualTo(plain);
      assertThat(meanDifference(tiled, plain)).isLessThan(16);
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void bfloat16IsCloseToFloat32(TinyModel model) {
    byte[] exact;
    try (SanaPipeline pipeline = model.open()) {
      exact = image(pipeline, model.quick("a cat"));
    }
    try (SanaPipeline pipeline =
        SanaPipeline.builder(model.folder()).dtype(DType.BFLOAT16).open()) {
      assertThat(meanDifference(image(pipeline, model.quick("a cat")), exact)).isLessThan(5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text_encoder", "transformer", "vae"})
  void aPartThatDoesNotLoadLeaksNothing(String part) throws IOException {
    Path copy = TinyModel.SANA.copyTo(folder);
    try (var files = Files.list(copy.resolve(part))) {
      Path weights = files.filter(file -> file.toString().endsWith("tensors")).toList().get(0);
      byte[] content = Files.readAllBytes(weights);
      Files.write(weights, Arrays.copyOf(content, content.length - 8));
    }
    ModelConfig config = ModelConfig.read(ModelFolder.open(copy));
    assertThatThrownBy(() -> SanaPipeline.builder(config.folder()).dtype(DType.FLOAT32).open())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(part);
  }

  @Test
  void aShortMaximumLengthAndALongPromptWork() {
    try (SanaPipeline pipeline = TinyModel.SANA.open()) {
      String prompt = "a cat in a hat on a mat ".repeat(50);
      assertThat(pipeline.generate(TinyModel.SANA.quick(prompt).maxSequenceLength(2).build()))
          .hasSize(1);
    }
  }
}
