package dev.sana4j.hub;

import dev.sana4j.hub.HubException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hub and the cache of models: the environment variables of the Hugging Face tools for Python,
 * with their precedence (huggingface_hub, {@code constants.py}), so that both share one cache.
 *
 * <ul>
 *   <li>the cache: {@code HF_HUB_CACHE}, {@code HUGGINGFACE_HUB_CACHE}, {@code hub} in {@code
 *       HF_HOME}; without {@code HF_HOME} it is {@code huggingface} in {@code XDG_CACHE_HOME}, or
 *       {@code ~/.cache/huggingface};
 *   <li>the hub: {@code HF_ENDPOINT};
 *   <li>the token: {@code HF_TOKEN}, {@code HUGGING_FACE_HUB_TOKEN}, the file that {@code
 *       HF_TOKEN_PATH} names, {@code token} in {@code HF_HOME};
 *   <li>{@code HF_HUB_OFFLINE} or {@code TRANSFORMERS_OFFLINE};
 *   <li>seconds to wait: {@code HF_HUB_ETAG_TIMEOUT}, {@code HF_HUB_DOWNLOAD_TIMEOUT};
 *   <li>{@code HF_HUB_DISABLE_SYMLINKS}, {@code HF_HUB_DISABLE_PROGRESS_BARS};
 *   <li>proxies: the properties of Java, else {@code https_proxy}, {@code http_proxy}, {@code
 *       all_proxy} and {@code no_proxy}.
 * </ul>
 */
public final class HubSettings {
  private static final String ENDPOINT = "https://huggingface.co";
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
  private static final int TOKEN_BYTES = 1 << 13;
  private static final int SECONDS = 10;
  private static final int MOST_SECONDS = 86_400;

  private final Map<String, String> environment;
  private final Path home;
  private final Path cache;
  private final URI endpoint;

  private HubSettings(Map<String, String> environment) {
    this.environment = new HashMap<>(environment);
    this.home = home();
    this.cache =
        value("HF_HUB_CACHE")
            .or(() -> value("HUGGINGFACE_HUB_CACHE"))
            .map(HubSettings::path)
            .orElseGet(() -> home.resolve("hub"));
    this.endpoint = endpoint(value("HF_ENDPOINT").orElse(ENDPOINT));
  }

  /**
   * Reads the settings from the environment of this process.
   *
   * @return the settings
   * @throws HubException if a variable has an invalid value
   */
  public static HubSettings fromEnvironment() {
    return of(System.getenv());
  }

  /**
   * Reads the settings from an environment.
   *
   * @param environment variables and their values
   * @return the settings
   * @throws HubException if a variable has an invalid value
   */
  public static HubSettings of(Map<String, String> environment) {
    return new HubSettings(environment);
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(environment.get(name))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private boolean flag(String name) {
    return value(name).map(text -> TRUE.contains(text.toUpperCase(Locale.ROOT))).orElse(false);
  }

  private Path home() {
    return value("HF_HOME")
        .map(HubSettings::path)
        .orElseGet(
            () ->
                value("XDG_CACHE_HOME")
                    .map(HubSettings::path)
                    .orElseGet(() -> path("~/.cache"))
                    .resolve("huggingface"));
  }

  private static Path path(String text) {
    boolean below = text.equals("~") || text.startsWith("~/");
    String whole = below ? System.getProperty("user.home") + text.substring(1) : text;
    try {
      return Path.of(whole).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new HubException(
          Reason.SETTING, "'" + text + "' is not a valid path for the model cache", e);
    }
  }

  /** Messages do not contain the value, because it may include a password. */
  private static URI endpoint(String text) {
    try {
      URI uri = URI.create(text.replaceFirst("/+$", ""));
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      boolean plain = uri.getRawUserInfo() == null && uri.getRawQuery() == null;
      if (web && plain && uri.getHost() != null && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Refused below.
    }
    throw new HubException(
        Reason.SETTING, "HF_ENDPOINT is not the address of a hub; an example is " + ENDPOINT);
  }

  private Duration seconds(String name) {
    String text = value(name).orElse(String.valueOf(SECONDS));
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < 1) {
      throw new HubException(
          Reason.SETTING, name + " must be a number of seconds from 1 to " + MOST_SECONDS);
    }
    return Duration.ofSeconds(Math.min(MOST_SECONDS, Integer.parseInt(text)));
  }

  /**
   * Returns the folder of the cache.
   *
   * @return an absolute path; the folder need not exist
   */
  public Path cache() {
    return cache;
  }

  /**
   * Returns the address of the hub.
   *
   * @return its address, without a slash at the end
   */
  public URI endpoint() {
    return endpoint;
  }

  /**
   * Returns whether the network must not be used.
   *
   * @return false by default
   */
  public boolean isOffline() {
    return flag("HF_HUB_OFFLINE") || flag("TRANSFORMERS_OFFLINE");
  }

  /**
   * Returns whether progress bars are enabled.
   *
   * @return true by default
   */
  public boolean showsProgress() {
    return !flag("HF_HUB_DISABLE_PROGRESS_BARS");
  }

  boolean usesLinks() {
    return !flag("HF_HUB_DISABLE_SYMLINKS");
  }

  /** Returns the timeout for answers about models and files. */
  Duration answerTimeout() {
    return seconds("HF_HUB_ETAG_TIMEOUT");
  }

  /** Returns the timeout between two pieces of a file. */
  Duration downloadTimeout() {
    return seconds("HF_HUB_DOWNLOAD_TIMEOUT");
  }

  HubProxies proxies() {
    return HubProxies.of(environment);
  }

  /** Returns the user's token, or null. It is read again each time, so that changes take effect. */
  @Nullable HubToken token() {
    for (String name : new String[] {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
      Optional<String> text = value(name);
      if (text.isPresent()) {
        return HubToken.of(text.get(), name);
      }
    }
    Path file =
        value("HF_TOKEN_PATH").map(HubSettings::path).orElseGet(() -> home.resolve("token"));
    String text = Files.isRegularFile(file) ? content(file) : "";
    return text.isEmpty() ? null : HubToken.of(text, file.toString());
  }

  private static String content(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(TOKEN_BYTES), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new HubException(
          Reason.SETTING, "the token in " + file + " cannot be read; set HF_TOKEN instead", e);
    }
  }
}
