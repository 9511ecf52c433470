package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({
    "512, 512, 128x128",
    "1024, 768, 128x96",
    "768, 1024, 96x128",
    "1920, 1080, 160x96",
    "3, 2, 144x96",
    "160, 96, 160x96",
    "1, 100, 64x256",
    "16384, 1, 256x64"
  })
  void generatedBinsHaveAtMostTheAreaOfTheSquareAndNearlyTheRatio(
      int width, int height, String bin) {
    AspectRatioBins bins = AspectRatioBins.generated(128, 16, 4);
    assertThat(bins.closest(new ImageSize(width, height))).isEqualTo(ImageSize.parse(bin));
  }

  @ParameterizedTest
  @CsvSource({
    "100, 16, 4",
    "8, 16, 4",
    "128, 0, 4",
    "128, 16, 0.5",
    "128, 16, NaN",
    "32768, 16, 4"
  })
  void thereAreNoBinsForAResolutionThatIsNoMultiple(int side, int multiple, double ratio) {
    assertThatThrownBy(() -> AspectRatioBins.generated(side, multiple, ratio))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("there are no sizes for resolution " + side);
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
