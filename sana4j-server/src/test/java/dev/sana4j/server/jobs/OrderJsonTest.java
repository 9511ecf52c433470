package dev.sana4j.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.Task;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OrderJsonTest {
  private static final RgbImage GREY = RgbImage.of(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
  private static final RgbImage BLACK = RgbImage.of(2, 1, new byte[6]);

  static Stream<Task> tasks() {
    return Stream.of(
        Task.textToImage(),
        Task.imageToImage(GREY, 0.5),
        Task.inpaint(GREY, BLACK, 1),
        Task.control(GREY, 0.7),
        Task.upscale(GREY, 2, 0.3));
  }

  private static JobOrder order(Task task) {
    return new JobOrder(
            "emoji",
            Orders.of("a \"cat\"\n", 3).request().toBuilder().guidance(1.25).task(task).build(),
            ImageFormat.WEBP,
            77,
            4,
            Duration.ofMillis(1234),
            true)
        .awaitedByClient()
        .withBestOf(4)
        .with(new Hires(new ImageSize(96, 64), 2, 0.4, 3));
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void anOrderIsTheSameAfterItWasWritten(Task task) {
    JobOrder order = order(task);
    OrderJson.Written written = OrderJson.write(order);
    JobOrder read =
        OrderJson.read(written.json(), digest -> Optional.ofNullable(written.inputs().get(digest)));
    assertThat(read).isEqualTo(order);
    assertThat(read.request().task().inputs()).allMatch(InputImage::isPresent);
    assertThat(written.inputs()).hasSize(task.inputs().size());
  }

  @Test
  void inputImagesAreNotPartOfTheText() {
    assertThat(OrderJson.write(order(Task.imageToImage(BLACK, 0.5))).json())
        .contains("sha256")
        .doesNotContain("pixels");
  }

  @Test
  void anImageThatIsNotFoundHasItsSizeAndDigest() {
    JobOrder order = order(Task.imageToImage(GREY, 0.5));
    JobOrder read = OrderJson.read(OrderJson.write(order).json(), digest -> Optional.empty());
    assertThat(read).isEqualTo(order);
    assertThat(read.request().task().inputs().get(0).isPresent()).isFalse();
  }

  @Test
  void aClientIsTheSameAfterItWasWritten() {
    assertThat(OrderJson.client(OrderJson.write(Orders.ANNA))).isEqualTo(Orders.ANNA);
    Client browser = new Client("anna", "a browser");
    assertThat(OrderJson.client(OrderJson.write(browser))).isEqualTo(browser);
  }

  @Test
  void anOrderThatIsDamagedIsRefused() {
    assertThatThrownBy(() -> OrderJson.read("{\"model\": 7", digest -> Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a stored order cannot be read: ");
  }
}
