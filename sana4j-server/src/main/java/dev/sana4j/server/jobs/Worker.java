package dev.sana4j.server.jobs;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.image.CoverResize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.server.safety.PromptFilter;
import dev.sana4j.weights.CheckpointException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The only thread that generates images: it takes images from the queue until the queue is closed.
 */
final class Worker implements Runnable {
  private static final int PREVIEW_SIDE = 256;

  private final ImageGenerators models;
  private final FairQueue queue;
  private final Duration window;
  private final BatchSizeTuner batchSize;
  private final ImageTimeEstimate estimate;
  private final PromptFilter filter;
  private final ImageSaver saver;
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
    this.models = models;
    this.queue = queue;
    this.window = settings.window();
    this.batchSize =
        new BatchSizeTuner(settings.mostTogether(), model -> models.generator(model).isLoaded());
    this.estimate = estimate;
    this.filter = filter;
    this.saver = saver;
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
      makeTogether(wanted);
    } catch (SamplingCancelledException e) {
      // All jobs of the batch have ended.
    } catch (ModelLoadException e) {
      observer.failure("loading a model", e);
      wanted.forEach(task -> failed(task.job(), JobError.Kind.MODEL_UNAVAILABLE, e));
    } catch (RequestException e) {
      alone(wanted, JobError.Kind.INVALID_REQUEST, e);
    } catch (CheckpointException e) {
      boolean named = !wanted.get(0).request().adapters().isEmpty();
      alone(wanted, named ? JobError.Kind.INVALID_REQUEST : JobError.Kind.INTERNAL, e);
    } catch (Throwable e) { // waiting clients must be notified, and the thread must survive
      alone(wanted, JobError.Kind.INTERNAL, e);
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

  private void makeTogether(List<ImageTask> tasks) {
    List<GenerationRequest> requests = tasks.stream().map(ImageTask::request).toList();
    JobOrder order = tasks.get(0).job().order();
    ImageGenerator generator = models.generator(order.model());
    load(generator);
    long start = System.nanoTime();
    List<RgbImage> images = new ArrayList<>(generator.generate(requests, new Listener(tasks, 0)));
    batchSize.measured(order, tasks.size(), seconds(start));
    for (int i = 0; i < tasks.size(); i++) {
      images.set(i, finished(tasks.get(i), images.get(i), generator));
    }
    estimate.made(order, tasks.size(), seconds(start));
    observer.made(order.model(), tasks.size());
    for (int i = 0; i < tasks.size(); i++) {
      saver.save(tasks.get(i), images.get(i));
    }
  }

  /** Applies the second stage of an order; such images are not batched. */
  private RgbImage finished(ImageTask task, RgbImage image, ImageGenerator generator) {
    Hires hires = task.job().order().hires();
    if (hires == null || task.job().isInterrupted()) {
      return image;
    }
    Listener listener = new Listener(List.of(task), generator.steps(task.request()));
    listener.last.put(task, image);
    RgbImage large =
        generator.generate(List.of(hires.request(task.request(), image)), listener).get(0);
    return CoverResize.apply(large, hires.size());
  }

  /** Loads the weights before the time of the images is measured. */
  private void load(ImageGenerator generator) {
    if (!generator.isLoaded()) {
      long start = System.nanoTime();
      generator.load();
      observer.stage(JobObserver.Stage.LOAD, since(start));
    }
  }

  /** Retries each image of a failed batch, since one of them may have caused the failure. */
  private void alone(List<ImageTask> tasks, JobError.Kind kind, Throwable error) {
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
      job.fail(kind, withoutFolders(String.valueOf(error.getMessage()), job.order()));
    }
  }

  /** Replaces the files of adapters by their names, since clients must not see folders. */
  private static String withoutFolders(String message, JobOrder order) {
    String text = message;
    for (LoraChoice lora : order.request().adapters()) {
      text = text.replace(lora.file(), lora.file().replaceFirst("^.*[/\\\\]", ""));
    }
    return text;
  }

  private static double seconds(long start) {
    return since(start).toNanos() / 1e9;
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Reports progress to the jobs; cancels the batch when all of its jobs have ended. */
  private final class Listener implements GenerationListener {
    private final List<ImageTask> tasks;
    private final Map<ImageTask, RgbImage> last = new HashMap<>();
    private long lastTime = System.nanoTime();
    private int steps;

    /** Reports the steps of a stage, after those of earlier stages. */
    Listener(List<ImageTask> tasks, int stepsBefore) {
      this.tasks = tasks;
      steps = stepsBefore;
    }

    @Override
    public boolean onProgress(Progress progress) {
      observer.stage(JobObserver.Stage.valueOf(progress.stage().name()), since(lastTime));
      lastTime = System.nanoTime();
      if (progress.stage() == Stage.DENOISE) {
        steps++;
        tasks.forEach(task -> task.job().progressed(task.index(), steps));
      }
      tasks.forEach(this::deliverIfInterrupted);
      return !tasks.stream().allMatch(task -> task.job().hasEnded());
    }

    private void deliverIfInterrupted(ImageTask task) {
      RgbImage unfinished = task.job().isInterrupted() ? last.remove(task) : null;
      if (unfinished != null) {
        saver.save(task, CoverResize.apply(unfinished, task.request().size()));
      }
    }

    @Override
    public void onNote(int request, String note) {
      tasks.get(request).job().note(note);
    }

    @Override
    public Previews previews() {
      int wanted = tasks.stream().mapToInt(task -> task.job().order().previews()).max().orElse(0);
      int all = tasks.get(0).request().steps();
      return wanted == 0
          ? Previews.NONE
          : new Previews((all + wanted) / (wanted + 1), PREVIEW_SIDE);
    }

    @Override
    public void onPreview(Preview preview) {
      ImageTask task = tasks.get(preview.image());
      if (task.job().order().previews() > 0) {
        last.put(task, preview.pixels());
        task.job()
            .previewed(
                new Preview(task.index(), preview.step(), preview.steps(), preview.pixels()));
      }
    }
  }
}
