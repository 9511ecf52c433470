package dev.sana4j.server.jobs;

import static dev.sana4j.server.jobs.Orders.ANNA;
import static dev.sana4j.server.jobs.Orders.BERT;
import static dev.sana4j.server.jobs.Orders.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.pipeline.Infotext;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.safety.BlockList;
import dev.sana4j.server.safety.PromptRefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobServiceTest {
  private final FakeGenerator generator = new FakeGenerator();
  private JobService jobs = start(Filters.NONE, JobSettings.standard());

  private JobService start(Filters filters, JobSettings settings) {
    return JobService.start(generator, filters, settings, JobObserver.NONE);
  }

  private static JobService gated(FakeGenerator gated) {
    return JobService.start(gated, Filters.NONE, JobSettings.standard(), JobObserver.NONE);
  }

  private void restart(Filters filters, JobSettings settings) {
    jobs.close();
    jobs = start(filters, settings);
  }

  @AfterEach
  void stop() {
    jobs.close();
    assertThat(generator.isClosed()).isTrue();
  }

  private static JobSettings settings(int capacity, int keptJobs, long keptBytes) {
    return new JobSettings(
        capacity,
        capacity,
        16,
        Duration.ZERO,
        Duration.ofMinutes(1),
        keptJobs,
        keptBytes,
        true,
        true,
        null);
  }

  private static JobError.Kind reason(Job job) {
    return Objects.requireNonNull(job.state().error()).kind();
  }

  private Job finished(JobOrder order) throws InterruptedException {
    Job job = jobs.submit(order, ANNA);
    assertThat(job.awaitEnd(SOON)).isTrue();
    return job;
  }

  @Test
  void everyImageHasItsSeed() throws InterruptedException {
    Job.State state = finished(Orders.of("a cat", 3)).state();
    assertThat(state.status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(state.step()).isEqualTo(state.steps());
    assertThat(state.images()).extracting(JobImage::seed).containsExactly(7L, 8L, 9L);
    byte[] second = state.images().get(1).heldFile().bytes();
    assertThat(ImageFiles.read(ImageSource.of("second", second)).rgb()).containsOnly(8);
  }

  @Test
  void aWorkerThatThrowsFailsThatJobAlone() throws InterruptedException {
    Job failed = finished(Orders.of("throw", 1));
    assertThat(failed.state().status()).isEqualTo(JobStatus.FAILED);
    assertThat(reason(failed)).isEqualTo(JobError.Kind.INTERNAL);
    assertThat(finished(Orders.of("a cat", 1)).state().status()).isEqualTo(JobStatus.SUCCEEDED);
  }

  @Test
  void oneThatThrowsDoesNotSpoilThoseMadeWithIt() throws InterruptedException {
    for (int i = 0; i < 8; i++) {
      finished(Orders.of("a cat", 4)); // until images are batched
    }
    Job slow = jobs.submit(Orders.of("slow", 1), ANNA);
    List<Job> good = new ArrayList<>();
    Job bad = jobs.submit(Orders.of("throw", 1), ANNA);
    for (int i = 0; i < 4; i++) {
      good.add(jobs.submit(Orders.of("a cat", 1), BERT));
    }
    assertThat(slow.awaitEnd(SOON)).isTrue();
    for (Job job : good) {
      assertThat(job.awaitEnd(SOON)).isTrue();
      assertThat(job.state().status()).isEqualTo(JobStatus.SUCCEEDED);
    }
    assertThat(bad.awaitEnd(SOON)).isTrue();
    assertThat(bad.state().status()).isEqualTo(JobStatus.FAILED);
  }

  @Test
  void aCancelledJobStopsWithinAStep() throws InterruptedException {
    Job job = jobs.submit(Orders.of("slow", 9), ANNA);
    try (JobWatch watch = job.watch()) {
      assertThat(watch.next(SOON)).isInstanceOf(JobEvent.Progressed.class);
      job.cancel();
    }
    int taken = generator.steps();
    assertThat(job.state().status()).isEqualTo(JobStatus.CANCELLED);
    finished(Orders.of("a cat", 1));
    assertThat(generator.steps()).isLessThanOrEqualTo(taken + 1 + 4);
  }

  @Test
  void aDeadlineEndsAJobThatWaitsAndOneThatIsMade() throws InterruptedException {
    Duration short_ = Duration.ofMillis(150);
    Job made = jobs.submit(Orders.order("slow", 10, 0, short_, false), ANNA);
    Job waiting = jobs.submit(Orders.order("a cat", 1, 0, Duration.ofMillis(1), false), ANNA);
    for (Job job : List.of(made, waiting)) {
      assertThat(job.awaitEnd(SOON)).isTrue();
      assertThat(job.state().status()).isEqualTo(JobStatus.EXPIRED);
      assertThat(reason(job)).isEqualTo(JobError.Kind.DEADLINE);
    }
  }

  @Test
  void whatTheModelCannotMakeIsNotTaken() {
    assertThatThrownBy(() -> jobs.submit(Orders.of("never", 1), ANNA))
        .isInstanceOf(RequestException.class);
    assertThat(jobs.active(ANNA)).isEmpty();
  }

  @Test
  void aFullQueueTakesNothing() throws InterruptedException {
    restart(Filters.NONE, settings(2, 10, 1 << 20));
    Job first = jobs.submit(Orders.of("slow", 1), ANNA);
    while (first.state().status() == JobStatus.QUEUED) {
      Thread.sleep(1);
    }
    jobs.submit(Orders.of("a cat", 1), ANNA);
    jobs.submit(Orders.of("a cat", 1), ANNA);
    assertThatThrownBy(() -> jobs.submit(Orders.of("a cat", 1), ANNA))
        .isInstanceOf(QueueFullException.class);
    assertThat(jobs.active(ANNA)).hasSize(3);
  }

  @Test
  void aWordFilterRefusesAtOnce() {
    restart(
        new Filters(BlockList.of(List.of("axe")), prompt -> Optional.empty()),
        JobSettings.standard());
    assertThatThrownBy(() -> jobs.submit(Orders.of("an axe", 1), ANNA))
        .isInstanceOf(PromptRefusedException.class);
  }

  @Test
  void aModelFilterRefusesBeforeAnythingIsMade() throws InterruptedException {
    restart(
        new Filters(prompt -> Optional.empty(), BlockList.of(List.of("axe"))),
        JobSettings.standard());
    Job job = finished(Orders.of("an axe", 2));
    assertThat(job.state().status()).isEqualTo(JobStatus.REFUSED);
    assertThat(generator.made()).isEmpty();
  }

  @Test
  void aPromptThatCannotBeLookedAtIsNotMade() throws InterruptedException {
    restart(
        new Filters(
            prompt -> Optional.empty(),
            prompt -> {
              throw new IllegalStateException("no answer");
            }),
        JobSettings.standard());
    assertThat(finished(Orders.of("a cat", 1)).state().status()).isEqualTo(JobStatus.FAILED);
    assertThat(generator.made()).isEmpty();
  }

  @Test
  void keptImagesAreFoundAndTheOldestGo() throws InterruptedException {
    Job job = finished(Orders.kept("a cat", 1));
    int bytes = job.state().images().get(0).length();
    restart(Filters.NONE, settings(10, 10, 2L * bytes));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      names.add(finished(Orders.kept("a cat", 1)).state().images().get(0).keptPlace().name());
    }
    assertThat(jobs.image(names.get(0))).isEmpty();
    assertThat(jobs.image(names.get(2)).orElseThrow().length()).isEqualTo(bytes);
    assertThat(jobs.load().keptBytes()).isLessThanOrEqualTo(2L * bytes);
  }

  @Test
  void onlySoManyJobsAreRemembered() throws InterruptedException {
    restart(Filters.NONE, settings(10, 2, 1 << 20));
    Job first = finished(Orders.kept("a cat", 1));
    Job second = finished(Orders.kept("a cat", 1));
    assertThat(jobs.find(first.id())).contains(first);
    finished(Orders.kept("a cat", 1));
    assertThat(jobs.find(first.id())).isEmpty();
    assertThat(jobs.find(second.id())).contains(second);
    assertThat(jobs.find(finished(Orders.of("a cat", 1)).id())).isEmpty();
  }

  @Test
  void aKeptJobThatHasEndedHasNoPixelsOfItsInputImages() throws InterruptedException {
    JobOrder order = Orders.edit("a cat", 2);
    Job done = finished(order);
    Job cancelled = jobs.submit(Orders.edit("slow", 9), ANNA);
    cancelled.cancel();
    for (Job job : List.of(done, cancelled)) {
      assertThat(jobs.find(job.id())).contains(job);
      assertThat(job.order().request().task().inputs()).noneMatch(InputImage::isPresent);
    }
    assertThat(done.state().images()).hasSize(2);
    assertThat(done.order()).isEqualTo(order);
  }

  @Test
  void theHistoryOfAClientHasItsKeptJobs() throws InterruptedException {
    Job done = finished(Orders.kept("a cat", 1));
    finished(Orders.of("a dog", 1));
    Job waiting = jobs.submit(Orders.kept("slow", 9), ANNA);
    jobs.submit(Orders.kept("slow", 1), BERT);
    assertThat(jobs.kept(ANNA)).containsExactly(done, waiting);
  }

  @Test
  void stoppingFinishesWhatWasTaken() throws InterruptedException {
    List<Job> taken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      taken.add(jobs.submit(Orders.of("slow", 1), ANNA));
    }
    jobs.stop(SOON);
    for (Job job : taken) {
      assertThat(job.state().status()).isEqualTo(JobStatus.SUCCEEDED);
    }
    assertThatThrownBy(() -> jobs.submit(Orders.of("a cat", 1), ANNA))
        .isInstanceOf(StoppingException.class);
  }

  @Test
  void whatIsNotDoneInTheGraceSaysSo() {
    List<Job> taken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      taken.add(jobs.submit(Orders.of("slow", 10), ANNA));
    }
    jobs.stop(Duration.ofMillis(10));
    assertThat(taken)
        .allSatisfy(
            job -> {
              assertThat(job.state().status()).isEqualTo(JobStatus.FAILED);
              assertThat(reason(job)).isEqualTo(JobError.Kind.STOPPING);
            });
  }

  @Test
  void whoWatchesHearsPreviewsImagesAndTheEnd() throws InterruptedException {
    FakeGenerator gated = FakeGenerator.gated();
    try (JobService service = gated(gated)) {
      Job job = service.submit(Orders.order("a cat", 1, 1, SOON, false), ANNA);
      List<String> seen =
          new GatedJob(job, gated)
              .seen((same, event) -> Optional.of(event.getClass().getSimpleName()));
      assertThat(seen)
          .containsExactly(
              "Previewed",
              "Progressed",
              "Previewed",
              "Progressed",
              "Previewed",
              "Progressed",
              "Progressed",
              "ImageDone");
    }
  }

  @Test
  void theProgressCountsTheStepsOfBothStages() throws InterruptedException {
    Hires hires = new Hires(new ImageSize(64, 64), 2, 0.2, 3);
    FakeGenerator gated = FakeGenerator.gated();
    try (JobService service = gated(gated)) {
      Job job = service.submit(Orders.of("a cat", 1).with(hires), ANNA);
      assertThat(job.state().steps()).isEqualTo(4 + 3);
      List<Integer> done =
          new GatedJob(job, gated)
              .seen(
                  (seen, event) ->
                      event instanceof JobEvent.Progressed
                          ? Optional.of(seen.state().step())
                          : Optional.empty());
      assertThat(done).containsExactly(1, 2, 3, 4, 5, 6, 7);
      assertThat(job.state().steps()).isEqualTo(7);
    }
  }

  @Test
  void anInterruptedSecondStageIsNotInTheMetadata() throws InterruptedException {
    Hires hires = new Hires(new ImageSize(64, 64), 2, 0.2, 3);
    Job whole = finished(Orders.of("a cat", 1).with(hires));
    assertThat(infotext(whole)).contains("Hires resize: 64x64");
    FakeGenerator gated = FakeGenerator.gated();
    try (JobService service = gated(gated)) {
      Job job = service.submit(Orders.of("a cat", 1).with(hires), ANNA);
      try (JobWatch watch = job.watch()) {
        gated.allow(5); // the last one is of the second stage
        while (job.state().step() < 5) {
          Objects.requireNonNull(watch.next(SOON));
        }
      }
      job.interrupt();
      gated.allow(99);
      assertThat(job.awaitEnd(SOON)).isTrue();
      assertThat(job.state().images()).extracting(JobImage::hires).containsExactly(false);
      assertThat(infotext(job)).contains("Seed: 7").doesNotContain("Hires", "Denoising");
    }
  }

  private static String infotext(Job job) {
    byte[] file = job.state().images().get(0).heldFile().bytes();
    return Objects.requireNonNull(
        ImageFiles.readTexts(ImageSource.of("image", file)).get(Infotext.KEYWORD));
  }

  @Test
  void theTimeLeftIsJudgedByWhatWasMade() throws InterruptedException {
    Job waiting = Orders.job(BERT, "a cat", 1);
    assertThat(jobs.secondsLeft(waiting)).isEmpty();
    finished(Orders.of("slow", 1));
    assertThat(jobs.secondsLeft(waiting).orElseThrow()).isPositive();
  }

  @Test
  void theTimeLeftOfTheFirstImageIsJudgedByItsSteps() {
    Job first = Orders.job(ANNA, "a cat", 1);
    first.begin(Instant.EPOCH);
    first.progressed(0, 3);
    assertThat(jobs.secondsLeft(first, Instant.EPOCH.plusSeconds(6))).contains(2.0);
  }

  @Test
  void theTimeLeftAfterARestartIsJudgedByTheStepsSinceThen() {
    Job job = Orders.job(ANNA, "a cat", 3);
    JobImage made =
        new JobImage(0, 7, null, new ImageSize(8, 8), false, ImageFormat.PNG, 9, null, null);
    job.continueFrom(new JobPast(null, null, JobStatus.QUEUED, null, List.of(made), List.of()));
    job.begin(Instant.EPOCH);
    job.progressed(1, 2); // half of the second image; the first one was made before
    assertThat(jobs.secondsLeft(job, Instant.EPOCH.plusSeconds(6))).contains(18.0);
  }
}
