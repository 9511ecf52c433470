package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationListener.Preview;
import dev.sana4j.pipeline.request.GenerationListener.Previews;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GenerationRequest.Noise;
import dev.sana4j.pipeline.request.RequestException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PreviewTest {

  private record Viewer(Previews previews, List<Preview> seen, List<String> order)
      implements GenerationListener {
    Viewer(int every, int longestSide) {
      this(new Previews(every, longestSide), new ArrayList<>(), new ArrayList<>());
    }

    @Override
    public boolean onProgress(Progress progress) {
      order.add(progress.stage().name());
      return true;
    }

    @Override
    public void onPreview(Preview preview) {
      seen.add(preview);
      order.add("PREVIEW");
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModel.class)
  void aListenerSeesTheEstimateOfEveryStepButTheLast(TinyModel model) {
    var viewer = new Viewer(1, 4096);
    try (SanaPipeline pipeline = model.open()) {
      GeneratedImage image =
          pipeline.generate(model.quick("a cat").steps(3).build(), viewer).get(0);
      assertThat(viewer.seen()).extracting(Preview::step).containsExactly(1, 2);
      assertThat(viewer.seen()).extracting(Preview::steps).containsOnly(3);
      assertThat(viewer.order())
          .containsExactly(
              "ENCODE", "PREVIEW", "DENOISE", "PREVIEW", "DENOISE", "DENOISE", "DECODE");
      RgbImage last = viewer.seen().get(1).pixels();
      assertThat(last.size()).isEqualTo(image.pixels().size());
    }
  }

  @Test
  void anEstimateThatDoesNotChangeAnyMoreLooksLikeTheImage() {
    TinyModel model = TinyModel.SPRINT;
    var viewer = new Viewer(1, 4096);
    try (SanaPipeline pipeline = model.open()) {
      // The last step starts almost without noise, so it changes nothing.
      GenerationRequest request = model.quick("a cat").times(List.of(1.5, 1e-4, 0.0)).build();
      RgbImage image = pipeline.generate(request, viewer).get(0).pixels();
      assertThat(TaskImages.meanDifference(viewer.seen().get(0).pixels(), image)).isLessThan(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 9", "2, 4", "3, 3", "5, 1", "10, 0", "0, 0"})
  void everySoManyStepsMeansThat(int every, int count) {
    var viewer = new Viewer(every, 1);
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      pipeline.generate(TinyModel.SPRINT.quick("a cat").steps(10).build(), viewer);
      assertThat(viewer.seen()).hasSize(count);
    }
  }

  @Test
  void aSmallPreviewKeepsTheProportions() {
    TinyModel model = TinyModel.SPRINT;
    ModelConfig config = model.config();
    int compression = config.autoencoder().compression();
    var viewer = new Viewer(1, 3 * compression);
    try (SanaPipeline pipeline = model.open()) {
      pipeline.generate(model.quick("a cat").size(TinyModel.size(config, 6, 4)).build(), viewer);
      RgbImage preview = viewer.seen().get(0).pixels();
      assertThat(preview.width()).isEqualTo(3 * compression);
      assertThat(preview.height()).isEqualTo(2 * compression);
    }
  }

  @Test
  void everyImageOfARequestHasPreviewsOfItsOwn() {
    TinyModel model = TinyModel.SPRINT;
    for (Noise noise : Noise.values()) {
      var viewer = new Viewer(1, 4096);
      try (SanaPipeline pipeline = model.open()) {
        pipeline.generate(
            model.quick("a cat").imagesPerPrompt(2).steps(2).noise(noise).build(), viewer);
      }
      assertThat(viewer.seen()).extracting(Preview::image).containsExactly(0, 1);
      assertThat(viewer.seen().get(0).pixels().rgb())
          .isNotEqualTo(viewer.seen().get(1).pixels().rgb());
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, 8", "1, 0"})
  void whatIsNoPreviewIsRefused(int every, int longestSide) {
    assertThatThrownBy(() -> new Previews(every, longestSide)).isInstanceOf(RequestException.class);
  }
}
