package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.hub.HubException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubIdTest {
  @Test
  void withoutARevisionItIsMain() {
    HubId id = HubId.parse("Efficient-Large-Model/SANA1.5_4.8B_1024px_diffusers");
    assertThat(id.revision()).isEqualTo("main");
    assertThat(id).hasToString("Efficient-Large-Model/SANA1.5_4.8B_1024px_diffusers");
    assertThat(id.folderName())
        .isEqualTo("models--Efficient-Large-Model--SANA1.5_4.8B_1024px_diffusers");
  }

  @Test
  void aRevisionMayBeABranchWithSlashesOrACommit() {
    assertThat(HubId.parse("a/b@refs/pr/1").revision()).isEqualTo("refs/pr/1");
    assertThat(HubId.parse("a/b@v1.0")).hasToString("a/b@v1.0");
    assertThat(HubId.parse("a/b").at("0".repeat(40)).revision()).hasSize(40);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name",
        "a/b/c",
        "/a/b",
        "./b",
        "../b",
        "a/..",
        "a/b..c",
        "a/b--c",
        "-a/b",
        "a/b-",
        "a/b.",
        "a/b c",
        "a/é",
        "a\\b",
        "C:/b",
        "a/b@",
        "a/b@../c",
        "a/b@/c",
        "a/b@c/",
        "a/b@c//d",
        "a/b@c/.d",
        "a/b@c d",
        "a/b\n"
      })
  void whatNoHubHasIsNoName(String text) {
    assertThat(HubId.of(text)).isEmpty();
    assertThatThrownBy(() -> HubId.parse(text))
        .isInstanceOfSatisfying(
            HubException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.NAME);
              assertThat(e).hasMessageContaining("ORG/NAME").message().doesNotContain("\n");
            });
  }

  @Test
  void aNameOfManyCharactersIsRefusedAtOnce() {
    assertThat(HubId.of("a/" + "b.".repeat(1_000_000))).isEmpty();
    assertThat(HubId.of("a/b@" + "b.".repeat(1_000_000))).isEmpty();
  }
}
