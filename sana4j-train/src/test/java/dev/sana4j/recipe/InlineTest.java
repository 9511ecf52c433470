package dev.sana4j.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class InlineTest {
  record Pace(double rate, int steps) {
    Pace {
      if (steps < 1) {
        throw new IllegalArgumentException("steps must be at least 1");
      }
    }
  }

  record Config(
      @Key(doc = "First.", value = "a") String name,
      @Inline({@Key(doc = "How fast.", value = "0.5"), @Key(doc = "How long.")}) Pace pace,
      @Key(doc = "Last.", value = "7") int last) {}

  private static Config parse(String yaml, String... overrides) {
    return Recipe.parse(yaml, Path.of(""), Config.class, List.of(overrides));
  }

  @Test
  void itsKeysStandBesideTheOthers() {
    assertThat(parse("steps: 3")).isEqualTo(new Config("a", new Pace(0.5, 3), 7));
    assertThat(parse("{last: 1, rate: 2, steps: 3}", "steps=4"))
        .isEqualTo(new Config("a", new Pace(2, 4), 1));
  }

  @Test
  void itIsWrittenAsItIsRead() {
    Config config = new Config("b", new Pace(0.25, 9), 8);
    String yaml = Recipe.write(config);
    assertThat(Recipe.values(yaml).keySet()).containsExactly("name", "rate", "steps", "last");
    assertThat(parse(yaml)).isEqualTo(config);
  }

  @Test
  void itsKeysAreDocumentedInTheirOrder() {
    assertThat(Recipe.markdown(Config.class))
        .contains(
            "| `name` |", "| `rate` | `0.5` | How fast. |\n| `steps` | required | How long. |");
  }

  @Test
  void itsProblemsNameTheKeyWithoutABlock() {
    assertThatThrownBy(() -> parse("steps: 0"))
        .hasMessage("'steps' in the config must be at least 1");
    assertThatThrownBy(() -> parse("{steps: 1, pace: {rate: 1}}"))
        .hasMessageContaining("unknown key 'pace'");
    assertThatThrownBy(() -> parse("rate: 1"))
        .hasMessageContaining("the required key 'steps' is missing");
  }

  @Test
  void aPartTakesThePlaceOfTheOneComponentItFits() {
    Config config = parse("steps: 3");
    assertThat(Recipe.with(config, new Pace(1, 2), "c"))
        .isEqualTo(new Config("c", new Pace(1, 2), 7));
    assertThatThrownBy(() -> Recipe.with(config, 2.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 components");
  }
}
