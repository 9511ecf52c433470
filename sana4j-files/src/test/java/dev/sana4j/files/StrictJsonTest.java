package dev.sana4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

class StrictJsonTest {
  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  @Test
  void nestingIsBounded() throws JsonProcessingException {
    JsonMapper shallow = StrictJson.bounded(3).build();
    assertThat(shallow.readTree(nested(3))).hasSize(1);
    assertThatThrownBy(() -> shallow.readTree(nested(4)))
        .isInstanceOf(StreamConstraintsException.class);
    assertThatThrownBy(() -> StrictJson.mapper().readTree(nested(65)))
        .isInstanceOf(StreamConstraintsException.class);
  }

  @Test
  void textsAreBounded() {
    JsonMapper few = StrictJson.bounded(3, 10).build();
    assertThatThrownBy(() -> few.readTree('"' + "x".repeat(100_000) + '"'))
        .isInstanceOf(StreamConstraintsException.class);
  }

  @Test
  void onlyTheStrictSettingsRefuseARepeatedKey() throws JsonProcessingException {
    String twice = "{\"a\": 1, \"a\": 2}";
    assertThat(StrictJson.bounded(3).build().readTree(twice).path("a").intValue()).isEqualTo(2);
    JsonMapper strict = JsonMapper.builder(StrictJson.settings(3).build()).build();
    assertThatThrownBy(() -> strict.readTree(twice)).hasMessageContaining("Duplicate");
  }
}
