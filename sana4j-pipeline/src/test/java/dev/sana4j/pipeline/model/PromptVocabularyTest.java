package dev.sana4j.pipeline.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptVocabularyTest {
  private static final String GUIDE =
      """
      {"knows": {"en": "A model.", "zh": "模型"},
       "objects": [
         {"emoji": "🏠", "en": ["house", "houses"], "zh": ["房子"],
          "example": {"en": "a house", "zh": "一座房子"},
          "near": {"en": ["castle", "tree house"], "zh": ["城堡"]}},
         {"emoji": "🍦", "en": ["ice cream", "ice creams"], "zh": ["冰淇淋"],
          "example": {"en": "an ice cream", "zh": "一个冰淇淋"},
          "near": {"en": ["gelato"], "zh": []}},
         {"emoji": "✈️", "en": ["airplane", "airplanes"], "zh": ["飞机"],
          "example": {"en": "an airplane", "zh": "一架飞机"}},
         {"emoji": "🎃", "en": ["jack-o'-lantern"], "zh": ["南瓜灯"],
          "example": {"en": "a jack-o'-lantern", "zh": "一个南瓜灯"}},
         {"emoji": "🐘", "en": ["elephant", "elephants"], "zh": ["大象"],
          "example": {"en": "an elephant", "zh": "一头大象"}}],
       "styles": [{"id": "solid", "name": {"en": "3D", "zh": "3D"},
                   "word": {"en": "3D", "zh": "3D风格的"}}],
       "backgrounds": [{"id": "blue", "name": {"en": "Blue", "zh": "蓝色"}, "color": "#0000ff",
                        "phrase": {"en": "a blue background", "zh": "蓝色背景"}}],
       "colors": [{"id": "green", "en": ["green"], "zh": ["绿色", "绿"]}],
       "counts": [{"value": 1, "en": ["one"], "zh": ["一"]},
                  {"value": 2, "en": ["two"], "zh": ["两"]}],
       "relations": [{"id": "left", "en": ["left of"], "zh": ["左边"]}]}
      """;

  private final PromptVocabulary vocabulary =
      Objects.requireNonNull(
          PromptVocabulary.of(ModelGuide.parse(GUIDE.getBytes(UTF_8), Path.of("guide.json"))));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a house",
        "An image of two 3D Houses on a blue background.",
        "a green airplane to the left of an ice cream, blue background",
        "a jack-o'-lantern's picture",
        "🏠 on a blue background",
        "✈ ✈️",
        "蓝色背景上的一座3D风格的绿色房子",
        "蓝色背景上，一架飞机在一座房子的左边",
        "蓝色背景上的🎃",
        ""
      })
  void aPromptOfKnownWordsStaysAsItIs(String prompt) {
    PromptVocabulary.Reading reading = vocabulary.read(prompt);
    assertThat(reading.prompt()).isEqualTo(prompt);
    assertThat(reading.notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-", "a ", "a’", "龙", "🦖", "1"})
  void aLongPromptIsRead(String part) {
    String prompt = part.repeat(50_000);
    assertThat(vocabulary.read(prompt).prompt()).isEqualTo(prompt);
  }

  @ParameterizedTest
  @CsvSource({
    "a dragon on a blue background,dragon",
    "a fluffy house,fluffy",
    "three houses,three",
    "a house above an airplane,above",
    "a purple house,purple",
    "🦖 left of 🏠,🦖",
    "一条龙,龙",
    "五座房子,五",
    "a horse,horse",
    "a mouse,mouse",
    "houseboat,houseboat"
  })
  void anUnknownWordIsNamed(String prompt, String word) {
    PromptVocabulary.Reading reading = vocabulary.read(prompt);
    assertThat(reading.prompt()).isEqualTo(prompt);
    assertThat(reading.notes()).containsExactly("this model does not know '" + word + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "a castle,a house,castle,house",
    "two castles left of a house,two houses left of a house,castles,houses",
    "a 3D tree house,a 3D house,tree house,house",
    "a Gelato on a blue background,an ice cream on a blue background,Gelato,ice cream",
    "an elefant,an elephant,elefant,elephant",
    "an airplan,an airplane,airplan,airplane",
    "a huose,a house,huose,house",
    "一座城堡,一座房子,城堡,房子"
  })
  void aNearWordIsReplaced(String prompt, String read, String word, String near) {
    PromptVocabulary.Reading reading = vocabulary.read(prompt);
    assertThat(reading.prompt()).isEqualTo(read);
    assertThat(reading.notes())
        .containsExactly(
            "this model does not know '%s'; the closest it knows is '%s', which replaces it"
                .formatted(word, near));
  }

  @Test
  void manyUnknownWordsGiveFiveNotes() {
    assertThat(vocabulary.read("alpha beta gamma delta epsilon zeta alpha").notes())
        .hasSize(5)
        .doesNotHaveDuplicates();
  }

  @Test
  void aModelThatIsNotLimitedHasNoVocabulary() {
    assertThat(PromptVocabulary.of(null)).isNull();
    byte[] json = "{\"knows\":{\"en\":\"a\",\"zh\":\"b\"}}".getBytes(UTF_8);
    assertThat(PromptVocabulary.of(ModelGuide.parse(json, Path.of("guide.json")))).isNull();
  }
}
