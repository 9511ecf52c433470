package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.CoverResize;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.http.ImageWork;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.SentImages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The scripts of a request. One that is empty or switched off is nothing; units of ControlNet
 * become a task; another one is refused, because it would change the image.
 */
final class Scripts {
  private static final String FIELD = "alwayson_scripts";
  private static final int SHOWN = 60;

  /** Scripts of the web UI itself, which repeat fields of the request. */
  private static final Set<String> BUILT_IN = Set.of("seed", "sampler", "extra options");

  private final List<RequestFields> units = new ArrayList<>();

  private Scripts() {}

  static Scripts of(RequestFields fields) {
    Scripts scripts = new Scripts();
    JsonNode all = fields.raw(FIELD);
    if (all == null || isNothing(all)) {
      return scripts;
    }
    if (!all.isObject()) {
      throw RequestProblem.field(FIELD, FIELD + " is not an object");
    }
    all.properties().forEach(each -> scripts.add(each.getKey(), each.getValue()));
    return scripts;
  }

  private void add(String name, JsonNode script) {
    JsonNode args = script.isObject() ? script.path("args") : script;
    String lower = name.strip().toLowerCase(Locale.ROOT);
    if (lower.equals("controlnet")) {
      addUnits(args);
    } else if (!BUILT_IN.contains(lower) && !isOff(args)) {
      String shown = name.replaceAll("\\p{Cntrl}", " ");
      throw RequestProblem.field(
          FIELD,
          "the script "
              + shown.substring(0, Math.min(SHOWN, shown.length())).strip()
              + " is not supported; switch it off");
    }
  }

  private void addUnits(JsonNode args) {
    for (JsonNode arg : args) {
      if (arg instanceof ObjectNode unit) {
        RequestFields fields = RequestFields.of(unit).lenient();
        if (fields.flag("enabled", true)) {
          units.add(fields);
        }
      }
    }
  }

  /** Returns whether arguments switch a script off: a first flag often does. */
  private static boolean isOff(JsonNode args) {
    boolean first = args.isArray() && args.path(0).isBoolean() && !args.path(0).booleanValue();
    return first || isNothing(args);
  }

  private static boolean isNothing(JsonNode value) {
    if (value.isArray()) {
      for (JsonNode each : value) {
        if (!isNothing(each)) {
          return false;
        }
      }
      return true;
    }
    if (value.isObject()) {
      JsonNode enabled = value.path("enabled");
      return value.isEmpty() || (enabled.isBoolean() && !enabled.booleanValue());
    }
    return value.isMissingNode()
        || value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isTextual() && value.textValue().isBlank());
  }

  /** Returns whether a unit of ControlNet is switched on. */
  boolean hasUnits() {
    return !units.isEmpty();
  }

  /** Returns the task of the unit that has an image; null if there is none. */
  @Nullable Task control(SentImages images, ImageSize size) {
    Task task = null;
    for (RequestFields unit : units) {
      String sent = image(unit);
      if (!sent.isEmpty()) {
        if (task != null) {
          throw RequestProblem.field(FIELD, "send one unit of ControlNet");
        }
        task = control(unit, images.image(FIELD, images.bytes(FIELD, sent)), size);
      }
    }
    return task;
  }

  private static String image(RequestFields unit) {
    for (String name : List.of("input_image", "image")) {
      JsonNode value = unit.raw(name);
      JsonNode image = value != null && value.isObject() ? value.path("image") : value;
      if (image != null && image.isTextual() && !image.textValue().isBlank()) {
        return image.textValue();
      }
    }
    return "";
  }

  /** Detects edges at the final size, because lines would fade if they were scaled down later. */
  private static Task control(RequestFields unit, RgbImage image, ImageSize size) {
    RgbImage scaled = ImageWork.exclusively(() -> CoverResize.apply(image, size));
    double from = unit.number("guidance_start", 0, 0, 1);
    double to = unit.number("guidance_end", 1, 0, 1);
    if (from > to) {
      throw RequestProblem.field("guidance_start", "guidance_start is after guidance_end");
    }
    return new Task.Control(
        InputImage.of(Edges.of(scaled, unit, "")), unit.number("weight", 1, 0, 2), from, to, "");
  }
}
