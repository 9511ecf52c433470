package dev.sana4j.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.BlockingJobs;
import dev.sana4j.server.http.EventStream;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestBodyReader;
import dev.sana4j.server.http.RequestContext;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.RequestProblem.Kind;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobEvent;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.server.jobs.JobWatch;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;

/** The routes of the Images API. */
public final class OpenAiRoutes {
  private final BlockingJobs calls;
  private final RequestDefaults defaults;
  private final RequestBodyReader body;
  private final ImagesRequests requests;
  private final OpenAiErrors errors = new OpenAiErrors();
  private final long created = Instant.now().getEpochSecond();

  /**
   * Creates the routes.
   *
   * @param jobs generates the images
   * @param defaults of the model
   */
  public OpenAiRoutes(JobService jobs, RequestDefaults defaults) {
    this.defaults = defaults;
    calls = new BlockingJobs(jobs);
    body = defaults.body();
    requests = new ImagesRequests(defaults, new SentImages(defaults.limits().pixels(), jobs));
  }

  /**
   * Adds the routes.
   *
   * @param routes of the server
   */
  public void addTo(RoutesConfig routes) {
    routes.post(
        "/v1/images/generations",
        context -> answer(context, body.json(context, requests::generation)));
    routes.post("/v1/images/edits", context -> answer(context, edit(context)));
    routes.post(
        "/v1/images/variations",
        context -> answer(context, body.form(requireForm(context), requests::variation)));
    routes.get("/v1/models", this::models);
    routes.get("/v1/models/{id}", this::model);
  }

  private ImagesOrder edit(Context context) {
    return RequestBodyReader.isForm(context)
        ? body.form(context, requests::edit)
        : body.json(context, requests::edit);
  }

  private static Context requireForm(Context context) {
    if (!RequestBodyReader.isForm(context)) {
      throw new RequestProblem(Kind.INVALID, "send a form (multipart/form-data)");
    }
    return context;
  }

  private void answer(Context context, ImagesOrder order) {
    RequestContext requestContext = RequestContext.of(context);
    Job job = calls.submit(order.order(), requestContext.client());
    requestContext.job(job.id(), order.order().request().prompts().get(0));
    if (order.stream()) {
      stream(context, order, job);
    } else {
      BlockingJobs.awaitEnd(context, job);
      send(
          context,
          ImagesJson.answer(order, job, BlockingJobs.images(job), requestContext.server()));
    }
  }

  private static void send(Context context, JsonNode json) {
    context.contentType("application/json").result(Json.bytes(json));
  }

  private void stream(Context context, ImagesOrder order, Job job) {
    try (JobWatch watch = job.watch()) {
      EventStream stream = new EventStream(context);
      int[] partials = {0};
      BlockingJobs.follow(
          stream,
          watch,
          event -> {
            ObjectNode json = null;
            if (event instanceof JobEvent.Previewed previewed) {
              json = ImagesJson.partial(order, job, previewed.preview(), partials[0]++);
            } else if (event instanceof JobEvent.ImageDone done) {
              json = ImagesJson.completed(order, job, done.image());
            }
            if (json != null) {
              stream.send(json.path("type").textValue(), json);
            }
          });
      sendProblem(context, stream, job);
    } finally {
      job.cancel();
    }
  }

  private void sendProblem(Context context, EventStream stream, Job job) {
    try {
      var unused = BlockingJobs.images(job);
    } catch (RequestProblem problem) {
      stream.send("error", errors.body(problem, RequestContext.of(context).id()));
    }
  }

  private void models(Context context) {
    ObjectNode json = Json.object().put("object", "list");
    json.putArray("data").add(model());
    send(context, json);
  }

  private void model(Context context) {
    if (!context.pathParam("id").equals(defaults.card().id())) {
      throw new RequestProblem(
          Kind.NOT_FOUND, "the model of this server is " + defaults.card().id());
    }
    send(context, model());
  }

  private ObjectNode model() {
    return Json.object()
        .put("id", defaults.card().id())
        .put("object", "model")
        .put("created", created)
        .put("owned_by", "sana4j");
  }
}
