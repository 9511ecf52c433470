package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.BlockingJobs;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestBodyReader;
import dev.sana4j.server.http.RequestContext;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.http.ServedModels;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobImage;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.server.jobs.JobStatus;
import dev.sana4j.server.jobs.ModelCard;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The routes that front ends of AUTOMATIC1111 call. */
public final class SdapiRoutes {
  private static final String ROOT = "/sdapi/v1/";

  private final JobService jobs;
  private final BlockingJobs calls;
  private final ServedModels models;
  private final ChosenModels chosen;
  private final RequestBodyReader body;
  private final SentImages images;

  /**
   * Creates the routes.
   *
   * @param jobs generates the images
   * @param models the models
   */
  public SdapiRoutes(JobService jobs, ServedModels models) {
    this.jobs = jobs;
    this.models = models;
    chosen = new ChosenModels(models);
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
        ROOT + "txt2img",
        context ->
            make(
                context,
                body.json(context, fields -> requests(context, fields).textToImage(fields))));
    routes.post(
        ROOT + "img2img",
        context ->
            make(
                context,
                body.json(context, fields -> requests(context, fields).imageToImage(fields))));
    routes.get(ROOT + "progress", this::progress);
    routes.post(ROOT + "interrupt", this::interrupt);
    routes.post(ROOT + "skip", this::interrupt);
    routes.get(ROOT + "options", context -> answer(context, options(context)));
    routes.post(ROOT + "options", this::setOptions);
    routes.post(ROOT + "refresh-checkpoints", this::refresh);
    addListings(routes);
  }

  private void addListings(RoutesConfig routes) {
    routes.get(ROOT + "sd-models", context -> answer(context, models()));
    routes.get(ROOT + "samplers", context -> answer(context, samplers(context)));
    list(routes, "schedulers", List.of(Map.of("name", "automatic", "label", "Automatic")));
    for (String none : List.of("upscalers", "sd-vae", "loras", "prompt-styles")) {
      list(routes, none, List.of());
    }
    list(routes, "embeddings", Map.of("loaded", Map.of(), "skipped", Map.of()));
    list(routes, "scripts", Map.of("txt2img", List.of(), "img2img", List.of()));
    list(routes, "cmd-flags", Map.of());
    routes.get(ROOT + "memory", context -> answer(context, memory()));
  }

  private static void list(RoutesConfig routes, String name, Object value) {
    JsonNode json = Json.tree(value);
    routes.get(ROOT + name, context -> answer(context, json));
  }

  /** Returns the reader of requests to the model that a request names, or the client has chosen. */
  private SdapiRequests requests(Context context, RequestFields fields) {
    return new SdapiRequests(chosen.of(RequestContext.of(context).client(), fields), images);
  }

  private JsonNode models() {
    return Json.tree(models.all().stream().map(model -> model(model.card())).toList());
  }

  private JsonNode samplers(Context context) {
    String own = chosen.of(RequestContext.of(context).client()).card().sampler();
    return Json.tree(List.of(Map.of("name", own, "aliases", List.of(), "options", Map.of())));
  }

  private void refresh(Context context) {
    jobs.models().refresh();
    answer(context, Json.object());
  }

  private static ObjectNode model(ModelCard card) {
    return Json.object()
        .put("title", card.id())
        .put("model_name", card.id())
        .putNull("hash")
        .putNull("sha256")
        .put("filename", card.id())
        .putNull("config");
  }

  private static ObjectNode memory() {
    Runtime runtime = Runtime.getRuntime();
    ObjectNode json = Json.object();
    json.putObject("ram")
        .put("free", runtime.freeMemory())
        .put("used", runtime.totalMemory() - runtime.freeMemory())
        .put("total", runtime.maxMemory());
    json.putObject("cuda");
    return json;
  }

  private static void answer(Context context, JsonNode json) {
    context.contentType("application/json").result(Json.bytes(json));
  }

  private void make(Context context, SdapiOrder asked) {
    long start = System.nanoTime();
    RequestContext requestContext = RequestContext.of(context);
    Job job = calls.submit(asked.order(), requestContext.client());
    requestContext.job(job.id(), asked.order().request().prompts().get(0));
    BlockingJobs.awaitEnd(context, job);
    Job.State end = job.state(); // after an interrupt, the answer contains the finished images
    List<JobImage> images =
        end.status() == JobStatus.CANCELLED ? end.images() : BlockingJobs.images(job);
    double seconds = (System.nanoTime() - start) / 1e9;
    context.header("X-Process-Time", String.format(Locale.ROOT, "%.4f", seconds));
    answer(
        context,
        SdapiJson.answer(asked, job, images, models.named("model", job.order().model()).card()));
  }

  private List<Job> running(Context context) {
    return jobs.active(RequestContext.of(context).client()).stream()
        .filter(job -> job.state().status() == JobStatus.RUNNING)
        .toList();
  }

  private void progress(Context context) {
    boolean withImage = !"true".equalsIgnoreCase(context.queryParam("skip_current_image"));
    Job job = running(context).stream().findFirst().orElse(null);
    double left = job == null ? 0 : jobs.secondsLeft(job).orElse(0.0);
    answer(context, SdapiJson.progress(job, left, withImage));
  }

  private void interrupt(Context context) {
    running(context).forEach(Job::cancel);
    answer(context, Json.object());
  }

  private ObjectNode options(Context context) {
    return Json.object()
        .put("sd_model_checkpoint", chosen.of(RequestContext.of(context).client()).card().id())
        .put("samples_format", "png")
        .put("CLIP_stop_at_last_layers", 1)
        .putNull("sd_vae");
  }

  private void setOptions(Context context) {
    String name = body.jsonOrNothing(context, ChosenModels::name);
    if (!name.isEmpty()) {
      chosen.choose(RequestContext.of(context).client(), name);
    }
    answer(context, Json.object());
  }
}
