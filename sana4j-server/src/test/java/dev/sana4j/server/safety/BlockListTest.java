package dev.sana4j.server.safety;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockListTest {
  private final BlockList list =
      BlockList.of(List.of("# of words", "axe", "big knife", "", "武器", "Café"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "an axe",
        "AXE!",
        "an ａｘｅ on a table",
        "a big,  knife",
        "a cafe in Paris",
        "一把武器",
        "一把武 器",
        "Ａ-axe-b"
      })
  void aWordIsFoundHoweverItIsWritten(String prompt) {
    assertThat(list.refusal(prompt)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a relaxed cat", "a knife, big as a house", "of words", "武 术"})
  void otherPromptsPass(String prompt) {
    assertThat(list.refusal(prompt)).isEmpty();
  }

  @Test
  void aRefusalDoesNotTellTheWord() {
    assertThat(list.refusal("an axe").orElseThrow()).doesNotContain("axe");
    assertThat(list.count()).isEqualTo(4);
  }
}
