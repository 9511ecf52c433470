package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CacheCommandTest {
  @Test
  void theListNamesEveryKindAndTheLibrariesInUse() {
    assertThat(Run.sana("cache").succeeds().out())
        .contains(
            "natives (",
            "tokenizers (",
            "sqlite (",
            "bundled (",
            "converted (",
            "speeds (",
            "hub (")
        .contains("pytorch-");
  }

  @Test
  void theListCanBeJson() {
    assertThat(Run.sana("cache", "--json").succeeds().out().strip())
        .startsWith("[")
        .endsWith("]")
        .contains("\"kind\" : \"natives\"", "\"current\" : true");
  }

  @Test
  void aDryRunReportsASize() {
    assertThat(Run.sana("cache", "prune", "--dry-run", "speeds").out()).contains("would remove ");
  }

  @Test
  void downloadsOfTheHubAreNotRemoved() {
    Run.sana("cache", "prune", "hub").isRefused("shared with other programs");
  }

  @Test
  void anUnknownKindIsRefused() {
    Run.sana("cache", "prune", "everything").isRefused("everything");
  }

  @Test
  void aNegativeAgeIsRefused() {
    Run.sana("cache", "prune", "--older-than", "-1").isRefused("--older-than must be 0 to");
  }
}
