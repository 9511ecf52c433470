package dev.sana4j.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSizeTunerTest {
  private final BatchSizeTuner batchSize = new BatchSizeTuner(16, model -> model.equals("fake"));
  private final GenerationRequest request = Orders.of("a cat", 1).request();

  private static JobOrder order(GenerationRequest request) {
    return order("fake", request);
  }

  private static JobOrder order(String model, GenerationRequest request) {
    JobOrder order = Orders.of("a cat", 1);
    return new JobOrder(
        model, request, order.format(), order.quality(), 0, order.deadline(), false);
  }

  private static ImageTask task(GenerationRequest request) {
    return task("fake", request);
  }

  private static ImageTask task(String model, GenerationRequest request) {
    JobOrder order = order(model, request);
    return new ImageTask(new Job("x", Orders.ANNA, order, Instant.now(), ended -> {}), 0);
  }

  private int most() {
    return batchSize.most(task(request));
  }

  /** Records three batches of a size with a time per image. */
  private void measured(int count, double secondsEach) {
    for (int i = 0; i < 3; i++) {
      batchSize.measured(order(request), count, count * secondsEach);
    }
  }

  @Test
  void oneIsMadeAtATimeUntilThatIsMeasured() {
    assertThat(most()).isEqualTo(1);
    measured(1, 0.1);
    assertThat(most()).isEqualTo(2);
  }

  @Test
  void aBatchGrowsAsLongAsItIsFaster() {
    measured(1, 0.1);
    measured(2, 0.08);
    measured(4, 0.06);
    assertThat(most()).isEqualTo(8);
    measured(8, 0.06);
    assertThat(most()).isEqualTo(4);
  }

  @Test
  void whatIsNotFasterIsNotDone() {
    measured(1, 0.1);
    measured(2, 0.1);
    assertThat(most()).isEqualTo(1);
  }

  @Test
  void largeImagesAreMadeAlone() {
    GenerationRequest large = request.toBuilder().size(new ImageSize(1024, 1024)).build();
    for (int i = 0; i < 3; i++) {
      batchSize.measured(order(large), 1, 1);
    }
    assertThat(batchSize.most(task(large))).isEqualTo(1);
  }

  @Test
  void whatStartsFromAnImageIsMadeAlone() {
    measured(1, 0.1);
    RgbImage image = RgbImage.of(8, 8, new byte[192]);
    GenerationRequest changed = request.toBuilder().task(Task.imageToImage(image, 0.5)).build();
    assertThat(batchSize.most(task(changed))).isEqualTo(1);
  }

  @Test
  void modelsDoNotShareABatch() {
    assertThat(batchSize.fits(task("a", request), task("a", request))).isTrue();
    assertThat(batchSize.fits(task("a", request), task("b", request))).isFalse();
  }

  @Test
  void anImageOfALoadedModelIsReady() {
    assertThat(batchSize.isReady(task("fake", request))).isTrue();
    assertThat(batchSize.isReady(task("other", request))).isFalse();
  }

  @Test
  void eachModelHasItsOwnBatchSize() {
    measured(1, 0.1);
    assertThat(batchSize.most(task("fake", request))).isEqualTo(2);
    assertThat(batchSize.most(task("other", request))).isEqualTo(1);
  }

  @Test
  void onlyPromptsAndSeedsMayDiffer() {
    GenerationRequest other =
        request.toBuilder().prompts(List.of("a dog")).negativePrompt("mud").seed(9).build();
    assertThat(batchSize.fits(task(request), task(other))).isTrue();
    assertThat(batchSize.fits(task(request), task(other.toBuilder().steps(5).build()))).isFalse();
    assertThat(batchSize.fits(task(request), task(other.toBuilder().guidance(2).build())))
        .isFalse();
  }
}
