package dev.sana4j.text;

import ai.djl.util.Platform;
import ai.djl.util.Utils;
import dev.sana4j.files.CacheFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Where the native library of the tokenizer is unpacked: a folder per version. */
public final class TokenizerNatives {
  private static final String LIBRARY = "tokenizers";

  /** Settings of the library: the folder of native libraries, and the folder of all its files. */
  private static final List<String> SETTINGS = List.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR");

  private TokenizerNatives() {}

  /**
   * Moves the unpacked library into the cache folder of sana4j if the user named that folder but
   * not one of the library.
   */
  static void useNamedCache() {
    useNamedCache(System.getProperties(), System.getenv(), CacheFolder.named());
  }

  static void useNamedCache(
      Properties properties, Map<String, String> environment, Optional<Path> cache) {
    boolean chosen =
        SETTINGS.stream()
            .anyMatch(name -> properties.containsKey(name) || environment.containsKey(name));
    if (!chosen) {
      cache.ifPresent(
          named ->
              properties.setProperty(
                  SETTINGS.get(0), named.resolve("djl").toAbsolutePath().toString()));
    }
  }

  /**
   * Returns the folder that contains one folder per version of the library.
   *
   * @return a path that may not exist
   */
  public static Path folder() {
    useNamedCache();
    return Utils.getEngineCacheDir(LIBRARY);
  }

  /**
   * Returns the version of the library that this process uses.
   *
   * @return the beginning of the name of its folder
   */
  public static String version() {
    return Platform.detectPlatform(LIBRARY).getVersion();
  }
}
