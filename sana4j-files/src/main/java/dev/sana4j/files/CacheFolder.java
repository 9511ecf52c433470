package dev.sana4j.files;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The cache folder of sana4j, for files that can be regenerated. The system property {@code
 * sana4j.cache} names it, then the environment variable {@code SANA4J_CACHE}; by default it is
 * below the user's cache folder.
 */
public final class CacheFolder {
  private CacheFolder() {}

  /**
   * Returns the cache folder.
   *
   * @return a path that may not exist yet
   */
  public static Path path() {
    return path(System.getProperties(), System.getenv());
  }

  /**
   * Looks at our own settings first, then at XDG's and Windows' variables, then at the home folder.
   */
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
