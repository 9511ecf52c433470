package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.http.ServedModels;
import io.javalin.config.RoutesConfig;
import java.util.List;
import java.util.Map;

/** The routes of the extension ControlNet, which clients of AUTOMATIC1111 call. */
final class ControlRoutes {
  private static final String ROOT = "/controlnet/";
  private static final String SENT = "controlnet_input_images";
  private static final int MOST_IMAGES = 16;
  private static final int VERSION = 2;

  private final ServedModels models;
  private final SentImages images;

  ControlRoutes(ServedModels models, SentImages images) {
    this.models = models;
    this.images = images;
  }

  void addTo(RoutesConfig routes) {
    ObjectNode version = Json.object().put("version", VERSION);
    ObjectNode settings = Json.object().put("control_net_unit_count", 1);
    routes.get(ROOT + "version", context -> SdapiRoutes.answer(context, version));
    routes.get(ROOT + "settings", context -> SdapiRoutes.answer(context, settings));
    routes.get(ROOT + "model_list", context -> SdapiRoutes.answer(context, modelList()));
    routes.get(ROOT + "module_list", context -> SdapiRoutes.answer(context, modules()));
    routes.post(
        ROOT + "detect",
        context ->
            SdapiRoutes.answer(
                context, models.standard().body().json(context, f -> detected(f.lenient()))));
  }

  private ObjectNode modelList() {
    ObjectNode json = Json.object();
    ArrayNode list = json.putArray("model_list");
    models.all().stream()
        .filter(model -> model.card().control())
        .forEach(model -> list.add(model.card().id()));
    return json;
  }

  private static ObjectNode modules() {
    ObjectNode json = Json.object();
    Edges.MODULES.forEach(json.putArray("module_list")::add);
    json.putObject("module_detail");
    return json;
  }

  private ObjectNode detected(RequestFields fields) {
    List<String> sent = fields.texts(SENT, MOST_IMAGES);
    if (sent.isEmpty()) {
      throw RequestProblem.field(SENT, SENT + " is missing; send a list of images");
    }
    ObjectNode json = Json.object();
    ArrayNode results = json.putArray("images");
    for (String each : sent) {
      RgbImage image = images.image(SENT, images.bytes(SENT, each));
      RgbImage edges = Edges.of(image, fields, "controlnet_");
      results.add(new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(edges));
    }
    return json.put("info", "Success");
  }
}
