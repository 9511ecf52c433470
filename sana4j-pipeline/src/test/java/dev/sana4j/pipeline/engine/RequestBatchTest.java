package dev.sana4j.pipeline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationListener.Preview;
import dev.sana4j.pipeline.request.GenerationListener.Previews;
import dev.sana4j.pipeline.request.GenerationListener.Progress;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("numeric")
class RequestBatchTest {
  private static List<GenerationRequest> requests(TinyModel model) {
    return List.of(
        model.quick("a cat").seed(7).build(),
        model.quick("two dogs on a very long street").seed(3).negativePrompt("mud").build(),
        model.quick("a cat").seed(8).build());
  }

  private static int worst(byte[] a, byte[] b) {
    int worst = 0;
    for (int i = 0; i < a.length; i++) {
      worst = Math.max(worst, Math.abs((a[i] & 0xFF) - (b[i] & 0xFF)));
    }
    return worst;
  }

  @ParameterizedTest
  @EnumSource
  void eachImageIsTheOneItsRequestGivesAlone(TinyModel model) {
    try (SanaPipeline pipeline = model.open()) {
      List<GenerationRequest> requests = requests(model);
      List<GeneratedImage> together = pipeline.generateTogether(requests, GenerationListener.NONE);
      for (int i = 0; i < requests.size(); i++) {
        byte[] alone = pipeline.generate(requests.get(i)).get(0).pixels().rgb();
        assertThat(together.get(i).request()).isEqualTo(requests.get(i));
        assertThat(worst(together.get(i).pixels().rgb(), alone)).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void progressCountsAllOfThem() {
    List<Progress> heard = new ArrayList<>();
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      pipeline.generateTogether(
          requests(TinyModel.SPRINT),
          progress -> {
            heard.add(progress);
            return true;
          });
    }
    Progress last = heard.get(heard.size() - 1);
    assertThat(last.done()).isEqualTo(last.all());
    assertThat(last.all()).isEqualTo(3 * (1 + 2 + 1));
  }

  @Test
  void previewsSayWhichImageTheyAreOf() {
    List<Integer> images = new ArrayList<>();
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public boolean onProgress(Progress progress) {
            return true;
          }

          @Override
          public Previews previews() {
            return new Previews(1, 16);
          }

          @Override
          public void onPreview(Preview preview) {
            images.add(preview.image());
          }
        };
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      pipeline.generateTogether(requests(TinyModel.SPRINT), listener);
    }
    assertThat(images).containsExactly(0, 1, 2);
  }

  @Test
  void theyCanBeCancelled() {
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      assertThatThrownBy(
              () -> pipeline.generateTogether(requests(TinyModel.SPRINT), progress -> false))
          .isInstanceOf(SamplingCancelledException.class);
    }
  }

  @Test
  void requestsOfDifferentKindsAreRefused() {
    GenerationRequest first = TinyModel.SPRINT.quick("a cat").build();
    try (SanaPipeline pipeline = TinyModel.SPRINT.open()) {
      for (GenerationRequest other :
          List.of(
              first.toBuilder().steps(3).build(),
              first.toBuilder().guidance(2).build(),
              first.toBuilder().imagesPerPrompt(2).build())) {
        assertThatThrownBy(
                () -> pipeline.generateTogether(List.of(first, other), GenerationListener.NONE))
            .isInstanceOf(RequestException.class)
            .hasMessageContaining("requests of a batch");
      }
    }
  }
}
