package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestFields;
import java.util.List;

/** The field "parameters" of an answer: what was sent, and the defaults of the rest. */
final class RequestEcho {
  private static final List<String> NONE =
      List.of(
          "restore_faces",
          "tiling",
          "eta",
          "s_min_uncond",
          "s_churn",
          "s_tmax",
          "s_tmin",
          "s_noise",
          "override_settings",
          "refiner_checkpoint",
          "refiner_switch_at",
          "comments",
          "hr_upscaler",
          "hr_checkpoint_name",
          "hr_sampler_name",
          "hr_scheduler",
          "script_name",
          "infotext");

  private RequestEcho() {}

  static ObjectNode of(RequestFields fields, GenerationRequest request) {
    ObjectNode echo = defaults(request);
    echo.setAll(fields.object().deepCopy());
    if (!fields.flag("include_init_images", false)) {
      echo.remove(List.of("init_images", "mask"));
    }
    if (!echo.path("alwayson_scripts").isEmpty()) {
      echo.putObject("alwayson_scripts"); // may contain images
    }
    return echo;
  }

  private static ObjectNode defaults(GenerationRequest request) {
    ObjectNode json = Json.object().put("prompt", "").put("negative_prompt", "");
    json.putArray("styles");
    json.put("seed", -1).put("subseed", -1).put("subseed_strength", 0);
    json.put("seed_resize_from_h", -1).put("seed_resize_from_w", -1);
    json.putNull("sampler_name").putNull("scheduler").put("batch_size", 1).put("n_iter", 1);
    json.put("steps", request.steps()).put("cfg_scale", request.guidance());
    json.put("width", request.size().width()).put("height", request.size().height());
    NONE.forEach(json::putNull);
    json.put("do_not_save_samples", false).put("do_not_save_grid", false);
    json.put("override_settings_restore_afterwards", true).put("disable_extra_networks", false);
    json.put("denoising_strength", request.task().strength()).put("enable_hr", false);
    json.put("firstphase_width", 0).put("firstphase_height", 0).put("hr_scale", 2);
    json.put("hr_second_pass_steps", 0).put("hr_resize_x", 0).put("hr_resize_y", 0);
    json.put("hr_prompt", "").put("hr_negative_prompt", "").put("sampler_index", "Euler");
    json.putArray("script_args");
    json.put("send_images", true).put("save_images", false).putObject("alwayson_scripts");
    return json;
  }
}
