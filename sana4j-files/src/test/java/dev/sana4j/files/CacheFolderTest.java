package dev.sana4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
  private final Properties properties = new Properties();

  CacheFolderTest() {
    properties.setProperty("user.home", "home");
  }

  @Test
  void withoutAnythingSaidItIsBelowTheHome() {
    assertThat(CacheFolder.path(properties, Map.of("SANA4J_CACHE", " ")))
        .isEqualTo(Path.of("home", ".cache", "sana4j"));
  }

  @Test
  void theSystemSaysWhereCachesAre() {
    assertThat(CacheFolder.path(properties, Map.of("XDG_CACHE_HOME", "xdg")))
        .isEqualTo(Path.of("xdg", "sana4j"));
    assertThat(CacheFolder.path(properties, Map.of("LOCALAPPDATA", "local")))
        .isEqualTo(Path.of("local", "sana4j"));
  }

  @Test
  void theUserSaysItBefore() {
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", "xdg", "SANA4J_CACHE", "own");
    assertThat(CacheFolder.path(properties, environment)).isEqualTo(Path.of("own"));

    properties.setProperty("sana4j.cache", "property");
    assertThat(CacheFolder.path(properties, environment)).isEqualTo(Path.of("property"));
  }
}
