package dev.sana4j.server.jobs;

import dev.sana4j.server.safety.PromptFilter;
import dev.sana4j.server.safety.PromptRefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;

/** Takes jobs, has them made one after the other, and knows them by their names. */
public final class JobService implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration STEP = Duration.ofMinutes(2);
  private static final int TELLING_STEPS = 2;

  /** Of an image: decoding it comes after the last step. */
  private static final double LAST_PART = 0.05;

  private static final long MOST_IMAGE_BYTES = Runtime.getRuntime().maxMemory() / 4;

  private final ImageGenerator generator;
  private final JobSettings settings;
  private final PromptFilter words;
  private final JobObserver observer;
  private final FairQueue queue;
  private final ImageTimeEstimate estimate = new ImageTimeEstimate();
  private final KeptJobs jobs;
  private final KeptImages images;
  private final ImageSaver saver;
  private final Thread worker;
  private final Timer timekeeper = new Timer("timekeeper", true);
  private volatile boolean stopping;

  /**
   * Looks at prompts.
   *
   * @param words at once, before a job is taken
   * @param model when its turn has come, by the thread that makes images
   */
  public record Filters(PromptFilter words, PromptFilter model) {
    /** Everything passes. */
    public static final Filters NONE = new Filters(PromptFilter.NONE, PromptFilter.NONE);
  }

  private JobService(
      ImageGenerator generator, Filters filters, JobSettings settings, JobObserver observer) {
    this.generator = generator;
    this.settings = settings;
    this.words = filters.words();
    this.observer = observer;
    queue = new FairQueue(settings.capacity(), settings.perClient());
    jobs = new KeptJobs(settings.keptFor(), settings.keptJobs());
    images = new KeptImages(settings.keptFor(), settings.keptBytes());
    saver = new ImageSaver(generator, images, settings, observer);
    worker =
        new Thread(
            new Worker(generator, queue, settings, estimate, filters.model(), saver, observer),
            "image worker");
  }

  /**
   * Begins to take jobs.
   *
   * @param generator makes the images; closed with the service
   * @param filters look at the prompts
   * @param settings how jobs are queued, made and kept
   * @param observer hears of everything
   * @return to be closed
   */
  public static JobService start(
      ImageGenerator generator, Filters filters, JobSettings settings, JobObserver observer) {
    JobService service = new JobService(generator, filters, settings, observer);
    service.worker.start();
    service.timekeeper.schedule(
        new TimerTask() {
          @Override
          public void run() {
            service.tick();
          }
        },
        TICK.toMillis(),
        TICK.toMillis());
    return service;
  }

  /**
   * What it makes images with.
   *
   * @return the model's card
   */
  public ModelCard card() {
    return generator.card();
  }

  /**
   * Takes a job.
   *
   * @param order what is asked for
   * @param owner who asks
   * @return the job, whose images follow
   * @throws dev.sana4j.pipeline.request.RequestException if the model cannot make it
   * @throws PromptRefusedException if the word filter refuses the prompt
   * @throws QueueFullException if it has no place
   * @throws StoppingException if no more jobs are taken
   */
  public Job submit(JobOrder order, Client owner) {
    if (stopping) {
      throw new StoppingException();
    }
    generator.check(order.request());
    words
        .refusal(order.request().prompts().get(0))
        .ifPresent(
            reason -> {
              throw new PromptRefusedException(reason);
            });
    requireRoom(order);
    Job job = new Job(SecretName.create(), owner, order, Instant.now(), this::ended);
    jobs.add(job);
    try {
      queue.add(job, retryAfter());
    } catch (QueueFullException | StoppingException e) {
      jobs.remove(job);
      observer.turnedAway();
      throw e;
    }
    return job;
  }

  /** Images that jobs start from wait in memory. */
  private void requireRoom(JobOrder order) {
    long waiting = jobs.active().stream().mapToLong(job -> imageBytes(job.order())).sum();
    long own = imageBytes(order);
    if (own > 0 && waiting > 0 && waiting + own > MOST_IMAGE_BYTES) {
      observer.turnedAway();
      throw new QueueFullException("too many jobs with images wait", retryAfter());
    }
  }

  private static long imageBytes(JobOrder order) {
    return order.request().task().inputs().stream()
        .mapToLong(image -> 3L * image.size().width() * image.size().height())
        .sum();
  }

  /** When about a tenth of the queue is done. */
  private Duration retryAfter() {
    double seconds = estimate.secondsPerImage() * queue.images() / 10;
    return Duration.ofMillis((long) (1000 * Math.max(1, Math.min(seconds, 60))));
  }

  private void ended(Job job) {
    queue.remove(job);
    jobs.ended(job);
    observer.ended(job);
  }

  /**
   * Finds a job.
   *
   * @param id its name
   * @return the job, unless there is none or it is forgotten
   */
  public Optional<Job> find(String id) {
    return jobs.find(id);
  }

  /**
   * The jobs of a client that have not ended.
   *
   * @param owner the client
   * @return the oldest first
   */
  public List<Job> active(Client owner) {
    return jobs.active().stream().filter(job -> job.owner().equals(owner)).toList();
  }

  /**
   * Finds an image of a job that is kept.
   *
   * @param name its name
   * @return the file, unless there is none or it is gone
   */
  public Optional<EncodedImage> image(String name) {
    return images.find(name, Instant.now());
  }

  /**
   * How busy it is.
   *
   * @param queued jobs that wait
   * @param running jobs being made
   * @param capacity jobs that may wait
   * @param secondsPerImage a mean of the last images; 0 before the first
   * @param keptBytes bytes of the images that are kept
   */
  public record Load(
      int queued, int running, int capacity, double secondsPerImage, long keptBytes) {}

  /**
   * How busy it is.
   *
   * @return now
   */
  public Load load() {
    List<Job> active = jobs.active();
    int running =
        (int) active.stream().filter(job -> job.state().status() == JobStatus.RUNNING).count();
    return new Load(
        active.size() - running,
        running,
        settings.capacity(),
        estimate.secondsPerImage(),
        images.bytes());
  }

  /**
   * How many jobs come before one.
   *
   * @param job which
   * @return 0 once it is begun
   */
  public int ahead(Job job) {
    return queue.ahead(job);
  }

  /**
   * When a job will probably be done.
   *
   * @param job which
   * @return seconds from now; empty while there is nothing to judge by
   */
  public Optional<Double> secondsLeft(Job job) {
    Job.State state = job.state();
    if (state.status().isEnd()) {
      return Optional.of(0.0);
    }
    double made = job.count() * (double) state.step() / state.steps();
    boolean unsaved = state.images().size() < job.count();
    double left = Math.max(job.count() - made, unsaved ? LAST_PART : 0);
    Instant started = state.started();
    if (started != null && state.step() >= TELLING_STEPS) { // its own pace, others between included
      return Optional.of(left * Duration.between(started, Instant.now()).toNanos() / 1e9 / made);
    }
    double perImage = estimate.seconds(job.order().request());
    return perImage == 0
        ? Optional.empty()
        : Optional.of(left * perImage + queue.ahead(job) * estimate.secondsPerImage());
  }

  /**
   * Whether jobs are taken.
   *
   * @return false once it is about to stop
   */
  public boolean isAccepting() {
    return !stopping && worker.isAlive();
  }

  private void tick() {
    try {
      long now = System.nanoTime();
      for (Job job : jobs.active()) {
        if (job.isPastDeadline(now)) {
          job.fail(JobError.Kind.DEADLINE, "the deadline passed before the images were done");
        }
      }
      jobs.forget(Instant.now());
      images.forget(Instant.now());
    } catch (RuntimeException e) { // a thrown one would be the last tick
      observer.failure("looking after deadlines", e);
    }
  }

  /**
   * Takes no more jobs, and finishes those it has.
   *
   * @param grace how long they may take; what is left then fails
   */
  public void stop(Duration grace) {
    stopping = true;
    queue.close();
    join(worker, grace);
    for (Job job : jobs.active()) {
      if (worker.isAlive()) {
        job.fail(JobError.Kind.STOPPING, "the server stopped before the images were done");
      }
    }
    join(worker, STEP);
    saver.close();
    timekeeper.cancel();
    if (!worker.isAlive()) {
      generator.close();
    }
  }

  private static void join(Thread thread, Duration longest) {
    try {
      thread.join(Math.max(1, longest.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops without waiting for more than the current step. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}
