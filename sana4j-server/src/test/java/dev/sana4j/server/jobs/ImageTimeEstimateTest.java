package dev.sana4j.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.Task;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ImageTimeEstimateTest {
  private static final JobOrder PLAIN = Orders.of("a cat", 1); // 32x32, 4 steps
  private static final Offset<Double> EXACTLY = Offset.offset(1e-9);

  private final ImageTimeEstimate estimate = new ImageTimeEstimate();

  private double ratio(JobOrder order) {
    estimate.made(PLAIN, 1, 6);
    return estimate.seconds(order) / estimate.seconds(PLAIN);
  }

  @Test
  void theSecondStageTakesTimeForItsPixelsAndSteps() {
    // four times the pixels, 10 * 0.2 steps and 2 for the rest, against 4 steps and 2
    Hires hires = new Hires(new ImageSize(48, 48), 2, 0.2, 10);
    assertThat(ratio(PLAIN.with(hires))).isCloseTo(1 + 4 * 4 / 6.0, EXACTLY);
  }

  @Test
  void aStrengthBelowOneSkipsSteps() {
    RgbImage image = RgbImage.of(32, 32, new byte[3 * 32 * 32]);
    JobOrder edit =
        new JobOrder(
            PLAIN.model(),
            PLAIN.request().toBuilder().task(Task.imageToImage(image, 0.5)).build(),
            PLAIN.format(),
            PLAIN.quality(),
            0,
            PLAIN.deadline(),
            false);
    assertThat(ratio(edit)).isCloseTo(4 / 6.0, EXACTLY);
  }

  @Test
  void theTimeOfBothStagesIsLearntFromBoth() {
    JobOrder two = PLAIN.with(new Hires(new ImageSize(64, 64), 2, 0.2, 10));
    estimate.made(two, 1, 22); // the work of 6 and 16
    assertThat(estimate.seconds(PLAIN)).isCloseTo(6, EXACTLY);
    assertThat(estimate.secondsPerImage()).isCloseTo(22, EXACTLY);
  }
}
