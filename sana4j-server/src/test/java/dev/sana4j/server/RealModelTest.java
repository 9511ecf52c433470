package dev.sana4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.Infotext;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.server.jobs.ModelCard;
import dev.sana4j.server.jobs.PipelineGenerator;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server with the smallest real model. */
class RealModelTest {
  private static final Path MODEL =
      Path.of(
              System.getProperty(
                  "sana4j.reference", "../sana4j-verify/src/test/resources/reference"))
          .resolve("pipelines/tiny-sprint");

  static {
    Libtorch.threads(1);
  }

  private final ModelConfig config = ModelConfig.read(ModelFolder.open(MODEL));
  private final int side = 4 * config.sizeStep();

  private final ServerFixture server =
      new ServerFixture(
          new PipelineGenerator(
              ModelCard.of("tiny", config),
              SanaPipeline.builder(config.folder()).dtype(DType.FLOAT32).open()));

  @AfterEach
  void stop() {
    server.close();
  }

  private String size() {
    return "\"width\":%d,\"height\":%d".formatted(side, side);
  }

  private List<Map.Entry<String, JsonNode>> events(String body)
      throws IOException, InterruptedException {
    String id = server.post(202, "/api/v1/jobs", body).path("id").asText();
    return server.events(
        HttpRequest.newBuilder(server.uri("/api/v1/jobs/" + id + "/events")).build());
  }

  private byte[] image(JsonNode done, int index) throws IOException, InterruptedException {
    assertThat(done.path("status").asText()).as(done.toString()).isEqualTo("succeeded");
    String url = done.path("images").get(index).path("url").asText();
    return server.send("GET", url, new byte[0]).body();
  }

  private static JsonNode last(List<Map.Entry<String, JsonNode>> events) {
    return events.get(events.size() - 1).getValue();
  }

  @Test
  void anImageTellsHowItWasMadeAndIsMadeAgain(@TempDir Path folder)
      throws IOException, InterruptedException {
    JsonNode done = last(events("{\"prompt\":\"a cat\",\"seed\":5,\"count\":2," + size() + "}"));
    Path png = folder.resolve("second.png");
    Files.write(png, image(done, 1));
    ImageProvenance made = ImageProvenance.read(png);
    assertThat(made.model()).isEqualTo("tiny");
    assertThat(made.request().seed()).isEqualTo(6);
    try (SanaPipeline pipeline =
        SanaPipeline.builder(config.folder()).dtype(DType.FLOAT32).open()) {
      RgbImage again = pipeline.generate(made.request()).get(0).pixels();
      assertThat(ImageFiles.read(png).rgb()).isEqualTo(again.rgb());
    }
  }

  @Test
  void unfinishedImagesAreShown() throws IOException, InterruptedException {
    assertThat(events("{\"prompt\":\"a cat\",\"steps\":3,\"previews\":true," + size() + "}"))
        .extracting(Map.Entry::getKey)
        .contains("preview", "image");
  }

  @Test
  void whatIsBlackInAMaskStays() throws IOException, InterruptedException {
    byte[] first = image(last(events("{\"prompt\":\"a cat\",\"seed\":5," + size() + "}")), 0);
    String image = Base64.getEncoder().encodeToString(first);
    byte[] white = new byte[3 * side * side / 2]; // the upper half
    Arrays.fill(white, (byte) 255);
    RgbImage half = RgbImage.of(side, side, Arrays.copyOf(white, 2 * white.length));
    byte[] mask = new ImageEncoding(ImageFormat.PNG, 90, Map.of(), null).bytes(half);
    String body =
        "{\"prompt\":\"a dog\",\"image\":\"%s\",\"mask\":\"%s\"}"
            .formatted(image, Base64.getEncoder().encodeToString(mask));
    byte[] second = image(last(events(body)), 0);
    byte[] before = ImageFiles.read(ImageSource.of("first", first)).rgb();
    byte[] after = ImageFiles.read(ImageSource.of("second", second)).rgb();
    assertThat(Arrays.copyOfRange(after, white.length, after.length))
        .isEqualTo(Arrays.copyOfRange(before, white.length, before.length));
    assertThat(after).isNotEqualTo(before);
  }

  @Test
  void anySizeIsMade() throws IOException, InterruptedException {
    String body = "{\"prompt\":\"a cat\",\"width\":%d,\"height\":1}".formatted(side + 1);
    byte[] made = image(last(events(body)), 0);
    assertThat(ImageFiles.read(ImageSource.of("made", made)).size())
        .isEqualTo(new ImageSize(side + 1, 1));
  }

  @Test
  void everyPngHasTheTextOfOtherPrograms(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path png = folder.resolve("image.png");
    Files.write(png, image(last(events("{\"prompt\":\"a cat\",\"seed\":5," + size() + "}")), 0));
    assertThat(Infotext.read(png).orElseThrow().settings())
        .containsEntry("Seed", "5")
        .containsEntry("Model", "tiny");
  }
}
