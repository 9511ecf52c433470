package dev.sana4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class TokenizerNativesTest {
  private final Properties properties = new Properties();
  private final Path cache = Path.of("cache").toAbsolutePath();

  @Test
  void aNamedCacheContainsTheUnpackedLibrary() {
    TokenizerNatives.useNamedCache(properties, Map.of(), Optional.of(cache));
    assertThat(properties).containsEntry("ENGINE_CACHE_DIR", cache.resolve("djl").toString());
  }

  @Test
  void theFolderThatAUserChoseForTheLibraryStays() {
    TokenizerNatives.useNamedCache(properties, Map.of("DJL_CACHE_DIR", "mine"), Optional.of(cache));
    assertThat(properties).isEmpty();
  }

  @Test
  void withoutANamedCacheTheDefaultStays() {
    TokenizerNatives.useNamedCache(properties, Map.of(), Optional.empty());
    assertThat(properties).isEmpty();
  }

  @Test
  void theFolderAndTheVersionAreKnown() {
    assertThat(TokenizerNatives.folder().getFileName()).hasToString("tokenizers");
    assertThat(TokenizerNatives.version()).matches("\\d.*");
  }
}
