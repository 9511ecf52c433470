package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubFileTest {
  private static HubFile of(String json) throws IOException {
    return HubFile.of(new ObjectMapper().readTree(json));
  }

  /** The output of {@code printf 'hello\n' | git hash-object --stdin} and of {@code sha256sum}. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ce013625030ba8dba906f756967f9e9ca394464a",
        "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
      })
  void theHashIsThatOfGitOrSha256(String hash) {
    var digest = new HubFile("a", 6, hash).digest();
    byte[] sum = digest.digest("hello\n".getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(sum)).isEqualTo(hash);
  }

  @Test
  void aLargeFileHasItsOwnSizeAndHash() throws IOException {
    HubFile file =
        of(
            "{\"type\":\"file\",\"path\":\"a/b\",\"size\":130,\"oid\":\"%s\",\"lfs\":{\"oid\":\"%s\",\"size\":5}}"
                .formatted("a".repeat(40), "b".repeat(64)));
    assertThat(file).isEqualTo(new HubFile("a/b", 5, "b".repeat(64)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/a",
        "a/",
        "a//b",
        "..",
        "a/../b",
        "./a",
        "a\\b",
        "..\\a",
        "C:a",
        "a\u0000",
        "a\n",
        "a\u202e",
        "a\u001b[2J"
      })
  void aNameThatLeadsElsewhereIsRefused(String path) {
    assertThatThrownBy(() -> new HubFile(path, 1, "a".repeat(40)))
        .isInstanceOf(HubException.class)
        .message()
        .doesNotContain("\n", "\u0000", "\u001b");
  }

  @Test
  void aNameLongerThanSystemsAllowIsRefused() {
    assertThat(HubFile.isPath("é".repeat(127))).isTrue();
    assertThat(HubFile.isPath("é".repeat(128))).isFalse();
    assertThat(HubFile.isPath("a/".repeat(600) + "a")).isFalse();
  }

  @Test
  void aSizeThatNoDiskHasIsRefused() {
    assertThatThrownBy(() -> new HubFile("a", Long.MAX_VALUE / 2, "a".repeat(40)))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("without a valid size");
  }

  @Test
  void withoutSizeOrHashItIsRefused() {
    assertThatThrownBy(() -> of("{\"path\":\"a\",\"oid\":\"" + "a".repeat(40) + "\"}"))
        .isInstanceOf(HubException.class);
    assertThatThrownBy(() -> of("{\"path\":\"a\",\"size\":1,\"oid\":\"../../etc\"}"))
        .isInstanceOf(HubException.class);
  }
}
