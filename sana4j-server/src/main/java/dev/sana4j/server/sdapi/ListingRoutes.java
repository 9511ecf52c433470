package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestContext;
import dev.sana4j.server.http.ServedModels;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.server.jobs.ModelCard;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;

/** The lists that front ends ask for when they connect, and the routes that renew them. */
final class ListingRoutes {
  private static final List<String> EMPTY =
      List.of(
          "sd-vae",
          "sd-modules",
          "prompt-styles",
          "latent-upscale-modes",
          "hypernetworks",
          "face-restorers",
          "realesrgan-models",
          "script-info",
          "extensions");

  private static final List<String> WITHOUT_EFFECT =
      List.of("refresh-vae", "reload-checkpoint", "unload-checkpoint");

  private final JobService jobs;
  private final ServedModels models;
  private final ChosenModels chosen;

  ListingRoutes(JobService jobs, ServedModels models, ChosenModels chosen) {
    this.jobs = jobs;
    this.models = models;
    this.chosen = chosen;
  }

  void addTo(RoutesConfig routes) {
    get(routes, "sd-models", context -> models());
    get(routes, "samplers", this::samplers);
    get(routes, "loras", context -> loras());
    get(routes, "scripts", context -> scripts());
    get(routes, "memory", context -> memory());
    list(routes, "schedulers", List.of(Map.of("name", "automatic", "label", "Automatic")));
    list(routes, "embeddings", Map.of("loaded", Map.of(), "skipped", Map.of()));
    list(routes, "cmd-flags", Map.of());
    EMPTY.forEach(name -> list(routes, name, List.of()));
    JsonNode upscalers = upscalers();
    get(routes, "upscalers", context -> upscalers);
    post(routes, "refresh-checkpoints", () -> jobs.models().refresh());
    post(routes, "refresh-loras", () -> models.standard().loras().refresh());
    WITHOUT_EFFECT.forEach(name -> post(routes, name, () -> {}));
    routes.get("/internal/ping", context -> SdapiRoutes.answer(context, Json.object()));
  }

  /** Returns the answer to a request. */
  private interface Answer {
    JsonNode to(Context context);
  }

  private static void get(RoutesConfig routes, String name, Answer answer) {
    routes.get(SdapiRoutes.ROOT + name, context -> SdapiRoutes.answer(context, answer.to(context)));
  }

  private static void list(RoutesConfig routes, String name, Object value) {
    JsonNode json = Json.tree(value);
    get(routes, name, context -> json);
  }

  private static void post(RoutesConfig routes, String name, Runnable action) {
    routes.post(
        SdapiRoutes.ROOT + name,
        context -> {
          action.run();
          SdapiRoutes.answer(context, Json.object());
        });
  }

  private JsonNode models() {
    return Json.tree(models.all().stream().map(model -> model(model.card())).toList());
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

  private JsonNode samplers(Context context) {
    String own = chosen.of(RequestContext.of(context).client()).card().sampler();
    return Json.tree(List.of(Map.of("name", own, "aliases", List.of(), "options", Map.of())));
  }

  private JsonNode loras() {
    List<ObjectNode> all =
        models.standard().loras().names().stream()
            .map(
                name -> {
                  ObjectNode json = Json.object().put("name", name);
                  json.put("alias", name).put("path", name).putObject("metadata");
                  return json;
                })
            .toList();
    return Json.tree(all);
  }

  /** Names ControlNet if a model has it, since clients look for it here. */
  private JsonNode scripts() {
    boolean control = models.all().stream().anyMatch(model -> model.card().control());
    List<String> names = control ? List.of("controlnet") : List.of();
    return Json.tree(Map.of("txt2img", names, "img2img", List.of()));
  }

  private static JsonNode upscalers() {
    ObjectNode list = Json.object();
    ArrayNode all = list.putArray("upscalers");
    for (String name : Upscaling.NAMES) {
      ObjectNode each = all.addObject().put("name", name);
      each.putNull("model_name").putNull("model_path").putNull("model_url").put("scale", 4);
    }
    return all;
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
}
