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
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;

/** The routes that front ends of AUTOMATIC1111 call. */
public final class SdapiRoutes {
  static final String ROOT = "/sdapi/v1/";

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
                body.json(
                    context, fields -> requests(context, fields).textToImage(fields.lenient()))));
    routes.post(
        ROOT + "img2img",
        context ->
            make(
                context,
                body.json(
                    context, fields -> requests(context, fields).imageToImage(fields.lenient()))));
    routes.get(ROOT + "progress", this::progress);
    routes.post(ROOT + "interrupt", this::interrupt);
    routes.post(ROOT + "skip", this::interrupt);
    routes.get(ROOT + "options", context -> answer(context, options(context)));
    routes.post(ROOT + "options", this::setOptions);
    new ListingRoutes(jobs, models, chosen).addTo(routes);
    new ControlRoutes(models, images).addTo(routes);
    new ExtrasRoutes(calls, chosen, body, images).addTo(routes);
  }

  /** Returns the reader of requests to the model that a request names, or the client has chosen. */
  private SdapiRequests requests(Context context, RequestFields fields) {

    return new SdapiRequests(chosen.of(RequestContext.of(context).client(), fields), images);
  }

  static void answer(Context context, JsonNode json) {
    context.contentType("application/json").result(Json.bytes(json));
  }

  private void make(Context context, SdapiOrder asked) {
    long start = System.nanoTime();
    RequestContext requestContext = RequestContext.of(context);
    Job job = calls.submit(asked.order(), requestContext.client());
    requestContext.job(job.id(), asked.order().request().prompts().get(0));
    BlockingJobs.awaitEnd(context, job);
    Job.State end = job.state(); // after an interrupt, the answer has the images so far
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
    running(context).forEach(Job::interrupt);
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
