package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {
  private static final Path HOME = Path.of(System.getProperty("user.home"));

  @TempDir private Path folder;

  private static Path cache(Map<String, String> environment) {
    return HubSettings.of(environment).cache();
  }

  @Test
  void theCacheIsWherePythonHasIt() {
    assertThat(cache(Map.of())).isEqualTo(HOME.resolve(".cache/huggingface/hub"));
    assertThat(cache(Map.of("XDG_CACHE_HOME", "/x"))).isEqualTo(path("/x/huggingface/hub"));
    assertThat(cache(Map.of("XDG_CACHE_HOME", "/x", "HF_HOME", "~/h")))
        .isEqualTo(HOME.resolve("h/hub"));
    assertThat(cache(Map.of("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/old")))
        .isEqualTo(path("/old"));
    assertThat(cache(Map.of("HF_HUB_CACHE", "/new", "HUGGINGFACE_HUB_CACHE", "/old")))
        .isEqualTo(path("/new"));
  }

  private static Path path(String text) {
    return Path.of(text).toAbsolutePath();
  }

  @Test
  void anEmptyVariableIsNone() {
    assertThat(cache(Map.of("HF_HUB_CACHE", " ", "HF_HOME", "/h"))).isEqualTo(path("/h/hub"));
  }

  @ParameterizedTest
  @CsvSource({"1,true", "on,true", "Yes,true", "TRUE,true", "0,false", "no,false", "'',false"})
  void offlineIsWrittenAsForPython(String value, boolean offline) {
    assertThat(HubSettings.of(Map.of("HF_HUB_OFFLINE", value)).isOffline()).isEqualTo(offline);
    assertThat(HubSettings.of(Map.of("TRANSFORMERS_OFFLINE", value)).isOffline())
        .isEqualTo(offline);
  }

  @Test
  void anotherHubIsNamedWithoutItsLastSlash() {
    assertThat(HubSettings.of(Map.of()).endpoint()).hasToString("https://huggingface.co");
    assertThat(HubSettings.of(Map.of("HF_ENDPOINT", "http://mirror:8080/hf/")).endpoint())
        .hasToString("http://mirror:8080/hf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mirror", "ftp://mirror", "https://me:secret@mirror", "https://", "a b"})
  void whatIsNoHubIsRefusedWithoutRepeatingIt(String endpoint) {
    assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", endpoint)))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("HF_ENDPOINT")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void timesToWaitAreSeconds() {
    HubSettings settings = HubSettings.of(Map.of("HF_HUB_DOWNLOAD_TIMEOUT", "30"));
    assertThat(settings.downloadTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.answerTimeout()).isEqualTo(Duration.ofSeconds(10));
    HubSettings wrong = HubSettings.of(Map.of("HF_HUB_ETAG_TIMEOUT", "soon"));
    assertThatThrownBy(wrong::answerTimeout).hasMessageContaining("HF_HUB_ETAG_TIMEOUT");
  }

  @Test
  void theTokenOfTheEnvironmentComesBeforeThatOfAFile() throws IOException {
    Files.writeString(folder.resolve("token"), "hf_file\n");
    Map<String, String> file = Map.of("HF_HOME", folder.toString());
    Map<String, String> both = Map.of("HF_HOME", folder.toString(), "HF_TOKEN", "hf_env");
    assertThat(hides(file, "hf_file")).isTrue();
    assertThat(hides(both, "hf_env")).isTrue();
    assertThat(hides(both, "hf_file")).isFalse();
    Files.writeString(folder.resolve("other"), "hf_other");
    Map<String, String> named = Map.of("HF_TOKEN_PATH", folder.resolve("other").toString());
    assertThat(hides(named, "hf_other")).isTrue();
    assertThat(HubSettings.of(Map.of("HF_HOME", folder.resolve("none").toString())).token())
        .isNull();
  }

  private static boolean hides(Map<String, String> environment, String secret) {
    HubToken token = HubSettings.of(environment).token();
    return token != null && token.hideIn(secret).equals("***");
  }

  @Test
  void aTokenThatNoHeaderCanHoldIsNotRepeated() {
    HubSettings settings = HubSettings.of(Map.of("HF_TOKEN", "hf_sec\nret"));
    assertThatThrownBy(settings::token)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("HF_TOKEN")
        .message()
        .doesNotContain("hf_sec");
  }

  @Test
  void aTokenShowsNothingOfItself() {
    HubSettings settings = HubSettings.of(Map.of("HF_TOKEN", "hf_secret"));
    assertThat(String.valueOf(settings.token())).isEqualTo("***");
  }
}
