package dev.sana4j.server.jobs;

import dev.sana4j.image.DigitalSource;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.measure.SeedRanking;
import dev.sana4j.pipeline.Infotext;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Encodes finished images as files in memory, on its own thread. */
final class ImageSaver implements AutoCloseable {
  /**
   * Maximum number of images that wait to be encoded; if more arrive, the worker encodes them
   * itself.
   */
  private static final int WAITING = 32;

  private final ImageGenerators models;
  private final KeptImages images;
  private final JobSettings settings;
  private final JobObserver observer;
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          work -> new Thread(work, "image saver"),
          new ThreadPoolExecutor.CallerRunsPolicy());

  ImageSaver(
      ImageGenerators models, KeptImages images, JobSettings settings, JobObserver observer) {
    this.models = models;
    this.images = images;
    this.settings = settings;
    this.observer = observer;
  }

  void save(ImageTask task, MadeImage made) {
    executor.execute(() -> encode(task, made));
  }

  private void encode(ImageTask task, MadeImage made) {
    Job job = task.job();
    if (job.hasEnded()) {
      return;
    }
    long start = System.nanoTime();
    try {
      byte[] bytes = encoding(job.order(), made).bytes(made.pixels());
      EncodedImage file = new EncodedImage(job.order().format(), bytes);
      JobImage image = image(task.index(), made, file);
      Instant now = Instant.now();
      job.imageDone(job.order().kept() ? images.keep(job, image, now) : image, now);
      observer.stage(JobObserver.Stage.SAVE, Duration.ofNanos(System.nanoTime() - start));
    } catch (StoreException e) {
      observer.warning(String.valueOf(e.getMessage()));
      job.fail(JobError.Kind.INTERNAL, "the image could not be stored; see the log of the server");
    } catch (Throwable e) { // the waiting client must be notified
      observer.failure("saving an image of job " + job.id(), e);
      job.fail(JobError.Kind.INTERNAL, "the image could not be saved; see the log of the server");
    }
  }

  private static JobImage image(int index, MadeImage made, EncodedImage file) {
    SeedRanking ranking = made.ranking();
    return new JobImage(
        index,
        made.request().seed(),
        ranking == null ? null : ranking.best().score(),
        made.pixels().size(),
        made.hires() != null,
        file.format(),
        file.length(),
        null,
        file);
  }

  private ImageEncoding encoding(JobOrder order, MadeImage made) {
    DigitalSource source =
        made.request().task() instanceof Task.Inpaint
            ? DigitalSource.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA
            : DigitalSource.TRAINED_ALGORITHMIC_MEDIA;
    return new ImageEncoding(
        order.format(),
        order.quality(),
        settings.traceable() ? texts(order, made) : Map.of(),
        settings.disclosed() ? source : null);
  }

  private Map<String, String> texts(JobOrder order, MadeImage made) {
    Map<String, String> texts = new HashMap<>(stages(order, made));
    SeedRanking ranking = made.ranking();
    if (ranking != null) {
      texts.put(SeedRanking.KEY, ranking.json());
    }
    return texts;
  }

  /** Returns the metadata of the stages that were applied; a request describes only one. */
  private Map<String, String> stages(JobOrder order, MadeImage made) {
    Map<String, String> first =
        models.generator(order.model()).texts(HiddenFolders.in(made.request()));
    String text = first.get(Infotext.KEYWORD);
    Hires hires = made.hires();
    if (hires == null || text == null) {
      return first;
    }
    return Map.of(Infotext.KEYWORD, hires.added(Infotext.parse(text)).text());
  }

  /** Completes the submitted images. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(1, TimeUnit.MINUTES)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
