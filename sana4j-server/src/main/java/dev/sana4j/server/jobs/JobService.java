package dev.sana4j.server.jobs;

import dev.sana4j.server.safety.PromptFilter;
import dev.sana4j.server.safety.PromptRefusedException;
import dev.sana4j.server.store.JobStore;
import dev.sana4j.server.store.MemoryJobStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;

/** Accepts jobs, runs them, and finds them by their ids. */
public final class JobService implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration STEP = Duration.ofMinutes(2);
  private static final int LEAST_STEPS = 2;

  /** The part of an image that remains after the last step: decoding. */
  private static final double LAST_PART = 0.05;

  private final ImageGenerators models;
  private final JobSettings settings;
  private final OrderCheck check;
  private final JobObserver observer;
  private final FairQueue queue;
  private final ImageTimeEstimate estimate = new ImageTimeEstimate();
  private final KeptJobs jobs;
  private final KeptImages images;
  private final JobRecords records;
  private final ImageSaver saver;
  private final Thread worker;
  private final Timer timekeeper = new Timer("timekeeper", true);
  private volatile boolean stopping;

  /**
   * Filters for prompts.
   *
   * @param words checked before a job is accepted
   * @param model checked when the job runs, on the thread that generates images
   */
  public record Filters(PromptFilter words, PromptFilter model) {
    /** Accepts every prompt. */
    public static final Filters NONE = new Filters(PromptFilter.NONE, PromptFilter.NONE);
  }

  private JobService(
      ImageGenerators models,
      Filters filters,
      JobSettings settings,
      JobStore store,
      JobObserver observer) {
    this.models = models;
    this.settings = settings;
    check =
        new OrderCheck(
            models, filters.words(), settings.judge() != null, OrderCheck.MOST_IMAGE_BYTES);
    this.observer = observer;
    queue = new FairQueue(settings.capacity(), settings.perClient());
    records = new JobRecords(store, observer);
    jobs = new KeptJobs(settings.keptFor(), settings.keptJobs());
    images = new KeptImages(settings.keptFor(), settings.keptBytes(), records);
    saver = new ImageSaver(models, images, settings, observer);
    worker =
        new Thread(
            new Worker(
                models, queue, settings, estimate, filters.model(), saver, records, observer),
            "image worker");
  }

  /**
   * Starts a service with one model.
   *
   * @param generator generates the images; closed with the service
   * @param filters check the prompts
   * @param settings how jobs are queued, batched and kept
   * @param observer is notified of all events
   * @return the service, to be closed by the caller
   */
  public static JobService start(
      ImageGenerator generator, Filters filters, JobSettings settings, JobObserver observer) {
    return start(ImageGenerators.of(generator), filters, settings, new MemoryJobStore(), observer);
  }

  /**
   * Starts a service, with the jobs that the store has.
   *
   * @param models generate the images; closed with the service
   * @param filters check the prompts
   * @param settings how jobs are queued, batched and kept
   * @param store where jobs and images are stored; not closed
   * @param observer is notified of all events
   * @return the service, to be closed by the caller
   * @throws dev.sana4j.server.store.StoreException if the store cannot be read
   */
  public static JobService start(
      ImageGenerators models,
      Filters filters,
      JobSettings settings,
      JobStore store,
      JobObserver observer) {
    JobService service = new JobService(models, filters, settings, store, observer);
    new JobRestoration(
            models, service.queue, service.jobs, service.images, service.records, observer)
        .run(
            StoredPast.read(store, Instant.now().plus(settings.keptFor())),
            service.check::require,
            service::ended);
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
   * Returns the models.
   *
   * @return their generators
   */
  public ImageGenerators models() {
    return models;
  }

  /**
   * Accepts a job.
   *
   * @param order the order
   * @param owner the client
   * @return the waiting job
   * @throws dev.sana4j.pipeline.request.RequestException if the model cannot fulfil it
   * @throws PromptRefusedException if the word filter refuses the prompt
   * @throws QueueFullException if the queue is full
   * @throws StoppingException if the service is stopping
   * @throws dev.sana4j.server.store.StoreException if the job cannot be stored
   */
  public Job submit(JobOrder order, Client owner) {
    if (stopping) {
      throw new StoppingException();
    }
    check.require(order);
    requireRoom(order);
    Job job = new Job(SecretName.create(), owner, order, Instant.now(), this::ended);
    job.expect(order.steps(models.generator(order.model())));
    try {
      queue.requireRoom(owner, retryAfter());
      records.accept(job); // before an image of it can be finished
      jobs.add(job);
      queue.add(job, retryAfter());
    } catch (QueueFullException | StoppingException e) {
      jobs.remove(job);
      records.forget(List.of(job));
      observer.turnedAway();
      throw e;
    }
    return job;
  }

  /** Limits the memory of input images of waiting jobs. */
  private void requireRoom(JobOrder order) {
    long waiting =
        jobs.active().stream().mapToLong(job -> OrderCheck.inputBytes(job.order())).sum();
    long own = OrderCheck.inputBytes(order);
    if (own > 0 && waiting > 0 && waiting + own > check.mostImageBytes()) {
      observer.turnedAway();
      throw new QueueFullException("too many jobs with input images are waiting", retryAfter());
    }
  }

  /** Returns the time until about a tenth of the queue is done. */
  private Duration retryAfter() {
    double seconds = estimate.secondsPerImage() * queue.images() / 10;
    return Duration.ofMillis((long) (1000 * Math.max(1, Math.min(seconds, 60))));
  }

  private void ended(Job job) {
    queue.remove(job);
    records.ended(job);
    records.forget(jobs.ended(job));
    observer.ended(job);
  }

  /**
   * Finds a job.
   *
   * @param id its id
   * @return the job; empty if it does not exist or has expired
   */
  public Optional<Job> find(String id) {
    return jobs.find(id);
  }

  /**
   * Returns the unfinished jobs of a session of a client.
   *
   * @param owner the client
   * @return the oldest first
   */
  public List<Job> active(Client owner) {
    return jobs.active().stream().filter(job -> job.owner().equals(owner)).toList();
  }

  /**
   * Returns the jobs of a session of a client that it can still ask for.
   *
   * @param owner the client with its session
   * @return unfinished and kept jobs, the oldest first
   */
  public List<Job> kept(Client owner) {
    return jobs.all().stream()
        .filter(job -> job.order().kept() && job.owner().equals(owner))
        .toList();
  }

  /**
   * Finds a kept image.
   *
   * @param name its name
   * @return the file; empty if it does not exist or has expired
   */
  public Optional<EncodedImage> image(String name) {
    return images.find(name, Instant.now());
  }

  /**
   * The load of the service.
   *
   * @param queued number of waiting jobs
   * @param running number of running jobs
   * @param capacity maximum number of waiting jobs
   * @param secondsPerImage moving average; 0 before the first image
   * @param keptBytes size of the kept images
   * @param storedBytes size of the stored jobs on the disk; 0 without a durable store
   */
  public record Load(
      int queued,
      int running,
      int capacity,
      double secondsPerImage,
      long keptBytes,
      long storedBytes) {}

  /**
   * Returns the current load.
   *
   * @return the load
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
        images.bytes(),
        records.bytes());
  }

  /**
   * Returns how many jobs will start before a job.
   *
   * @param job the job
   * @return 0 once it has started
   */
  public int ahead(Job job) {
    return queue.ahead(job);
  }

  /**
   * Estimates when a job will be done.
   *
   * @param job the job
   * @return seconds from now; empty before the first measurement
   */
  public Optional<Double> secondsLeft(Job job) {
    return secondsLeft(job, Instant.now());
  }

  Optional<Double> secondsLeft(Job job, Instant now) {
    Job.State state = job.state();
    if (state.status().isEnd()) {
      return Optional.of(0.0);
    }
    double images = (double) job.count() / state.steps(); // per step
    boolean unsaved = state.images().size() < job.count();
    double left = Math.max(images * (state.steps() - state.step()), unsaved ? LAST_PART : 0);
    Instant started = state.started();
    int taken = state.step() - state.stepsBefore();
    if (started != null && taken >= LEAST_STEPS) { // its own pace
      double seconds = Duration.between(started, now).toNanos() / 1e9;
      return Optional.of(left * seconds / (images * taken));
    }
    double perImage = estimate.seconds(job.order());
    return perImage == 0
        ? Optional.empty()
        : Optional.of(left * perImage + queue.ahead(job) * estimate.secondsPerImage());
  }

  /**
   * Returns whether jobs are accepted.
   *
   * @return false once the service is stopping
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
      records.forget(jobs.forget(Instant.now()));
      images.forget(Instant.now());
      records.tidy();
    } catch (RuntimeException e) { // an exception would end the timer
      observer.failure("checking deadlines", e);
    }
  }

  /**
   * Refuses new jobs and completes unfinished ones.
   *
   * @param grace how long they may take; the remaining ones fail
   */
  public void stop(Duration grace) {
    stopping = true;
    queue.close();
    join(worker, grace);
    for (Job job : jobs.active()) {
      if (worker.isAlive()) {
        job.fail(
            JobError.Kind.STOPPING,
            records.has(job)
                ? "the server stopped; the job continues when the server starts again"
                : "the server stopped before the images were done");
      }
    }
    join(worker, STEP);
    saver.close();
    timekeeper.cancel();
    records.release();
    if (!worker.isAlive()) {
      models.close();
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
