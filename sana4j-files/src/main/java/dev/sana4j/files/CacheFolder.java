package dev.sana4j.files;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
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
   * Returns the cache folder if the user named one for sana4j.
   *
   * @return a path that may not exist yet; empty if sana4j uses the folder below the user's cache
   */
  public static Optional<Path> named() {
    return named(System.getProperties(), System.getenv());
  }

  private static Optional<Path> named(Properties properties, Map<String, String> environment) {
    return Stream.of(
            properties.getProperty("sana4j.cache", ""),
            environment.getOrDefault("SANA4J_CACHE", ""))
        .filter(CacheFolder::isGiven)
        .findFirst()
        .map(Path::of);
  }

  /**
   * Looks at our own settings first, then at XDG's and Windows' variables, then at the home folder.
   */
  static Path path(Properties properties, Map<String, String> environment) {
    Optional<Path> named = named(properties, environment);
    if (named.isPresent()) {
      return named.get();
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
