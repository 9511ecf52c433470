package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Orders and jobs for tests. */
final class Orders {
  static final Client ANNA = new Client("anna");
  static final Client BERT = new Client("bert");
  static final Duration SOON = Duration.ofSeconds(10);

  private Orders() {}

  static JobOrder of(String prompt, int count) {
    return order(prompt, count, 0, Duration.ofMinutes(1), false);
  }

  static JobOrder kept(String prompt, int count) {
    return order(prompt, count, 0, Duration.ofMinutes(1), true);
  }

  static JobOrder order(String prompt, int count, int previews, Duration deadline, boolean kept) {
    GenerationRequest request =
        GenerationRequest.builder(List.of(prompt))
            .size(new ImageSize(FakeGenerator.SIDE, FakeGenerator.SIDE))
            .steps(4)
            .seed(7)
            .imagesPerPrompt(count)
            .build();
    return new JobOrder("fake", request, ImageFormat.PNG, 90, previews, deadline, kept);
  }

  /** Returns an order to modify an image of two pixels. */
  static JobOrder edit(String prompt, int count) {
    JobOrder order = kept(prompt, count);
    RgbImage image = RgbImage.of(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
    return new JobOrder(
        order.model(),
        order.request().toBuilder().task(Task.imageToImage(image, 0.5)).build(),
        order.format(),
        order.quality(),
        0,
        order.deadline(),
        true);
  }

  /** Returns a job that never runs. */
  static Job job(Client owner, String prompt, int count) {
    return new Job(prompt, owner, of(prompt, count), Instant.now(), job -> {});
  }
}
