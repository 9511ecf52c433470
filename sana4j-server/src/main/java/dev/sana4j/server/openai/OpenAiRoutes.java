package dev.sana4j.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.BlockingJobs;
import dev.sana4j.server.http.EventStream;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestBodyReader;
import dev.sana4j.server.http.RequestContext;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.RequestProblem.Kind;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.http.ServedModels;
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
  private final ServedModels models;
  private final RequestBodyReader body;
  private final SentImages images;
  private final OpenAiErrors errors = new OpenAiErrors();
  private final long created = Instant.now().getEpochSecond();

  /**
   * Creates the routes.
   *
   * @param jobs generates the images
   * @param models the models
   */
  public OpenAiRoutes(JobService jobs, ServedModels models) {
    this.models = models;
    calls = new BlockingJobs(jobs);
    body = models.standard().body();
    images = new SentImages(models.standard().limits().pixels(), jobs);
  }

  /**
   * Adds the routes.
   *
   * @param routes of the server
   */
  public void addTo(RoutesConfig routes) {
    routes.post(
        "/v1/images/generations",
        context ->
            answer(context, body.json(context, fields -> requests(fields).generation(fields))));
    routes.post("/v1/images/edits", context -> answer(context, edit(context)));
    routes.post(
        "/v1/images/variations",
        context ->
            answer(
                context,
                body.form(requireForm(context), form -> requests(form.fields()).variation(form))));
    routes.get("/v1/models", this::models);
    routes.get("/v1/models/{id}", this::model);
  }

  /** Returns the reader of requests to the model that a request names. */
  private ImagesRequests requests(RequestFields fields) {
    String name = fields.text("model", "", ServedModels.LONGEST_NAME);
    return new ImagesRequests(models.named("model", name), images);
  }

  private ImagesOrder edit(Context context) {
    return RequestBodyReader.isForm(context)
        ? body.form(context, form -> requests(form.fields()).edit(form))
        : body.json(context, fields -> requests(fields).edit(fields));
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
    ArrayNode data = json.putArray("data");
    models.all().forEach(model -> data.add(model(model.card().id())));
    models.aliases().added().keySet().forEach(name -> data.add(model(name)));
    send(context, json);
  }

  private void model(Context context) {
    String asked = context.pathParam("id");
    var unused = models.named("model", asked); // refuses an unknown name
    send(context, model(asked)); // clients compare it with the name that they sent
  }

  private ObjectNode model(String id) {
    return Json.object()
        .put("id", id)
        .put("object", "model")
        .put("created", created)
        .put("owned_by", "sana4j");
  }
}
