package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AspectRatioBinsTest {

  private static final Path REFERENCE =
      Path.of(
          System.getProperty("sana4j.reference", "../sana4j-verify/src/test/resources/reference"));

  @Test
  void classifiesAsTheReferenceDoes() throws IOException {
    JsonNode cases = json("image/classify.json").get("classify_1024");
    assertThat(cases).isNotEmpty();
    cases
        .properties()
        .forEach(
            expected -> {
              String[] heightWidth = expected.getKey().split("x", -1);
              var requested =
                  new ImageSize(Integer.parseInt(heightWidth[1]), Integer.parseInt(heightWidth[0]));
              assertThat(AspectRatioBins.of(1024).closest(requested))
                  .isEqualTo(size(expected.getValue()));
            });
  }

  @Test
  void everyBinIsTheReferences() throws IOException {
    json("aspect_ratio_bins.json")
        .properties()
        .forEach(
            resolution -> {
              var bins = AspectRatioBins.of(Integer.parseInt(resolution.getKey()));
              for (JsonNode bin : resolution.getValue()) {
                assertThat(bins.closest(size(bin))).isEqualTo(size(bin));
              }
            });
  }

  @Test
  void theFirstOfTwoEquallyNearBinsWins() {
    // 53:200 = 0.265 is halfway between the ratios 0.25 and 0.28.
    ImageSize tie = AspectRatioBins.of(512).closest(new ImageSize(200, 53));
    assertThat(tie).isEqualTo(new ImageSize(1024, 256));
  }

  @Test
  void thereAreBinsForFourResolutions() {
    assertThat(List.of(512, 1024, 2048, 4096)).allMatch(AspectRatioBins::exists);
    assertThat(AspectRatioBins.exists(768)).isFalse();
    assertThatThrownBy(() -> AspectRatioBins.of(768))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "there are no aspect ratio bins for resolution 768; expected one of [512, 1024, 2048, 4096]");
  }

  private static ImageSize size(JsonNode heightWidth) {
    return new ImageSize(heightWidth.get(1).intValue(), heightWidth.get(0).intValue());
  }

  private static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(REFERENCE.resolve(name).toFile());
  }
}
