package dev.sana4j.server.safety;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
  private final ApiKeys keys =
      ApiKeys.of(List.of("# a comment", "", "anna secret-1", "  secret-2  "));

  @Test
  void aKeyHasTheNameBeforeItOrItsNumber() {
    assertThat(keys.nameOf("secret-1")).contains("anna");
    assertThat(keys.nameOf("secret-2")).contains("key-2");
    assertThat(keys.count()).isEqualTo(2);
  }

  @Test
  void whatIsNoKeyHasNoName() {
    for (String other : List.of("", "anna", "secret-", "secret-11", "# a comment")) {
      assertThat(keys.nameOf(other)).as(other).isEmpty();
    }
  }

  @Test
  void withoutKeysNoneIsNeeded() {
    assertThat(ApiKeys.none().isEmpty()).isTrue();
    assertThat(ApiKeys.of(List.of("#", " ")).isEmpty()).isTrue();
    assertThat(keys.isEmpty()).isFalse();
  }
}
