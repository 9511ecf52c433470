package dev.sana4j.server.jobs;

import dev.sana4j.image.CoverResize;
import dev.sana4j.pipeline.request.GenerationListener;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reports progress to the jobs of a batch; cancels it when all of its jobs have ended. */
final class ProgressListener implements GenerationListener {
  private static final int PREVIEW_SIDE = 256;

  private final List<ImageTask> tasks;
  private final boolean isPreviewed;
  private final ImageSaver saver;
  private final JobObserver observer;
  private final Map<ImageTask, MadeImage> last = new HashMap<>();
  private long lastTime = System.nanoTime();
  private int steps;

  /**
   * Listens to the generation of a batch.
   *
   * @param tasks one for each image; candidates for one image have the same task
   * @param stepsBefore steps of the same images that were taken before
   * @param previewed whether there are previews; an image has those of its first candidate
   * @param saver receives unfinished images of interrupted jobs
   * @param observer is notified of the stages
   */
  ProgressListener(
      List<ImageTask> tasks,
      int stepsBefore,
      boolean previewed,
      ImageSaver saver,
      JobObserver observer) {
    this.tasks = tasks;
    isPreviewed = previewed;
    this.saver = saver;
    this.observer = observer;
    steps = stepsBefore;
  }

  /** Sets the image that an interrupt delivers until there is a preview of a later stage. */
  void offer(ImageTask task, MadeImage made) {
    last.put(task, made);
  }

  @Override
  public boolean onProgress(Progress progress) {
    long now = System.nanoTime();
    observer.stage(
        JobObserver.Stage.valueOf(progress.stage().name()), Duration.ofNanos(now - lastTime));
    lastTime = now;
    if (progress.stage() == Stage.DENOISE) {
      steps += Collections.frequency(tasks, tasks.get(0)); // a step of each candidate
      tasks.forEach(task -> task.job().progressed(task.index(), steps));
    }
    tasks.forEach(this::deliverIfInterrupted);
    return !tasks.stream().allMatch(task -> task.job().hasEnded());
  }

  private void deliverIfInterrupted(ImageTask task) {
    MadeImage unfinished = task.job().isInterrupted() ? last.remove(task) : null;
    if (unfinished != null) {
      saver.save(
          task, unfinished.with(CoverResize.apply(unfinished.pixels(), task.request().size())));
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
    return wanted == 0 || !isPreviewed
        ? Previews.NONE
        : new Previews((all + wanted) / (wanted + 1), PREVIEW_SIDE);
  }

  @Override
  public void onPreview(Preview preview) {
    ImageTask task = tasks.get(preview.image());
    boolean isFirst = tasks.indexOf(task) == preview.image();
    if (isFirst && task.job().order().previews() > 0) {
      MadeImage made = new MadeImage(task.request(), preview.pixels(), null);
      last.merge(task, made, (before, now) -> before.with(now.pixels()));
      task.job()
          .previewed(new Preview(task.index(), preview.step(), preview.steps(), preview.pixels()));
    }
  }
}
