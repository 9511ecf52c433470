package dev.sana4j.server.jobs;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.server.safety.PromptFilter;
import dev.sana4j.weights.CheckpointException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The only thread that generates images: it takes images from the queue until the queue is closed.
 */
final class Worker implements Runnable {
  private final FairQueue queue;
  private final Duration window;
  private final BatchSizeTuner batchSize;
  private final ImageMaker images;
  private final PromptFilter filter;
  private final JobRecords records;
  private final JobObserver observer;

  Worker(
      ImageGenerators models,
      FairQueue queue,
      JobSettings settings,
      ImageTimeEstimate estimate,
      PromptFilter filter,
      ImageSaver saver,
      JobRecords records,
      JobObserver observer) {
    this.queue = queue;
    this.window = settings.window();
    this.batchSize =
        new BatchSizeTuner(settings.mostTogether(), model -> models.generator(model).isLoaded());
    this.images = new ImageMaker(models, batchSize, estimate, saver, observer, settings.judge());
    this.filter = filter;
    this.records = records;
    this.observer = observer;
  }

  @Override
  public void run() {
    boolean more = true;
    while (more) {
      try {
        List<ImageTask> taken = queue.take(batchSize, window);
        make(taken);
        more = !taken.isEmpty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        more = false;
      } catch (RuntimeException e) { // this thread must survive
        observer.failure("taking jobs from the queue", e);
      }
    }
  }

  private void make(List<ImageTask> taken) {
    Instant now = Instant.now();
    records.starting(taken, now);
    List<ImageTask> wanted = taken.stream().filter(task -> isWanted(task, now)).toList();
    if (wanted.isEmpty()) {
      return;
    }
    try {
      images.make(wanted);
    } catch (SamplingCancelledException e) {
      // All jobs of the batch have ended.
    } catch (ModelLoadException e) {
      observer.failure("loading a model", e);
      wanted.forEach(task -> failed(task.job(), JobError.Kind.MODEL_UNAVAILABLE, e));
    } catch (RequestException e) {
      oneByOne(wanted, JobError.Kind.INVALID_REQUEST, e);
    } catch (CheckpointException e) {
      boolean named = !wanted.get(0).request().adapters().isEmpty();
      oneByOne(wanted, named ? JobError.Kind.INVALID_REQUEST : JobError.Kind.INTERNAL, e);
    } catch (Throwable e) { // waiting clients must be notified, and the thread must survive
      oneByOne(wanted, JobError.Kind.INTERNAL, e);
    }
  }

  private boolean isWanted(ImageTask task, Instant now) {
    Job job = task.job();
    return job.begin(now) && (!job.needsScreening() || passes(job));
  }

  private boolean passes(Job job) {
    long start = System.nanoTime();
    GenerationRequest request = job.order().request();
    try {
      Optional<String> reason = filter.refusal(request.prompts().get(0));
      reason.ifPresent(text -> job.fail(JobError.Kind.PROMPT_REFUSED, text));
      return reason.isEmpty();
    } catch (Throwable e) { // a prompt that could not be checked is refused
      failed(job, JobError.Kind.INTERNAL, e);
      return false;
    } finally {
      observer.stage(JobObserver.Stage.SCREEN, since(start));
    }
  }

  /** Retries each image of a failed batch, since one of them may have caused the failure. */
  private void oneByOne(List<ImageTask> tasks, JobError.Kind kind, Throwable error) {
    if (tasks.size() == 1) {
      failed(tasks.get(0).job(), kind, error);
      return;
    }
    observer.failure("generating a batch of " + tasks.size() + " images", error);
    tasks.forEach(task -> make(List.of(task)));
  }

  private void failed(Job job, JobError.Kind kind, Throwable error) {
    if (kind == JobError.Kind.INTERNAL) {
      observer.failure("job " + job.id(), error);
      job.fail(kind, "the image could not be generated; see the log of the server");
    } else {
      job.fail(kind, HiddenFolders.in(String.valueOf(error.getMessage()), job.order().request()));
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
