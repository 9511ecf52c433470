package dev.sana4j.server.jobs;

import static dev.sana4j.server.jobs.Orders.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.store.JobStore;
import dev.sana4j.server.store.SqliteJobStore;
import dev.sana4j.server.store.StoredEnd;
import dev.sana4j.server.store.StoredImage;
import dev.sana4j.server.store.StoredJob;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store with rows that this version cannot read. */
class DamagedStoreTest {
  private static final byte[] FILE = {1, 2, 3};

  @TempDir private Path folder;
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  private static void accept(JobStore store, String id, int count) {
    String order = OrderJson.write(Orders.kept("a cat", count)).json();
    store.accept(
        StoredJob.accepted(id, OrderJson.write(ANNA), order, count, Instant.now()), Map.of());
  }

  private static StoredImage image(String job, int index, int side, String format) {
    Instant later = Instant.now().plus(Duration.ofMinutes(5));
    return new StoredImage(
        job + index, job, index, 7, null, side, side, format, FILE.length, later, true);
  }

  private static void add(JobStore store, StoredImage image) {
    store.add(image, FILE, List.of(), Instant.now());
  }

  private JobService start(JobStore store) {
    return JobService.start(
        ImageGenerators.of(new FakeGenerator()),
        Filters.NONE,
        JobSettings.standard(),
        store,
        new JobObserver() {
          @Override
          public void warning(String message) {
            warnings.add(message);
          }
        });
  }

  @Test
  void imagesOfUnknownFormatOrSizeAreSkippedAndRemoved() {
    try (JobStore store = SqliteJobStore.open(folder)) {
      accept(store, "old", 3);
      add(store, image("old", 0, 8, "PNG"));
      add(store, image("old", 1, 8, "HOLOGRAM"));
      add(store, image("old", 2, -8, "PNG"));
      try (JobService jobs = start(store)) {
        assertThat(jobs.find("old").orElseThrow().state().images())
            .extracting(JobImage::index)
            .containsExactly(0);
        assertThat(jobs.image("old0")).isPresent();
        assertThat(jobs.image("old1")).isEmpty();
        assertThat(warnings).containsExactly("2 stored images cannot be read; they are removed");
      }
      assertThat(store.file("old1")).isEmpty();
      assertThat(store.file("old0")).isPresent();
    }
  }

  @Test
  void anUnreadableImageOfAnUnfinishedJobIsGeneratedAgain() throws InterruptedException {
    try (JobStore store = SqliteJobStore.open(folder)) {
      accept(store, "old", 3);
      add(store, image("old", 0, 8, "PNG"));
      add(store, image("old", 1, 8, "HOLOGRAM"));
      try (JobService jobs = start(store)) {
        Job job = jobs.find("old").orElseThrow();
        assertThat(job.awaitEnd(Orders.SOON)).isTrue();
        assertThat(job.state().status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(job.state().images()).extracting(JobImage::index).containsExactly(0, 1, 2);
      }
      assertThat(store.images()).hasSize(3);
      assertThat(Objects.requireNonNull(store.jobs().get(0).end()).status())
          .isEqualTo(StoredEnd.SUCCEEDED);
    }
  }

  @Test
  void aJobWhoseImagesHaveImpossibleNumbersIsDropped() {
    try (JobStore store = SqliteJobStore.open(folder)) {
      accept(store, "above", 2);
      add(store, image("above", 2, 8, "PNG"));
      accept(store, "below", 2);
      add(store, image("below", -1, 8, "PNG"));
      accept(store, "good", 1);
      try (JobService jobs = start(store)) {
        assertThat(jobs.find("above")).isEmpty();
        assertThat(jobs.find("below")).isEmpty();
        assertThat(jobs.find("good")).isPresent();
        assertThat(warnings)
            .contains("job above is dropped: a stored image has an index that is out of range");
      }
    }
  }
}
