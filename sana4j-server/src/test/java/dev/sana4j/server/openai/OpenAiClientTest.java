package dev.sana4j.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.images.Image;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.safety.ApiKeys;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The official client for Java, unchanged. */
class OpenAiClientTest {
  private static final ServerFixture SERVER =
      new ServerFixture(
          new FakeGenerator(),
          Filters.NONE,
          ServerFixture.settings(
              ApiKeys.of(List.of("anna secret")), List.of(), false, ServerFixture.queue(9)));

  private static final OpenAIClient CLIENT = client(SERVER, "secret");

  private static OpenAIClient client(ServerFixture server, String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(server.uri("/v1").toString())
        .apiKey(key)
        .maxRetries(0)
        .responseValidation(true)
        .build();
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static ImageGenerateParams.Builder request(String prompt) {
    return ImageGenerateParams.builder().prompt(prompt).model("fake");
  }

  private static RgbImage decoded(Image image) {
    byte[] file = Base64.getDecoder().decode(image.b64Json().orElseThrow());
    return ImageFiles.read(ImageSource.of("image", file));
  }

  private static byte[] image(int side) {
    RgbImage image = RgbImage.of(side, side, new byte[3 * side * side]);
    return new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(image);
  }

  private static MultipartField<ImageEditParams.Image> upload(byte[] file) {
    return MultipartField.<ImageEditParams.Image>builder()
        .value(ImageEditParams.Image.ofInputStream(new ByteArrayInputStream(file)))
        .filename("image.png")
        .build();
  }

  @Test
  void itGeneratesImages() {
    ImagesResponse answer =
        CLIENT.images().generate(request("a cat").n(2).size("48x32").build()).validate();
    assertThat(answer.data().orElseThrow())
        .hasSize(2)
        .allSatisfy(image -> assertThat(decoded(image).width()).isEqualTo(48));
    assertThat(answer.usage().orElseThrow().outputTokens()).isPositive();
  }

  @Test
  void itFetchesImagesByTheirAddress() throws Exception {
    ImagesResponse answer =
        CLIENT
            .images()
            .generate(
                request("a cat")
                    .putAdditionalBodyProperty("response_format", JsonValue.from("url"))
                    .build());
    String url = answer.data().orElseThrow().get(0).url().orElseThrow();
    try (InputStream in = URI.create(url).toURL().openStream()) {
      assertThat(ImageFiles.read(ImageSource.of("image", in.readAllBytes())).width())
          .isEqualTo(FakeGenerator.SIDE);
    }
  }

  @Test
  void itStreamsPartialImages() {
    List<ImageGenStreamEvent> events = new ArrayList<>();
    try (StreamResponse<ImageGenStreamEvent> stream =
        CLIENT.images().generateStreaming(request("a cat").partialImages(2).build())) {
      stream.stream().forEach(events::add);
    }
    assertThat(events).hasSizeGreaterThan(1);
    assertThat(events.subList(0, events.size() - 1))
        .allMatch(event -> event.isGenerationPartialImage());
    assertThat(
            events.get(events.size() - 1).generationCompleted().orElseThrow().validate().b64Json())
        .isNotEmpty();
  }

  @Test
  void itEditsAnImage() {
    ImagesResponse answer =
        CLIENT
            .images()
            .edit(
                ImageEditParams.builder()
                    .image(upload(image(FakeGenerator.SIDE)))
                    .mask(image(FakeGenerator.SIDE))
                    .prompt("a dog")
                    .n(1)
                    .build())
            .validate();
    assertThat(decoded(answer.data().orElseThrow().get(0)).width()).isEqualTo(FakeGenerator.SIDE);
  }

  @Test
  void itListsTheModel() {
    assertThat(CLIENT.models().list().data())
        .singleElement()
        .satisfies(model -> assertThat(model.validate().id()).isEqualTo("fake"));
    assertThat(CLIENT.models().retrieve("fake").ownedBy()).isEqualTo("sana4j");
  }

  @Test
  void itUnderstandsARefusal() {
    assertThatThrownBy(() -> CLIENT.images().generate(request("a cat").size("12").build()))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            error -> {
              assertThat(error.param()).contains("size");
              assertThat(error.type()).contains("invalid_request_error");
            });
  }

  @Test
  void itUnderstandsAWrongKey() {
    assertThatThrownBy(() -> client(SERVER, "wrong").models().list())
        .isInstanceOf(UnauthorizedException.class);
  }

  @Test
  void itUnderstandsAFullQueue() throws Exception {
    try (ServerFixture busy =
        new ServerFixture(
            new FakeGenerator(),
            Filters.NONE,
            ServerFixture.settings(ApiKeys.none(), List.of(), false, ServerFixture.queue(1)))) {
      busy.post(202, "/api/v1/jobs", "{\"prompt\":\"slow\",\"count\":10}");
      assertThatThrownBy(() -> client(busy, "any").images().generate(request("a cat").build()))
          .isInstanceOfSatisfying(
              RateLimitException.class,
              error -> assertThat(error.headers().values("Retry-After")).isNotEmpty());
    }
  }
}
