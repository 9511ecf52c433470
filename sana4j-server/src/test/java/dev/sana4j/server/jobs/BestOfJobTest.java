package dev.sana4j.server.jobs;

import static dev.sana4j.server.jobs.Orders.ANNA;
import static dev.sana4j.server.jobs.Orders.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.pipeline.Infotext;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.safety.PromptFilter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs whose images are the best of several candidates; the seeds begin with 7. */
class BestOfJobTest {
  private final FakeGenerator generator = new FakeGenerator();
  private final NearestJudge judge = new NearestJudge(12);
  private final JobService jobs =
      JobService.start(
          generator, Filters.NONE, JobSettings.standard().judgedBy(judge), JobObserver.NONE);

  @AfterEach
  void stop() {
    jobs.close();
  }

  private Job finished(JobOrder order) throws InterruptedException {
    Job job = jobs.submit(order, ANNA);
    assertThat(job.awaitEnd(SOON)).isTrue();
    return job;
  }

  private static Map<String, String> texts(JobImage image) {
    return ImageFiles.readTexts(ImageSource.of("image", image.heldFile().bytes()));
  }

  @Test
  void theBestOfSeveralSeedsIsKeptWithItsScore() throws InterruptedException {
    Job.State state = finished(Orders.of("a cat", 2).withBestOf(4)).state();
    assertThat(state.status()).isEqualTo(JobStatus.SUCCEEDED);
    // The candidates of the images have the seeds 7 to 10 and 11 to 14.
    assertThat(state.images()).extracting(JobImage::seed).containsExactly(10L, 12L);
    assertThat(state.images()).extracting(JobImage::score).containsExactly(-2.0, 0.0);
    byte[] first = state.images().get(0).heldFile().bytes();
    assertThat(ImageFiles.read(ImageSource.of("first", first)).rgb()).containsOnly(10);
    assertThat(judge.counts()).containsExactly(4, 4);
  }

  @Test
  void theMetadataDescribeTheKeptImageAndTheChoice() throws InterruptedException {
    JobImage image = finished(Orders.of("a cat", 1).withBestOf(3)).state().images().get(0);
    assertThat(texts(image).get("sana4j-best-of"))
        .isEqualTo(
            "{\"judge\":\"nearest\",\"score\":-3.0,\"seed\":9,\"of\":3,\"dropped\":["
                + "{\"seed\":8,\"score\":-4.0},{\"seed\":7,\"score\":-5.0}]}");
    String settings = Objects.requireNonNull(texts(image).get(Infotext.KEYWORD));
    assertThat(Infotext.parse(settings).settings()).containsEntry("Seed", "9");
    assertThat(texts(finished(Orders.of("a cat", 1)).state().images().get(0)))
        .doesNotContainKey("sana4j-best-of");
  }

  /** Submits an order to a service without batches, and returns what is seen after each event. */
  private <T> List<T> seen(JobOrder order, BiFunction<Job, JobEvent, Optional<T>> look)
      throws InterruptedException {
    JobSettings standard = JobSettings.standard();
    JobSettings single =
        new JobSettings(
            standard.capacity(),
            standard.perClient(),
            1,
            standard.window(),
            standard.keptFor(),
            standard.keptJobs(),
            standard.keptBytes(),
            true,
            true,
            judge);
    FakeGenerator gated = FakeGenerator.gated();
    try (JobService service = JobService.start(gated, Filters.NONE, single, JobObserver.NONE)) {
      Job job = service.submit(order, ANNA);
      return new GatedJob(job, gated).seen(look);
    }
  }

  @Test
  void theProgressCountsTheStepsOfAllCandidates() throws InterruptedException {
    List<Integer> done =
        seen(
            Orders.of("a cat", 2).withBestOf(3),
            (job, event) ->
                event instanceof JobEvent.Progressed
                    ? Optional.of(job.state().step())
                    : Optional.empty());
    assertThat(done).isEqualTo(IntStream.rangeClosed(1, 2 * 3 * 4).boxed().toList());
  }

  @Test
  void candidatesAreBatchedOnceThatIsFaster() throws InterruptedException {
    for (int i = 0; i < 6; i++) {
      Job.State state = finished(Orders.of("a cat", 1).withBestOf(8)).state();
      assertThat(state.images().get(0).seed()).isEqualTo(12);
      assertThat(state.step()).isEqualTo(state.steps()).isEqualTo(8 * 4);
    }
    assertThat(generator.made()).anyMatch(batch -> batch.size() > 1);
  }

  @Test
  void theSecondStageIsAppliedToTheBest() throws InterruptedException {
    Hires hires = new Hires(new ImageSize(64, 64), 2, 0.2, 3);
    Job job = finished(Orders.of("a cat", 1).withBestOf(2).with(hires));
    JobImage image = job.state().images().get(0);
    assertThat(image.size()).isEqualTo(new ImageSize(64, 64));
    assertThat(image.seed()).isEqualTo(8);
    assertThat(job.state().steps()).isEqualTo(2 * 4 + 3);
    assertThat(generator.made()).hasSize(3);
  }

  @Test
  void candidatesTakeTimeInTheEstimate() {
    ImageTimeEstimate estimate = new ImageTimeEstimate();
    estimate.made(Orders.of("a cat", 1), 1, 2);
    assertThat(estimate.seconds(Orders.of("a cat", 1).withBestOf(8)))
        .isCloseTo(16, Offset.offset(1e-9));
  }

  @Test
  void onlyTheFirstCandidateHasPreviews() throws InterruptedException {
    List<Byte> colours =
        seen(
            Orders.order("a cat", 1, 3, Duration.ofMinutes(1), false).withBestOf(3),
            (job, event) ->
                event instanceof JobEvent.Previewed previewed
                    ? Optional.of(previewed.preview().pixels().rgb()[0])
                    : Optional.empty());
    assertThat(colours).containsExactly((byte) 7, (byte) 7, (byte) 7);
  }

  @Test
  void anInterruptOfLaterCandidatesDeliversTheFirst() throws InterruptedException {
    Job job = jobs.submit(Orders.of("slow", 1).withBestOf(16), ANNA);
    try (JobWatch watch = job.watch()) {
      while (job.state().step() < 6) {
        Objects.requireNonNull(watch.next(SOON));
      }
      job.interrupt();
    }
    assertThat(job.awaitEnd(SOON)).isTrue();
    assertThat(job.state().status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(job.state().images()).extracting(JobImage::seed).containsExactly(7L);
    assertThat(generator.made().size()).isLessThan(16);
  }

  @Test
  void aPromptThatTheJudgeRefusesIsNotGenerated() throws InterruptedException {
    JobError error = finished(Orders.of("a riddle", 1).withBestOf(2)).state().error();
    assertThat(error)
        .isEqualTo(
            new JobError(JobError.Kind.INVALID_REQUEST, "this judge understands no riddles"));
    assertThat(generator.made()).isEmpty();
  }

  @Test
  void theReasonOfAJudgeThatFailsIsOnlyInTheLog() throws InterruptedException {
    JobError error = finished(Orders.of("blind", 1).withBestOf(2)).state().error();
    assertThat(Objects.requireNonNull(error).kind()).isEqualTo(JobError.Kind.INTERNAL);
    assertThat(error.message()).doesNotContain("/opt");
    assertThat(finished(Orders.of("a cat", 1)).state().status()).isEqualTo(JobStatus.SUCCEEDED);
  }

  @Test
  void withoutAJudgeCandidatesAreRefused() {
    try (JobService plain =
        JobService.start(
            new FakeGenerator(), Filters.NONE, JobSettings.standard(), JobObserver.NONE)) {
      assertThatThrownBy(() -> plain.submit(Orders.of("a cat", 1).withBestOf(2), ANNA))
          .isInstanceOf(RequestException.class)
          .hasMessageContaining("no judge");
    }
  }

  @Test
  void candidatesThatDoNotFitIntoMemoryAreRefused() {
    JobOrder order = Orders.of("a cat", 1);
    long most = 3 * 3L * FakeGenerator.SIDE * FakeGenerator.SIDE;
    OrderCheck check = new OrderCheck(ImageGenerators.of(generator), PromptFilter.NONE, true, most);
    check.require(order.withBestOf(3));
    assertThatThrownBy(() -> check.require(order.withBestOf(4)))
        .isInstanceOf(RequestException.class)
        .hasMessageStartingWith("4 candidates of 32x32 do not fit into memory");
  }
}
