package dev.sana4j.server.http;

import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.server.http.RequestProblem.Kind;
import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobError;
import dev.sana4j.server.jobs.JobEvent;
import dev.sana4j.server.jobs.JobImage;
import dev.sana4j.server.jobs.JobOrder;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.server.jobs.JobStatus;
import dev.sana4j.server.jobs.JobWatch;
import dev.sana4j.server.jobs.QueueFullException;
import dev.sana4j.server.jobs.StoppingException;
import dev.sana4j.server.safety.PromptRefusedException;
import dev.sana4j.server.store.StoreException;
import dev.sana4j.text.TextException;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Jobs for clients that wait for the images on the connection of their request. */
public final class BlockingJobs {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration LATER = Duration.ofSeconds(5);

  private final JobService jobs;

  /**
   * Uses a job service.
   *
   * @param jobs generates the images
   */
  public BlockingJobs(JobService jobs) {
    this.jobs = jobs;
  }

  /**
   * Submits a job.
   *
   * @param order the job to run
   * @param owner the client
   * @return the job
   * @throws RequestProblem if it is not accepted
   */
  public Job submit(JobOrder order, Client owner) {
    try {
      return jobs.submit(order, owner);
    } catch (RequestException | TextException e) {
      throw new RequestProblem(Kind.INVALID, String.valueOf(e.getMessage()));
    } catch (PromptRefusedException e) {
      throw new RequestProblem(Kind.PROMPT_REFUSED, String.valueOf(e.getMessage()));
    } catch (QueueFullException e) {
      throw RequestProblem.passing(Kind.BUSY, String.valueOf(e.getMessage()), e.retryAfter());
    } catch (StoreException e) {
      throw RequestProblem.of(e);
    } catch (StoppingException e) {
      throw RequestProblem.passing(Kind.UNAVAILABLE, String.valueOf(e.getMessage()), LATER);
    }
  }

  /**
   * Waits for the end of a job; cancels it if the client disconnects.
   *
   * @param context of the request, whose body is read
   * @param job of the client
   * @throws ClientGoneException if the client has disconnected
   */
  public static void awaitEnd(Context context, Job job) {
    ClientConnection connection = ClientConnection.of(context.req());
    try {
      while (!job.awaitEnd(LOOK)) {
        if (connection.isGone()) {
          throw new ClientGoneException();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      job.cancel();
    }
  }

  /**
   * Forwards the events of a job until it has ended. Does not cancel the job if the client
   * disconnects.
   *
   * @param stream to the client
   * @param watch of the job, closed by the caller
   * @param events receives all events except the end
   * @throws ClientGoneException if the client has disconnected
   */
  public static void follow(EventStream stream, JobWatch watch, Consumer<JobEvent> events) {
    try {
      while (true) {
        JobEvent event = watch.next(LOOK);
        if (event instanceof JobEvent.Ended) {
          return;
        }
        stream.look();
        if (event != null) {
          events.accept(event);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Returns the images of a job that has ended.
   *
   * @param job the job
   * @return all its images
   * @throws RequestProblem if it has none
   */
  public static List<JobImage> images(Job job) {
    Job.State state = job.state();
    if (state.status() == JobStatus.SUCCEEDED) {
      return state.images();
    }
    throw problem(state.error());
  }

  private static RequestProblem problem(@Nullable JobError error) {
    if (error == null) {
      return new RequestProblem(Kind.INVALID, "the job was cancelled");
    }
    return switch (error.kind()) {
      case PROMPT_REFUSED -> new RequestProblem(Kind.PROMPT_REFUSED, error.message());
      case INVALID_REQUEST -> new RequestProblem(Kind.INVALID, error.message());
      case MODEL_UNAVAILABLE -> new RequestProblem(Kind.MODEL_UNAVAILABLE, error.message());
      case DEADLINE -> new RequestProblem(Kind.DEADLINE, error.message());
      case STOPPING -> RequestProblem.passing(Kind.UNAVAILABLE, error.message(), LATER);
      case INTERNAL -> new RequestProblem(Kind.INTERNAL, error.message());
    };
  }
}
