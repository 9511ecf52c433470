package dev.sana4j.server.jobs;

import static dev.sana4j.server.jobs.Orders.ANNA;
import static dev.sana4j.server.jobs.Orders.BERT;
import static dev.sana4j.server.jobs.Orders.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private static final Duration LATER = Duration.ofSeconds(3);

  private final FairQueue queue = new FairQueue(4, 3);

  /** Jobs with "unloaded" in their ids are not ready. */
  private record UpTo(int count) implements FairQueue.Company {
    @Override
    public boolean isReady(ImageTask task) {
      return !task.job().id().contains("unloaded");
    }

    @Override
    public int most(ImageTask first) {
      return count;
    }

    @Override
    public boolean fits(ImageTask first, ImageTask other) {
      return true;
    }
  }

  private List<String> take(int most) throws InterruptedException {
    return queue.take(new UpTo(most), Duration.ZERO).stream()
        .map(task -> task.job().id() + task.index())
        .toList();
  }

  @Test
  void clientsTakeTurns() throws InterruptedException {
    queue.add(job(ANNA, "a", 3), LATER);
    queue.add(job(BERT, "b", 2), LATER);
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      order.addAll(take(1));
    }
    assertThat(order).containsExactly("a0", "b0", "a1", "b1", "a2");
  }

  @Test
  void aFewImagesOfLoadedModelsPassThatOfAnother() throws InterruptedException {
    queue.add(job(ANNA, "unloaded", 2), LATER);
    queue.add(job(BERT, "b", 2 * FairQueue.MOST_PASSED), LATER);
    List<String> order = new ArrayList<>();
    for (int i = 0; i <= FairQueue.MOST_PASSED; i++) {
      order.addAll(take(1));
    }
    assertThat(order.subList(0, FairQueue.MOST_PASSED)).allMatch(id -> id.startsWith("b"));
    assertThat(order).endsWith("unloaded0");
  }

  @Test
  void ifNoModelIsLoadedClientsTakeTurns() throws InterruptedException {
    queue.add(job(ANNA, "unloaded-a", 2), LATER);
    queue.add(job(BERT, "unloaded-b", 1), LATER);
    assertThat(take(1)).containsExactly("unloaded-a0");
    assertThat(take(1)).containsExactly("unloaded-b0");
  }

  @Test
  void imagesTakenTogetherAreOfAllClients() throws InterruptedException {
    queue.add(job(ANNA, "a", 5), LATER);
    queue.add(job(BERT, "b", 1), LATER);
    assertThat(take(4)).containsExactly("a0", "b0", "a1", "a2");
    assertThat(queue.images()).isEqualTo(2);
  }

  @Test
  void aFullQueueSaysWhenToTryAgain() {
    queue.add(job(ANNA, "a", 1), LATER);
    queue.add(job(ANNA, "b", 1), LATER);
    queue.add(job(BERT, "c", 9), LATER);
    queue.add(job(BERT, "d", 1), LATER);
    assertThatThrownBy(() -> queue.add(job(ANNA, "e", 1), LATER))
        .isInstanceOfSatisfying(
            QueueFullException.class, full -> assertThat(full.retryAfter()).isEqualTo(LATER));
  }

  @Test
  void oneClientCannotTakeAllPlaces() {
    for (String prompt : List.of("a", "b", "c")) {
      queue.add(job(ANNA, prompt, 1), LATER);
    }
    assertThatThrownBy(() -> queue.add(job(ANNA, "d", 1), LATER))
        .isInstanceOf(QueueFullException.class)
        .hasMessageContaining("this client already has");
    queue.add(job(BERT, "e", 1), LATER);
    assertThat(queue.jobs()).isEqualTo(4);
  }

  @Test
  void aRemovedJobLeavesItsPlace() throws InterruptedException {
    Job first = job(ANNA, "a", 3);
    queue.add(first, LATER);
    queue.add(job(ANNA, "b", 1), LATER);
    assertThat(take(1)).containsExactly("a0");
    queue.remove(first);
    assertThat(queue.jobs()).isEqualTo(1);
    assertThat(take(9)).containsExactly("b0");
    assertThat(queue.jobs()).isZero();
  }

  @Test
  void aJobKnowsHowManyComeBefore() {
    Job mine = job(ANNA, "c", 1);
    queue.add(job(ANNA, "a", 1), LATER);
    queue.add(job(BERT, "b", 1), LATER);
    queue.add(mine, LATER);
    assertThat(queue.ahead(mine)).isEqualTo(2);
    assertThat(queue.ahead(job(BERT, "unknown", 1))).isZero();
  }

  @Test
  void aClosedQueueIsEmptiedButTakesNothing() throws InterruptedException {
    queue.add(job(ANNA, "a", 1), LATER);
    queue.close();
    assertThatThrownBy(() -> queue.add(job(BERT, "b", 1), LATER))
        .isInstanceOf(StoppingException.class);
    assertThat(take(1)).containsExactly("a0");
    assertThat(take(1)).isEmpty();
  }

  @Test
  void aJobThatWaitsAlreadyIsNotAddedAgain() throws InterruptedException {
    Job waiting = job(ANNA, "a", 2);
    queue.add(waiting, LATER);
    queue.addAgain(waiting);
    assertThat(queue.jobs()).isEqualTo(1);
    assertThat(take(9)).containsExactly("a0", "a1");
    assertThat(queue.jobs()).isZero();
  }

  @Test
  void aJobThatLacksNothingIsNotAdded() throws InterruptedException {
    Job whole = job(ANNA, "a", 1);
    JobImage image =
        new JobImage(0, 7, null, new ImageSize(8, 8), false, ImageFormat.PNG, 9, null, null);
    whole.imageDone(image, Instant.now());
    queue.addAgain(whole);
    queue.add(job(ANNA, "b", 1), LATER);
    assertThat(queue.jobs()).isEqualTo(1);
    assertThat(take(9)).containsExactly("b0");
  }
}
