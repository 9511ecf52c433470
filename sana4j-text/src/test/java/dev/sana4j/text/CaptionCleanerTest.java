package dev.sana4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptionCleanerTest {

  /**
   * Compares with the cleaning of the diffusers pipeline of SANA, applied twice, with BeautifulSoup
   * and Python's own html and urllib, without its ftfy call.
   */
  static Stream<Arguments> captions() throws IOException {
    try (InputStream in = CaptionCleanerTest.class.getResourceAsStream("captions.json")) {
      return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false)
          .map(
              sample ->
                  arguments(sample.get("caption").textValue(), sample.get("cleaned").textValue()));
    }
  }

  @ParameterizedTest
  @MethodSource("captions")
  void cleansAsTheReferenceDoes(String caption, String cleaned) {
    assertThat(CaptionCleaner.clean(caption)).isEqualTo(cleaned);
  }

  @Test
  void resolvesOnlyValidCharacterReferences() {
    assertThat(Html.unescape("&#65;&#x42;&#0;&#xD800;&#9999999;&unknown;&lt;&hellip;"))
        .isEqualTo("AB\uFFFD\uFFFD\uFFFD&unknown;<\u2026");
  }

  @Test
  void refusesACaptionThatIsTooLong() {
    assertThatThrownBy(() -> CaptionCleaner.clean("a".repeat(CaptionCleaner.MAX_CHARS + 1)))
        .isInstanceOf(TextException.class)
        .hasMessage("the prompt has 5001 characters; caption cleaning accepts at most 5000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a.",
        "a-",
        "1.",
        "a1",
        "<",
        "<!--",
        "<a ",
        "<script>",
        "&",
        "%20",
        "%",
        " ",
        "\"",
        "x1x ",
        ". ",
        "http:",
        "@",
        "1x"
      })
  void hostileRepetitionsTakeBoundedTime(String piece) {
    String caption = piece.repeat(CaptionCleaner.MAX_CHARS / piece.length());
    Assertions.assertTimeout(Duration.ofSeconds(20), () -> CaptionCleaner.clean(caption));
  }
}
