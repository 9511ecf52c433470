package dev.sana4j.server.jobs;

import dev.sana4j.files.SanaException;
import dev.sana4j.image.CoverResize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.measure.Judge;
import dev.sana4j.measure.SeedRanking;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the images of a batch: generates them, or several candidates of which a judge chooses the
 * best, applies the second stage, and measures the time. Used by one thread.
 */
final class ImageMaker {
  private final ImageGenerators models;
  private final BatchSizeTuner batchSize;
  private final ImageTimeEstimate estimate;
  private final ImageSaver saver;
  private final JobObserver observer;
  private final @Nullable Judge judge;

  ImageMaker(
      ImageGenerators models,
      BatchSizeTuner batchSize,
      ImageTimeEstimate estimate,
      ImageSaver saver,
      JobObserver observer,
      @Nullable Judge judge) {
    this.models = models;
    this.batchSize = batchSize;
    this.estimate = estimate;
    this.saver = saver;
    this.observer = observer;
    this.judge = judge;
  }

  /** Makes and saves images that can be in one batch. */
  void make(List<ImageTask> tasks) {
    JobOrder order = tasks.get(0).job().order();
    ImageGenerator generator = models.generator(order.model());
    load(generator);
    long start = System.nanoTime();
    List<MadeImage> generated =
        order.bestOf() == 1 ? together(tasks, generator) : List.of(best(tasks.get(0), generator));
    List<MadeImage> made = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      made.add(finished(tasks.get(i), generated.get(i), generator));
    }
    estimate.made(order, tasks.size(), seconds(start));
    for (int i = 0; i < tasks.size(); i++) {
      saver.save(tasks.get(i), made.get(i));
    }
  }

  /** Loads the weights before the time of the images is measured. */
  private void load(ImageGenerator generator) {
    if (!generator.isLoaded()) {
      long start = System.nanoTime();
      generator.load();
      observer.stage(JobObserver.Stage.LOAD, since(start));
    }
  }

  private List<MadeImage> together(List<ImageTask> tasks, ImageGenerator generator) {
    List<GenerationRequest> requests = tasks.stream().map(ImageTask::request).toList();
    JobOrder order = tasks.get(0).job().order();
    List<RgbImage> images = generated(order, requests, listener(tasks, 0, true), generator);
    List<MadeImage> made = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      made.add(new MadeImage(requests.get(i), images.get(i), null));
    }
    return made;
  }

  private List<RgbImage> generated(
      JobOrder order,
      List<GenerationRequest> requests,
      ProgressListener listener,
      ImageGenerator generator) {
    long start = System.nanoTime();
    List<RgbImage> images = generator.generate(requests, listener);
    batchSize.measured(order, requests.size(), seconds(start));
    observer.made(order.model(), requests.size());
    return images;
  }

  private ProgressListener listener(List<ImageTask> tasks, int stepsBefore, boolean previewed) {
    return new ProgressListener(tasks, stepsBefore, previewed, saver, observer);
  }

  /** Generates candidates, no more after an interrupt, and returns the best. */
  private MadeImage best(ImageTask task, ImageGenerator generator) {
    JobOrder order = task.job().order();
    Judge chooser = chooser(order);
    List<GenerationRequest> wanted = task.candidates();
    List<RgbImage> images = new ArrayList<>();
    int steps = generator.steps(task.request());
    int most = batchSize.together(order);
    while (images.size() < wanted.size() && (images.isEmpty() || !task.job().isInterrupted())) {
      int first = images.size();
      int count = Math.min(most, wanted.size() - first);
      ProgressListener listener =
          listener(Collections.nCopies(count, task), first * steps, first == 0);
      if (first > 0) {
        listener.offer(task, new MadeImage(wanted.get(0), images.get(0), null));
      }
      images.addAll(generated(order, wanted.subList(first, first + count), listener, generator));
    }
    long start = System.nanoTime();
    SeedRanking ranking =
        SeedRanking.of(
            chooser,
            order.request().prompts().get(0),
            images,
            wanted.stream().map(GenerationRequest::seed).limit(images.size()).toList());
    observer.stage(JobObserver.Stage.JUDGE, since(start));
    int best = ranking.best().index();
    return new MadeImage(wanted.get(best), images.get(best), ranking);
  }

  /** Returns the judge, if it can judge the prompt. */
  private Judge chooser(JobOrder order) {
    Judge chooser = Objects.requireNonNull(judge, "checked before a job is accepted");
    try {
      chooser.check(order.request().prompts().get(0));
    } catch (SanaException e) {
      throw new RequestException(String.valueOf(e.getMessage()));
    }
    return chooser;
  }

  /** Applies the second stage of an order; such images are not batched. */
  private MadeImage finished(ImageTask task, MadeImage made, ImageGenerator generator) {
    JobOrder order = task.job().order();
    Hires hires = order.hires();
    if (hires == null || task.job().isInterrupted()) {
      return made;
    }
    int before = order.bestOf() * generator.steps(made.request());
    ProgressListener listener = listener(List.of(task), before, true);
    listener.offer(task, made);
    RgbImage large =
        generator.generate(List.of(hires.request(made.request(), made.pixels())), listener).get(0);
    return made.with(CoverResize.apply(large, hires.size()), hires);
  }

  private static double seconds(long start) {
    return since(start).toNanos() / 1e9;
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
