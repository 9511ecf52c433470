package dev.sana4j.server.jobs;

import static dev.sana4j.server.jobs.Orders.ANNA;
import static dev.sana4j.server.jobs.Orders.BERT;
import static dev.sana4j.server.jobs.Orders.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.safety.BlockList;
import dev.sana4j.server.store.JobStore;
import dev.sana4j.server.store.SqliteJobStore;
import dev.sana4j.server.store.StoreException;
import dev.sana4j.server.store.StoredImage;
import dev.sana4j.server.store.StoredJob;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobRestartTest {
  @TempDir private Path folder;
  private FakeGenerator generator = new FakeGenerator();
  private JobStore store;
  private FailingStore disk;
  private JobService jobs;

  @BeforeEach
  void start() {
    start(Filters.NONE, JobSettings.standard());
  }

  private void start(Filters filters, JobSettings settings) {
    generator = new FakeGenerator();
    store = SqliteJobStore.open(folder);
    disk = new FailingStore(store);
    jobs =
        JobService.start(
            ImageGenerators.of(generator), filters, settings, disk.store(), JobObserver.NONE);
  }

  @AfterEach
  void stop() {
    jobs.close();
    store.close();
  }

  private void restart() {
    stop();
    start();
  }

  private Job again(Job job) {
    return jobs.find(job.id()).orElseThrow();
  }

  private Job finished(JobOrder order) throws InterruptedException {
    Job job = jobs.submit(order, ANNA);
    assertThat(job.awaitEnd(SOON)).isTrue();
    return job;
  }

  private static void await(BooleanSupplier state) throws InterruptedException {
    while (!state.getAsBoolean()) {
      Thread.sleep(5);
    }
  }

  private static String message(Job job) {
    return Objects.requireNonNull(job.state().error()).message();
  }

  private static JobSettings keptFor(Duration time) {
    JobSettings standard = JobSettings.standard();
    return new JobSettings(
        standard.capacity(),
        standard.perClient(),
        standard.mostTogether(),
        standard.window(),
        time,
        standard.keptJobs(),
        standard.keptBytes(),
        true,
        true,
        null);
  }

  @Test
  void unfinishedJobsContinueInTheirOrder() throws InterruptedException {
    List<Job> accepted = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      accepted.add(jobs.submit(Orders.kept("slow " + i, 5), ANNA));
    }
    restart();
    for (Job job : accepted) {
      Job known = again(job);
      assertThat(known.order()).isEqualTo(job.order());
      assertThat(known.owner()).isEqualTo(ANNA);
      assertThat(known.awaitEnd(SOON)).isTrue();
      assertThat(known.state().status()).isEqualTo(JobStatus.SUCCEEDED);
      assertThat(known.state().images()).extracting(JobImage::index).containsExactly(0, 1, 2, 3, 4);
    }
    List<String> firsts = generator.made().stream().map(batch -> batch.get(0)).distinct().toList();
    assertThat(firsts).isSorted();
  }

  @Test
  void anUnfinishedJobHasTheSameCandidatesAfterARestart() throws InterruptedException {
    JobSettings judged = JobSettings.standard().judgedBy(new NearestJudge(12));
    stop();
    start(Filters.NONE, judged);
    Job job = jobs.submit(Orders.kept("slow", 2).withBestOf(4), ANNA);
    await(() -> job.state().step() > 0);
    stop();
    start(Filters.NONE, judged);
    assertThat(again(job).awaitEnd(SOON)).isTrue();
    assertThat(again(job).state().images()).extracting(JobImage::seed).containsExactly(10L, 12L);
  }

  @Test
  void candidatesAreRefusedAfterARestartWithoutAJudge() throws InterruptedException {
    stop();
    start(Filters.NONE, JobSettings.standard().judgedBy(new NearestJudge(12)));
    Job job = jobs.submit(Orders.kept("slow", 2).withBestOf(4), ANNA);
    restart();
    assertThat(again(job).awaitEnd(SOON)).isTrue();
    assertThat(message(again(job))).contains("no judge");
  }

  @Test
  void finishedImagesOfAHalfDoneJobAreNotGeneratedAgain() throws InterruptedException {
    Job job = jobs.submit(Orders.kept("slow", 9), ANNA);
    await(() -> job.state().images().size() >= 2);
    jobs.close();
    List<String> before = store.images().stream().map(StoredImage::name).toList();
    store.close();
    start();
    assertThat(again(job).awaitEnd(SOON)).isTrue();
    int generated = generator.made().stream().mapToInt(List::size).sum();
    assertThat(generated).isEqualTo(9 - before.size());
    assertThat(again(job).state().images())
        .extracting(image -> image.keptPlace().name())
        .containsAll(before);
  }

  @Test
  void finishedJobsAndTheirImagesAreFoundAgain() throws InterruptedException {
    Job job = finished(Orders.kept("a cat", 2));
    restart();
    assertThat(again(job).state().status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(again(job).awaitEnd(Duration.ZERO)).isTrue();
    assertThat(again(job).state().step()).isEqualTo(again(job).state().steps());
    String name = again(job).state().images().get(1).keptPlace().name();
    byte[] file = jobs.image(name).orElseThrow().bytes();
    assertThat(ImageFiles.read(ImageSource.of("second", file)).rgb()).containsOnly(8);
    assertThat(generator.made()).isEmpty();
  }

  @Test
  void theHistoryOfAClientContinues() throws InterruptedException {
    Job done = finished(Orders.kept("a cat", 1));
    Job waiting = jobs.submit(Orders.kept("slow", 9), ANNA);
    jobs.submit(Orders.kept("slow", 9), BERT);
    restart();
    assertThat(jobs.kept(ANNA)).containsExactly(again(done), again(waiting));
  }

  @Test
  void aCancelledJobStaysCancelled() {
    Job job = jobs.submit(Orders.kept("slow", 9), ANNA);
    job.cancel();
    restart();
    assertThat(again(job).state().status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(again(job).state().ended()).isNotNull();
  }

  @Test
  void aFailedJobStaysFailedWithItsReason() throws InterruptedException {
    Job job = finished(Orders.kept("throw", 1));
    restart();
    assertThat(again(job).state().status()).isEqualTo(JobStatus.FAILED);
    assertThat(again(job).state().error()).isEqualTo(job.state().error());
  }

  @Test
  void jobsOfClientsThatWaitAreNotStored() {
    Job job = jobs.submit(Orders.of("slow", 9), ANNA);
    assertThat(store.jobs()).isEmpty();
    restart();
    assertThat(jobs.find(job.id())).isEmpty();
  }

  @Test
  void onlyTheImagesOfAwaitedJobsAreStored() throws InterruptedException {
    Job done = finished(Orders.kept("a cat", 1).awaitedByClient());
    Job unfinished = jobs.submit(Orders.kept("slow", 9).awaitedByClient(), ANNA);
    assertThat(store.jobs()).isEmpty();
    restart();
    assertThat(jobs.find(unfinished.id())).isEmpty();
    assertThat(jobs.find(done.id())).isEmpty();
    String name = done.state().images().get(0).keptPlace().name();
    assertThat(jobs.image(name)).isPresent();
    assertThat(generator.made()).isEmpty();
  }

  @Test
  void inputImagesSurviveUntilTheEnd() throws InterruptedException {
    Job job = jobs.submit(Orders.edit("slow", 9), ANNA);
    restart();
    assertThat(again(job).order().request().task().inputs().get(0).pixels().rgb())
        .containsExactly(1, 2, 3, 4, 5, 6);
    again(job).cancel();
    restart();
    assertThat(again(job).order().request().task().inputs().get(0).isPresent()).isFalse();
  }

  @Test
  void aJobWhoseModelIsGoneFails() {
    JobOrder order = Orders.kept("a cat", 1);
    JobOrder other =
        new JobOrder(
            "other", order.request(), order.format(), order.quality(), 0, order.deadline(), true);
    store.accept(
        StoredJob.accepted(
            "id", OrderJson.write(ANNA), OrderJson.write(other).json(), 1, Instant.now()),
        Map.of());
    restart();
    Job job = jobs.find("id").orElseThrow();
    assertThat(message(job)).isEqualTo("the server no longer has the model other");
    restart();
    assertThat(jobs.find("id").orElseThrow().state().error()).isEqualTo(job.state().error());
  }

  @Test
  void aJobThatEndsTheServerAgainAndAgainFails() {
    store.accept(
        StoredJob.accepted(
            "id",
            OrderJson.write(ANNA),
            OrderJson.write(Orders.kept("a cat", 1)).json(),
            1,
            Instant.now()),
        Map.of());
    for (int i = 0; i < 5; i++) {
      store.started(List.of("id"), Instant.now());
    }
    jobs.close(); // would mark the jobs as not started
    for (int i = 0; i < 5; i++) {
      store.started(List.of("id"), Instant.now());
    }
    store.close();
    start();
    assertThat(message(jobs.find("id").orElseThrow()))
        .isEqualTo("the server ended 5 times during this job");
  }

  @Test
  void aPromptThatIsRefusedTodayIsNotGenerated() {
    Job job = jobs.submit(Orders.kept("slow axe", 9), ANNA);
    stop();
    start(
        new Filters(BlockList.of(List.of("axe")), prompt -> Optional.empty()),
        JobSettings.standard());
    assertThat(again(job).state().status()).isEqualTo(JobStatus.REFUSED);
  }

  @Test
  void anOrderThatCannotBeReadIsDropped() throws InterruptedException {
    store.accept(StoredJob.accepted("id", OrderJson.write(ANNA), "{}", 1, Instant.now()), Map.of());
    Job other = finished(Orders.kept("a cat", 1));
    restart();
    assertThat(jobs.find("id")).isEmpty();
    assertThat(again(other).hasEnded()).isTrue();
  }

  @Test
  void whatExpiresIsDeleted() throws InterruptedException {
    stop();
    start(Filters.NONE, keptFor(Duration.ofMillis(50)));
    Job job = finished(Orders.kept("a cat", 2));
    await(() -> store.jobs().isEmpty() && store.images().isEmpty());
    assertThat(jobs.find(job.id())).isEmpty();
  }

  @Test
  void aFullQueueIsRestoredWhole() throws InterruptedException {
    List<Job> accepted = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      accepted.add(jobs.submit(Orders.kept("slow", 1), ANNA));
    }
    stop();
    JobSettings standard = JobSettings.standard();
    start(
        Filters.NONE,
        new JobSettings(
            2,
            1,
            16,
            Duration.ZERO,
            standard.keptFor(),
            500,
            standard.keptBytes(),
            true,
            true,
            null));
    for (Job job : accepted) {
      assertThat(again(job).awaitEnd(SOON)).isTrue();
      assertThat(again(job).state().status()).isEqualTo(JobStatus.SUCCEEDED);
    }
  }

  @Test
  void aJobThatCannotBeStoredIsNotAccepted() throws InterruptedException {
    disk.fail("accept");
    assertThatThrownBy(() -> jobs.submit(Orders.kept("a cat", 1), ANNA))
        .isInstanceOf(StoreException.class);
    assertThat(jobs.kept(ANNA)).isEmpty();
    assertThat(finished(Orders.of("a cat", 1)).state().status()).isEqualTo(JobStatus.SUCCEEDED);
    disk.recover();
    assertThat(finished(Orders.kept("a cat", 1)).state().status()).isEqualTo(JobStatus.SUCCEEDED);
  }

  @Test
  void anEndThatCannotBeStoredIsStoredLater() throws InterruptedException {
    disk.fail("add", "end");
    Job job = finished(Orders.kept("a cat", 1));
    assertThat(message(job)).isEqualTo("the image could not be stored; see the log of the server");
    assertThat(store.jobs().get(0).end()).isNull();
    disk.recover();
    await(() -> store.jobs().get(0).end() != null);
    restart();
    assertThat(again(job).state().error()).isEqualTo(job.state().error());
  }
}
