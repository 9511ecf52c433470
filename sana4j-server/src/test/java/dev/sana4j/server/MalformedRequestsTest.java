package dev.sana4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.jobs.Job;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Thousands of malformed requests, the same in every run; the server never answers with 5xx. */
class MalformedRequestsTest {
  private static final ServerFixture SERVER = new ServerFixture();
  private static final String BOUNDARY = "boundary";

  private static final String PNG = png();

  private static final Map<String, String> GOOD =
      Map.of(
          "/api/v1/jobs",
          """
          {"prompt":"a cat","negative_prompt":"mud","width":32,"height":32,"steps":2,"guidance":4,
           "seed":3,"count":1,"format":"png","quality":90,"previews":true,"deadline_seconds":9,
           "image":"%s","mask":"%s","strength":0.5}"""
              .formatted(PNG, PNG),
          "/v1/images/generations",
          """
          {"prompt":"a cat","model":"fake","n":1,"size":"32x32","quality":"low","background":"auto",
           "response_format":"b64_json","output_format":"png","output_compression":50,
           "stream":false,"partial_images":1,"user":"u"}""",
          "/v1/images/edits",
          """
          {"prompt":"a cat","images":[{"image_url":"data:image/png;base64,%s"}],"size":"auto",
           "mask":{"image_url":"data:image/png;base64,%s"},"input_fidelity":"low"}"""
              .formatted(PNG, PNG),
          "/sdapi/v1/txt2img",
          """
          {"prompt":"a cat","negative_prompt":"","seed":-1,"steps":2,"cfg_scale":7,"width":32,
           "height":32,"batch_size":1,"n_iter":1,"sampler_name":"Fake","styles":[],
           "override_settings":{},"send_images":true,"subseed_strength":0}""",
          "/sdapi/v1/img2img",
          """
          {"prompt":"a cat","init_images":["%s"],"mask":"%s","denoising_strength":0.5,"steps":2,
           "mask_blur":2,"inpainting_mask_invert":1,"include_init_images":true}"""
              .formatted(PNG, PNG));

  /** The routes for existing images, and requests with scripts and tags. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "/sdapi/v1/extra-single-image",
          """
          {"image":"%s","resize_mode":0,"upscaling_resize":2,"upscaling_resize_w":64,
           "upscaling_resize_h":64,"upscaling_crop":true,"upscaler_1":"sana4j","upscaler_2":"None",
           "extras_upscaler_2_visibility":0,"gfpgan_visibility":0}"""
              .formatted(PNG),
          "/sdapi/v1/extra-batch-images",
          """
          {"imageList":[{"data":"%s","name":"a"}],"resize_mode":1,"upscaling_resize_w":30,
           "upscaling_resize_h":30,"upscaler_1":"None"}"""
              .formatted(PNG),
          "/sdapi/v1/png-info",
          "{\"image\":\"data:image/png;base64,%s\"}".formatted(PNG),
          "/controlnet/detect",
          """
          {"controlnet_module":"canny","controlnet_input_images":["%s"],
           "controlnet_threshold_a":64,"controlnet_threshold_b":"128"}"""
              .formatted(PNG),
          "/sdapi/v1/txt2img",
          """
          {"prompt":"a cat","width":"32","height":32,"steps":2,"enable_hr":true,"hr_scale":2,
           "hr_resize_x":0,"hr_resize_y":0,"denoising_strength":0.2,"sampler_name":"Euler a",
           "alwayson_scripts":{"ControlNet":{"args":[{"enabled":false,"image":"%s","weight":1}]}}}"""
              .formatted(PNG),
          "/v1/images/generations",
          """
          {"prompt":"a cat","seed":3,"steps":2,"num_inference_steps":2,"guidance_scale":4,
           "negative_prompt":"mud","lora":[]}""",
          "/v1/images/edits",
          "{\"prompt\":\"a cat\",\"image\":\"%s\",\"mask\":{\"b64_json\":\"%s\"}}"
              .formatted(PNG, PNG));

  private final Map<Integer, Integer> statuses = new LinkedHashMap<>();

  private static String png() {
    RgbImage image = RgbImage.of(16, 16, new byte[768]);
    byte[] file = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image);
    return Base64.getEncoder().encodeToString(file);
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** Waits for all jobs, then checks that the server answers a valid request. */
  @AfterEach
  void theServerIsWell() throws IOException, InterruptedException {
    for (Job job : SERVER.jobs().active(new Client("127.0.0.1"))) {
      assertThat(job.awaitEnd(Duration.ofSeconds(10))).isTrue();
    }
    SERVER.post(200, "/v1/images/generations", "{\"prompt\":\"a cat\"}");
  }

  private void count(String what, HttpResponse<byte[]> response) throws IOException {
    int status = response.statusCode();
    statuses.merge(status, 1, Integer::sum);
    assertThat(status).as(what).isLessThan(500);
    if (status >= 400 && response.body().length > 0) {
      JsonNode answer = ServerFixture.JSON.readTree(response.body());
      assertThat(answer.toString()).as(what).doesNotContain("Exception:", "java.", "dev.sana4j");
    }
  }

  private int refused() {
    return statuses.entrySet().stream()
        .filter(entry -> entry.getKey() >= 400)
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  @Test
  void everySpoiledBodyIsRefusedWithAReason() throws IOException, InterruptedException {
    Mutations mutations = new Mutations(1);
    for (int i = 0; i < 500; i++) {
      for (Map.Entry<String, String> good : GOOD.entrySet()) {
        byte[] body = mutations.of(good.getValue());
        count(
            good.getKey() + " " + new String(body, StandardCharsets.ISO_8859_1),
            SERVER.send("POST", good.getKey(), body));
      }
    }
    assertThat(refused()).isGreaterThan(2000);
  }

  @Test
  void everySpoiledRequestOfAClientIsAnsweredOrRefused() throws IOException, InterruptedException {
    Mutations mutations = new Mutations(4);
    int rounds = Integer.getInteger("sana4j.fuzz.rounds", 43);
    for (int i = 0; i < rounds; i++) {
      for (Map.Entry<String, String> good : OTHERS.entrySet()) {
        byte[] body = mutations.of(good.getValue());
        count(
            good.getKey() + " " + new String(body, StandardCharsets.ISO_8859_1),
            SERVER.send("POST", good.getKey(), body));
      }
    }
    assertThat(refused()).isGreaterThan(100);
  }

  @Test
  void everyGoodRequestOfAClientIsAnswered() throws IOException, InterruptedException {
    for (Map.Entry<String, String> good : OTHERS.entrySet()) {
      count(
          good.getKey(),
          SERVER.send("POST", good.getKey(), good.getValue().getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(statuses).containsOnlyKeys(200);
  }

  @Test
  void everySpoiledFormIsRefusedWithAReason() throws IOException, InterruptedException {
    Mutations mutations = new Mutations(2);
    byte[] form = form();
    for (int i = 0; i < 300; i++) {
      byte[] body = i % 2 == 0 ? mutations.cut(form) : mutations.damaged(form);
      String path = i % 3 == 0 ? "/v1/images/variations" : "/v1/images/edits";
      String type = "multipart/form-data; boundary=" + (i % 7 == 0 ? "other" : BOUNDARY);
      count("form " + i, SERVER.send("POST", path, body, "Content-Type", type));
    }
    assertThat(refused()).isGreaterThan(100);
  }

  private static byte[] form() {
    String head = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=";
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    String texts = head + "\"prompt\"\r\n\r\na cat\r\n" + head + "\"n\"\r\n\r\n1\r\n";
    form.writeBytes(texts.getBytes(StandardCharsets.UTF_8));
    for (String name : List.of("image", "mask")) {
      String part = head + "\"" + name + "\"; filename=\"" + name + ".png\"\r\n\r\n";
      form.writeBytes(part.getBytes(StandardCharsets.UTF_8));
      form.writeBytes(Base64.getDecoder().decode(PNG));
      form.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    form.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return form.toByteArray();
  }

  @Test
  void aGoodFormIsNone() throws IOException, InterruptedException {
    String type = "multipart/form-data; boundary=" + BOUNDARY;
    count("form", SERVER.send("POST", "/v1/images/edits", form(), "Content-Type", type));
    assertThat(statuses).containsOnlyKeys(200);
  }

  @Test
  void everyGoodBodyIsNone() throws IOException, InterruptedException {
    for (Map.Entry<String, String> good : GOOD.entrySet()) {
      count(
          good.getKey(),
          SERVER.send("POST", good.getKey(), good.getValue().getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(statuses.keySet()).isSubsetOf(200, 202);
  }

  @Test
  void noPathLeadsOutside() throws IOException {
    Mutations mutations = new Mutations(3);
    for (int i = 0; i < 500; i++) {
      String line = mutations.method() + " " + mutations.path();
      String answer = raw(line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertThat(answer).as(line).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 5");
    }
  }

  @Test
  void methodsThatAreMadeUpAreCountedAsOne() throws IOException, InterruptedException {
    raw("FETCH /api/v1/queue HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    String metrics =
        new String(SERVER.send("GET", "/metrics", new byte[0]).body(), StandardCharsets.UTF_8);
    assertThat(metrics).contains("method=\"GET\"").doesNotContain("FETCH");
  }

  @Test
  void whatIsNoHttpIsRefused() throws IOException {
    for (String text :
        List.of(
            "\r\n\r\n",
            "hello\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(20_000) + "\r\n\r\n",
            "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n",
            "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST /api/v1/jobs HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n")) {
      assertThat(raw(text)).as(text).doesNotContain("HTTP/1.1 5", "HTTP/1.1 2");
    }
  }

  @Test
  void aBodyThatIsTooLargeIsNotRead() throws IOException, InterruptedException {
    byte[] large = new byte[(24 << 20) + 1];
    count("large", SERVER.send("POST", "/api/v1/jobs", large));
    count("large", SERVER.send("POST", "/v1/images/generations", large));
    assertThat(statuses).containsOnlyKeys(413);
  }

  @Test
  void anImageThatUnpacksToTooMuchIsNotUnpacked() throws IOException, InterruptedException {
    RgbImage large = RgbImage.of(4096, 1025, new byte[3 * 4096 * 1025]);
    byte[] file = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(large);
    String body = "{\"prompt\":\"a cat\",\"image\":\"%s\"}";
    JsonNode answer =
        SERVER.post(400, "/api/v1/jobs", body.formatted(Base64.getEncoder().encodeToString(file)));
    assertThat(answer.path("error").path("message").asText()).contains("4096x1025");
  }

  /** Sends raw bytes and returns the answer. */
  private static String raw(String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), SERVER.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      }
    }
  }
}
