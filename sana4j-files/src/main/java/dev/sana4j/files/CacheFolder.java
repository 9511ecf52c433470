package dev.sana4j.files;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where files of sana4j are kept that can be made again: named by the system property {@code
 * sana4j.cache} or the environment variable {@code SANA4J_CACHE}, else below the user's cache
 * folder.
 */
public final class CacheFolder {
  private CacheFolder() {}

  /**
   * The folder.
   *
   * @return a path; there may be nothing yet
   */
  public static Path path() {
    return path(System.getProperties(), System.getenv());
  }

  /** Named by us, by the XDG base directory specification, by Windows, or below the home. */
  static Path path(Properties properties, Map<String, String> environment) {
    String named = properties.getProperty("sana4j.cache");
    if (isGiven(named)) {
      return Path.of(named);
    }
    if (isGiven(environment.get("SANA4J_CACHE"))) {
      return Path.of(environment.get("SANA4J_CACHE"));
    }
    for (String variable : new String[] {"XDG_CACHE_HOME", "LOCALAPPDATA"}) {
      if (isGiven(environment.get(variable))) {
        return Path.of(environment.get(variable)).resolve("sana4j");
      }
    }
    return Path.of(properties.getProperty("user.home"), ".cache", "sana4j");
  }

  private static boolean isGiven(@Nullable String value) {
    return value != null && !value.isBlank();
  }
}
