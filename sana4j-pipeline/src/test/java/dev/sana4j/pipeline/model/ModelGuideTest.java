package dev.sana4j.pipeline.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.folder.ModelException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelGuideTest {
  private static final String WORDS = "{\"en\":\"a\",\"zh\":\"b\"}";

  private static ModelGuide parse(String json) {
    return ModelGuide.parse(json.replace("WORDS", WORDS).getBytes(UTF_8), Path.of("guide.json"));
  }

  @Test
  void theShortestGuideIsOneSentence() {
    ModelGuide guide = parse("{\"knows\":WORDS}");
    assertThat(guide.objects()).isEmpty();
    assertThat(guide.styles()).isEmpty();
    assertThat(guide.guidance()).isNull();
    assertThat(guide.colors()).isEmpty();
    assertThat(guide.counts()).isEmpty();
    assertThat(guide.relations()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "not a valid guide | {\"knows\":",
        "knows is missing  | {}",
        "zh needs          | {\"knows\":{\"en\":\"a\"}}",
        "guidance          | {\"knows\":WORDS,\"guidance\":900}",
        "wrap              | {\"knows\":WORDS,\"styles\":[{\"id\":\"x\",\"name\":WORDS}]}",
        "prompt            |"
            + " {\"knows\":WORDS,\"styles\":[{\"id\":\"x\",\"name\":WORDS,\"wrap\":WORDS}]}",
        "id                |"
            + " {\"knows\":WORDS,\"styles\":[{\"id\":\"<b>\",\"name\":WORDS,\"word\":WORDS}]}",
        "color             |"
            + " {\"knows\":WORDS,\"backgrounds\":[{\"id\":\"x\",\"name\":WORDS,\"color\":\"url(x)\",\"phrase\":WORDS}]}",
        "words             | {\"knows\":WORDS,\"objects\":[{\"emoji\":\"x\",\"example\":WORDS}]}",
        "needs words       |"
            + " {\"knows\":WORDS,\"colors\":[{\"id\":\"x\",\"en\":[],\"zh\":[\"x\"]}]}",
        "a count is 1      |"
            + " {\"knows\":WORDS,\"counts\":[{\"value\":0,\"en\":[\"x\"],\"zh\":[\"x\"]}]}",
        "null              | {\"knows\":WORDS,\"examples\":[null]}",
        "unknown           | {\"knows\":WORDS,\"colour\":1}",
        "is null           | null",
      })
  void aWrongGuideIsRefusedWithItsReason(String reason, String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("guide.json")
        .hasMessageContaining(reason.equals("unknown") ? "colour" : reason);
  }
}
