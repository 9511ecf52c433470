package dev.sana4j.server.jobs;

import dev.sana4j.files.SanaException;
import dev.sana4j.server.safety.PromptRefusedException;
import dev.sana4j.server.store.StoredImage;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Continues with the jobs of earlier runs of the server, before the worker is started.
 *
 * @param models of the server
 * @param queue receives the unfinished jobs
 * @param jobs receives all jobs
 * @param images receives all images
 * @param records of the jobs
 * @param observer is warned of jobs that cannot be read
 */
record JobRestoration(
    ImageGenerators models,
    FairQueue queue,
    KeptJobs jobs,
    KeptImages images,
    JobRecords records,
    JobObserver observer) {

  /** A job that ends the process again and again must not do so for ever. */
  private static final int MOST_ATTEMPTS = 5;

  void run(StoredPast past, Consumer<JobOrder> check, Consumer<Job> atEnd) {
    images.restore(past.images(), Instant.now());
    forget(past.unreadable());
    List<StoredPast.Known> known =
        past.jobs(
            atEnd,
            (id, reason) -> {
              observer.warning("job " + id + " is dropped: " + reason.getMessage());
              records.forget(id);
            });
    known.forEach(each -> jobs.add(each.job()));
    known.stream()
        .map(StoredPast.Known::job)
        .filter(Job::hasEnded)
        .sorted(Comparator.comparing(job -> Objects.requireNonNull(job.state().ended())))
        .forEach(job -> records.forget(jobs.ended(job)));
    known.stream()
        .filter(each -> !each.job().hasEnded())
        .forEach(each -> resume(each.job(), each.attempts(), check));
  }

  private void forget(List<StoredImage> unreadable) {
    if (!unreadable.isEmpty()) {
      observer.warning(unreadable.size() + " stored images cannot be read; they are removed");
      records.discardImages(unreadable.stream().map(StoredImage::name).toList());
    }
  }

  /** Queues an unfinished job again, if it would be accepted today. */
  private void resume(Job job, int attempts, Consumer<JobOrder> check) {
    String model = job.order().model();
    if (models.find(model).isEmpty()) {
      job.fail(JobError.Kind.INVALID_REQUEST, "the server no longer has the model " + model);
    } else if (attempts >= MOST_ATTEMPTS) {
      job.fail(
          JobError.Kind.INTERNAL, "the server ended %d times during this job".formatted(attempts));
    } else {
      try {
        check.accept(job.order());
        job.expect(job.order().steps(models.generator(model)));
        queue.addAgain(job);
      } catch (PromptRefusedException e) {
        job.fail(JobError.Kind.PROMPT_REFUSED, String.valueOf(e.getMessage()));
      } catch (SanaException e) {
        job.fail(JobError.Kind.INVALID_REQUEST, String.valueOf(e.getMessage()));
      }
    }
  }
}
