package dev.sana4j.server.sdapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.ServerSettings;
import dev.sana4j.server.http.LoraFolder;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.ImageGenerator;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as clients of AUTOMATIC1111's web UI really send them. */
class ClientRequestsTest {
  private static final String ROOT = "/sdapi/v1/";
  private static final int SIDE = FakeGenerator.SIDE;
  private static final List<GenerationRequest> MADE = new CopyOnWriteArrayList<>();

  @TempDir private static Path folder = Path.of("");
  private static ServerFixture server = new ServerFixture();

  /** A Python client, webuiapi, with the values that it always sends. */
  private static final String PYTHON =
      """
      {"enable_hr": false, "hr_scale": 2, "hr_upscaler": "Latent", "hr_second_pass_steps": 0,
       "hr_resize_x": 0, "hr_resize_y": 0, "denoising_strength": 0.7, "firstphase_width": 0,
       "firstphase_height": 0, "prompt": "a cat", "styles": [], "seed": 5, "subseed": -1,
       "subseed_strength": 0.0, "seed_resize_from_h": 0, "seed_resize_from_w": 0,
       "sampler_name": "Euler a", "scheduler": null, "batch_size": 1, "n_iter": 1, "steps": 20,
       "cfg_scale": 7.0, "width": 48, "height": 32, "restore_faces": false, "tiling": false,
       "do_not_save_samples": false, "do_not_save_grid": false, "negative_prompt": "",
       "eta": 1.0, "s_churn": 0, "s_tmax": 0, "s_tmin": 0, "s_noise": 1, "override_settings": {},
       "override_settings_restore_afterwards": true, "script_args": [], "script_name": null,
       "send_images": true, "save_images": false, "alwayson_scripts": {"ControlNet": {"args": []}},
       "sampler_index": "Euler a", "use_deprecated_controlnet": false}\
      """;

  /** Remembers the requests of a model with a ControlNet. */
  private static final class Recorder implements ImageGenerator {
    private final FakeGenerator fake = new FakeGenerator();

    @Override
    public ModelCard card() {
      ModelCard card = fake.card();
      return new ModelCard(
          card.id(), false, card.sampler(), card.sizeStep(), card.defaults(), true, null);
    }

    @Override
    public void check(GenerationRequest request) {
      fake.check(request);
    }

    @Override
    public List<RgbImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
      MADE.addAll(requests);
      return fake.generate(requests, listener);
    }

    @Override
    public Map<String, String> texts(GenerationRequest request) {
      return fake.texts(request);
    }

    @Override
    public void close() {
      fake.close();
    }
  }

  @BeforeAll
  static void start() throws IOException {
    Files.write(folder.resolve("style.safetensors"), new byte[8]);
    Files.write(folder.resolve("other.safetensors"), new byte[8]);
    server.close();
    ServerSettings settings = ServerFixture.settings(LoraFolder.of(folder));
    server = new ServerFixture(new Recorder(), Filters.NONE, settings);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    MADE.clear();
  }

  private static String png(int width, int height) {
    RgbImage image = RgbImage.of(width, height, new byte[3 * width * height]);
    byte[] file = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image);
    return Base64.getEncoder().encodeToString(file);
  }

  private static ObjectNode usual() throws IOException {
    return (ObjectNode) ServerFixture.JSON.readTree(PYTHON);
  }

  private static JsonNode make(int status, ObjectNode body)
      throws IOException, InterruptedException {
    return server.post(status, ROOT + "txt2img", body.toString());
  }

  private static JsonNode info(JsonNode answer) throws IOException {
    return ServerFixture.JSON.readTree(answer.path("info").asText());
  }

  private static ImageSize size(JsonNode image) {
    return ImageFiles.size(ImageSource.of("image", Base64.getDecoder().decode(image.asText())));
  }

  private static String refusal(JsonNode answer) {
    return answer.at("/detail/0/msg").asText();
  }

  @Test
  void thePythonClientGetsAnImage() throws IOException, InterruptedException {
    JsonNode answer = make(200, usual());
    assertThat(size(answer.path("images").get(0))).hasToString("48x32");
    assertThat(info(answer).path("sampler_name").asText()).isEqualTo("Fake");
    assertThat(info(answer).at("/infotexts/0").asText()).contains("Sampler: Fake");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Euler a",
        "EULER",
        "k_euler_a",
        "k_dpmpp_2s_a",
        "DPM++ 2M Karras",
        "dpm++ 2m sde heun exponential",
        "DPM++ 3M SDE",
        "DPM fast",
        "DPM adaptive",
        "DPM2 a Karras",
        "LMS Karras",
        "Heun",
        "Restart",
        "DDIM",
        "DDIM CFG++",
        "PLMS",
        "UniPC",
        "uni_pc_bh2",
        "LCM",
        "TCD",
        "Automatic",
        "",
        "euler_ancestral_cfg_pp",
        "dpmpp_2m_sde_gpu",
        "ddpm",
        "ipndm_v",
        "deis",
        "res_multistep",
        "dpmsolver",
        "DPM++ 2M Trailing",
        "Euler A Substep",
        "DPM++ SDE AYS",
        "DDIM Trailing",
        "dpm++2mv2",
        "ddim_v3",
        "k_dpm_2_ancestral",
        "Fake",
        "fake"
      })
  void wellKnownSamplersAreAccepted(String name) throws IOException, InterruptedException {
    assertThat(info(make(200, usual().put("sampler_name", name))).path("sampler_name").asText())
        .isEqualTo("Fake");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Nonsense", "Euler the great", "karras", "a", "Eulerr", "2m", "DPM++ 9Q"})
  void nonsenseIsNoSampler(String name) throws IOException, InterruptedException {
    assertThat(make(400, usual().put("sampler_name", name)).path("detail").asText())
        .startsWith("Sampler not found");
  }

  @Test
  void wellKnownSchedulesAreAcceptedAndOthersAreNot() throws IOException, InterruptedException {
    for (String name : List.of("Karras", "automatic", "SGM Uniform", "sgm_uniform", "KL Optimal")) {
      make(200, usual().put("scheduler", name));
    }
    make(400, usual().put("scheduler", "Nonsense"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "{\"ADetailer\":{\"args\":[]}}",
        "{\"ADetailer\":{\"args\":[false]}}",
        "{\"ADetailer\":{\"args\":[false,false,{\"ad_model\":\"face_yolov8n.pt\"}]}}",
        "{\"Some\":{\"args\":[{\"enabled\":false,\"model\":\"x\"}]}}",
        "{\"controlnet\":{\"args\":[{\"enabled\":false,\"image\":\"x\"}]}}",
        "{\"CONTROLNET\":{\"args\":[{\"module\":\"none\",\"model\":\"None\"}]}}",
        "{\"Refiner\":{\"args\":[false,\"\",0.8]},\"Seed\":{\"args\":[-1,false,-1,0,0,0]},"
            + "\"Sampler\":{\"args\":[20,\"Euler a\",\"Automatic\"]}}"
      })
  void scriptsThatAreSwitchedOffAreNothing(String scripts)
      throws IOException, InterruptedException {
    ObjectNode body = usual();
    body.set("alwayson_scripts", ServerFixture.JSON.readTree(scripts));
    make(200, body);
    assertThat(MADE.get(0).task()).isEqualTo(Task.textToImage());
  }

  @Test
  void anotherScriptIsRefusedByName() throws IOException, InterruptedException {
    ObjectNode body = usual();
    body.set(
        "alwayson_scripts",
        ServerFixture.JSON.readTree("{\"ADetailer\":{\"args\":[true,{\"ad_model\":\"x\"}]}}"));
    assertThat(refusal(make(422, body))).contains("ADetailer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"Balanced\"", "0", "[\"Balanced\"]", "null"})
  void aUnitOfControlNetIsUsed(String mode) throws IOException, InterruptedException {
    ObjectNode body = usual();
    body.set("alwayson_scripts", ServerFixture.JSON.readTree(unit(mode, "canny")));
    make(200, body);
    Task.Control task = (Task.Control) MADE.get(0).task();
    assertThat(task.scale()).isEqualTo(0.8);
    assertThat(task.from()).isEqualTo(0.1);
    assertThat(task.to()).isEqualTo(0.9);
    assertThat(task.image().size()).hasToString("48x32");
  }

  private static String unit(String mode, String module) {
    return """
    {"ControlNet": {"args": [{"input_image": "%s", "mask": null, "module": "%s",
      "model": "some [abc]", "weight": "0.8", "resize_mode": "Resize and Fill",
      "lowvram": false, "processor_res": 64, "threshold_a": 64, "threshold_b": 64,
      "guidance": 1.0, "guidance_start": 0.1, "guidance_end": 0.9, "control_mode": %s,
      "pixel_perfect": false, "hr_option": "Both"}]}}\
    """
        .formatted(png(SIDE, SIDE), module, mode);
  }

  @Test
  void anUnknownPreprocessorIsRefused() throws IOException, InterruptedException {
    ObjectNode body = usual();
    body.set("alwayson_scripts", ServerFixture.JSON.readTree(unit("0", "openpose")));
    assertThat(refusal(make(422, body))).contains("none, canny, sobel");
  }

  @Test
  void numbersAndFlagsMayBeTexts() throws IOException, InterruptedException {
    ObjectNode body = usual().put("width", "64").put("steps", "3").put("cfg_scale", "5.5");
    JsonNode answer = make(200, body.put("tiling", "false").put("send_images", "True"));
    assertThat(size(answer.path("images").get(0))).hasToString("64x32");
    assertThat(MADE.get(0).steps()).isEqualTo(3);
    assertThat(MADE.get(0).guidance()).isEqualTo(5.5);
  }

  @Test
  void sidesAreRoundedDownToEight() throws IOException, InterruptedException {
    JsonNode answer = make(200, usual().put("width", 100).put("height", 39));
    assertThat(size(answer.path("images").get(0))).hasToString("96x32");
  }

  @Test
  void tooManyStepsAreReducedAndTold() throws IOException, InterruptedException {
    JsonNode answer = make(200, usual().put("steps", 150));
    assertThat(MADE.get(0).steps()).isEqualTo(50);
    assertThat(info(answer).path("steps").asInt()).isEqualTo(50);
    assertThat(info(answer).path("notes").toString()).contains("steps 150 were reduced to 50");
  }

  @Test
  void theParametersOfTheAnswerHaveDefaults() throws IOException, InterruptedException {
    JsonNode answer = server.post(200, ROOT + "txt2img", "{\"prompt\":\"a cat\"}");
    assertThat(answer.at("/parameters/width").asInt()).isEqualTo(SIDE);
    assertThat(answer.at("/parameters/batch_size").asInt()).isEqualTo(1);
    assertThat(answer.at("/parameters/styles").isArray()).isTrue();
    assertThat(answer.path("parameters").has("sampler_name")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0, 0, 96x64",
    "4, 0, 0, 192x128",
    "1, 96, 64, 96x64",
    "1, 0, 64, 96x64",
    "1.25, 0, 0, 56x40",
    "3, 0, 0, 144x96",
    "2, 96, 96, 96x96"
  })
  void hiresFixEnlargesTheImage(double scale, int width, int height, String expected)
      throws IOException, InterruptedException {
    ObjectNode body = usual().put("enable_hr", true).put("hr_scale", scale);
    JsonNode answer = make(200, body.put("hr_resize_x", width).put("hr_resize_y", height));
    assertThat(size(answer.path("images").get(0))).hasToString(expected);
    assertThat(MADE).hasSize(2);
    assertThat(MADE.get(1).task()).isInstanceOf(Task.Upscale.class);
    assertThat(info(answer).at("/infotexts/0").asText()).contains("Hires upscaler: sana4j");
    assertThat(info(answer).path("notes").toString()).contains("denoising_strength 0.7");
  }

  @ParameterizedTest
  @CsvSource({"4.5, 0, 0", "2, 1000, 0", "2, 0, 400", "2, 16000, 16000"})
  void aLargerFactorIsRefused(double scale, int width, int height)
      throws IOException, InterruptedException {
    ObjectNode body = usual().put("enable_hr", true).put("hr_scale", scale);
    make(422, body.put("hr_resize_x", width).put("hr_resize_y", height));
  }

  @Test
  void lorasOfThePromptAreAppliedAndAreNoWords() throws IOException, InterruptedException {
    ObjectNode body = usual().put("prompt", "a <lora:style:0.8> cat <lora:other>");
    JsonNode answer = make(200, body);
    GenerationRequest made = MADE.get(0);
    assertThat(made.prompts()).containsExactly("a cat");
    assertThat(made.adapters()).extracting(lora -> lora.scale()).containsExactly(0.8, 1.0);
    assertThat(info(answer).path("prompt").asText()).contains("<lora:style:0.8>");
    assertThat(answer.path("info").asText()).doesNotContain(folder.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "a cat <lora:unknown:1>, unknown",
    "a cat <lora:style:much>, style",
    "a cat <lora:style:1> <lora:style:1>, style",
    "a cat <lora:../style:1>, ../style",
    "a cat <lora:style:1, not closed",
    "a cat <hypernet:style:1>, hypernetworks"
  })
  void aLoraThatCannotBeAppliedIsRefusedByName(String prompt, String named)
      throws IOException, InterruptedException {
    assertThat(refusal(make(422, usual().put("prompt", prompt)))).contains(named);
  }

  @Test
  void theWeightOfTheTransformerIsUsed() throws IOException, InterruptedException {
    make(200, usual().put("prompt", "a cat <lora:style:0.3:0.6><lora:other:te=0:unet=0.5>"));
    assertThat(MADE.get(0).adapters()).extracting(lora -> lora.scale()).containsExactly(0.6, 0.5);
  }

  @Test
  void aMaskOfAnotherSizeIsStretched() throws IOException, InterruptedException {
    String body =
        """
        {"prompt": "a dog", "init_images": ["data:image/png;base64,%s"], "mask": "%s",
         "mask_blur": 4, "inpainting_fill": 1, "inpaint_full_res": true, "resize_mode": 0,
         "inpainting_mask_invert": 1, "denoising_strength": 0, "image_cfg_scale": 1.5}\
        """
            .formatted(png(SIDE, SIDE), png(50, 20));
    server.post(200, ROOT + "img2img", body);
    Task.Inpaint task = (Task.Inpaint) MADE.get(0).task();
    assertThat(task.mask().size()).hasToString("32x32");
  }

  @Test
  void base64MayHaveLineBreaksNoPaddingAndTheAlphabetOfUrls()
      throws IOException, InterruptedException {
    String usual = png(SIDE, SIDE);
    String lines = usual.replaceAll("(.{40})", "$1\\\\n");
    String urlSafe = usual.replace('+', '-').replace('/', '_').replaceAll("=+$", "");
    for (String image : List.of(lines, urlSafe, "data:application/octet-stream;base64," + usual)) {
      String body = "{\"prompt\":\"a dog\",\"init_images\":[\"%s\"]}".formatted(image);
      server.post(200, ROOT + "img2img", body);
    }
  }

  @Test
  void theAdaptersOfTheFolderAreListed() throws IOException, InterruptedException {
    JsonNode loras = server.get(200, ROOT + "loras");
    assertThat(loras.findValuesAsText("name")).containsExactly("other", "style");
    assertThat(loras.toString()).doesNotContain(folder.toString());
  }
}
