package dev.sana4j.server.nativeapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.server.http.BlockingJobs;
import dev.sana4j.server.http.ClientGoneException;
import dev.sana4j.server.http.EventStream;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestBodyReader;
import dev.sana4j.server.http.RequestContext;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.RequestProblem.Kind;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.http.ServedModels;
import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.jobs.EncodedImage;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobEvent;
import dev.sana4j.server.jobs.JobOrder;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.server.jobs.JobWatch;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Semaphore;

/** The routes of the native API. */
public final class NativeRoutes {
  private static final String JOB = "/api/v1/jobs/{id}";
  private static final Duration LATER = Duration.ofSeconds(5);

  private final JobService jobs;
  private final BlockingJobs calls;
  private final ServedModels models;
  private final RequestBodyReader body;
  private final SentImages images;
  private final JobJson json;
  private final Semaphore streams;

  /**
   * Creates the routes.
   *
   * @param jobs generates the images
   * @param models the models
   * @param streams maximum number of clients that watch jobs at the same time
   */
  public NativeRoutes(JobService jobs, ServedModels models, int streams) {
    this.jobs = jobs;
    this.models = models;
    this.streams = new Semaphore(streams);
    calls = new BlockingJobs(jobs);
    body = models.standard().body();
    images = new SentImages(models.standard().limits().pixels(), jobs);
    json = new JobJson(jobs);
  }

  /**
   * Adds the routes.
   *
   * @param routes of the server
   */
  public void addTo(RoutesConfig routes) {
    routes.get("/api/v1/model", this::model);
    routes.get("/api/v1/models", this::models);
    routes.get("/api/v1/queue", this::queue);
    routes.get("/api/v1/loras", this::loras);
    routes.get("/api/v1/jobs", this::list);
    routes.post("/api/v1/jobs", this::create);
    routes.get(JOB, context -> answer(context, json.job(job(context))));
    routes.delete(JOB, this::cancel);
    routes.get(JOB + "/events", this::events);
    routes.get("/api/v1/images/{name}", this::image);
  }

  private static void answer(Context context, JsonNode node) {
    context.contentType("application/json").result(Json.bytes(node));
  }

  private void model(Context context) {
    String name = context.queryParam("name");
    answer(context, described(models.named("name", name == null ? "" : name)));
  }

  private void models(Context context) {
    ObjectNode json = Json.object();
    ArrayNode list = json.putArray("models");
    models.all().forEach(model -> list.add(described(model)));
    answer(context, json);
  }

  private ObjectNode described(RequestDefaults model) {
    String id = model.card().id();
    return ModelJson.of(model)
        .put("default", id.equals(models.standard().card().id()))
        .put("loaded", jobs.models().generator(id).isLoaded());
  }

  private void queue(Context context) {
    JobService.Load load = jobs.load();
    answer(
        context,
        Json.object()
            .put("queued", load.queued())
            .put("running", load.running())
            .put("capacity", load.capacity())
            .put("seconds_per_image", load.secondsPerImage()));
  }

  private void loras(Context context) {
    ObjectNode answer = Json.object();
    ArrayNode all = answer.putArray("loras");
    models.standard().loras().names().forEach(name -> all.addObject().put("name", name));
    answer(context, answer);
  }

  /**
   * Lists the jobs of the caller's session, so that a page finds them after a reload. Several
   * people may share an address or a key.
   */
  private void list(Context context) {
    ObjectNode answer = Json.object();
    ArrayNode all = answer.putArray("jobs");
    Client client = RequestContext.of(context).client();
    if (!client.session().isEmpty()) {
      jobs.kept(client).forEach(job -> all.add(json.job(job)));
    }
    answer(context, answer);
  }

  private void create(Context context) {
    JobOrder order = body.json(context, this::order);
    RequestContext requestContext = RequestContext.of(context);
    Job job = calls.submit(order, requestContext.client());
    requestContext.job(job.id(), order.request().prompts().get(0));
    context.status(202).header("Location", "/api/v1/jobs/" + job.id());
    answer(context, json.job(job));
  }

  private JobOrder order(RequestFields fields) {
    String name = fields.text("model", "", ServedModels.LONGEST_NAME);
    return new JobRequests(models.named("model", name), images).order(fields);
  }

  private Job job(Context context) {
    RequestContext requestContext = RequestContext.of(context);
    return jobs.find(context.pathParam("id"))
        .filter(job -> job.order().kept() && job.owner().sharesNameWith(requestContext.client()))
        .orElseThrow(() -> new RequestProblem(Kind.NOT_FOUND, "unknown job; it may have expired"));
  }

  private void cancel(Context context) {
    Job job = job(context);
    job.cancel();
    answer(context, json.job(job));
  }

  private void events(Context context) {
    Job job = job(context);
    boolean isOwn = flag(context, "cancel_on_close");
    if (!streams.tryAcquire()) {
      throw RequestProblem.passing(Kind.BUSY, "too many clients are watching jobs", LATER);
    }
    try (JobWatch watch = job.watch()) {
      EventStream stream = new EventStream(context);
      stream.send("status", json.job(job));
      BlockingJobs.follow(stream, watch, event -> pass(stream, job, event));
      stream.send("done", json.job(job));
    } catch (ClientGoneException e) {
      if (isOwn) {
        job.cancel();
      }
      throw e;
    } finally {
      streams.release();
    }
  }

  private void pass(EventStream stream, Job job, JobEvent event) {
    if (event instanceof JobEvent.Previewed previewed) {
      stream.send("preview", JobJson.preview(previewed.preview()));
    } else if (event instanceof JobEvent.ImageDone done) {
      stream.send("image", json.image(done.image()));
    } else {
      stream.send("progress", json.progress(job));
    }
  }

  private void image(Context context) {
    String name = context.pathParam("name");
    EncodedImage image =
        jobs.image(name)
            .orElseThrow(
                () -> new RequestProblem(Kind.NOT_FOUND, "unknown image; it may have expired"));
    String format = image.format().name().toLowerCase(Locale.ROOT);
    if (flag(context, "download")) {
      String extension = image.format() == ImageFormat.JPEG ? "jpg" : format;
      context.header(
          "Content-Disposition",
          "attachment; filename=\"sana-" + name.substring(0, 8) + "." + extension + "\"");
    }
    context
        .contentType("image/" + format)
        .header("Cache-Control", "private, max-age=600, immutable")
        .result(image.bytes());
  }

  private static boolean flag(Context context, String name) {
    String value = context.queryParam(name);
    if (value == null || value.equals("false")) {
      return false;
    }
    if (value.equals("true") || value.isEmpty()) {
      return true;
    }
    throw RequestProblem.field(name, name + " is not true or false");
  }
}
