package dev.sana4j.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sana4j.hub.HubException.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Selects the proxy for a host: the one of Java's properties ({@code https.proxyHost} and so on),
 * else that of the environment. Variables in lower case take precedence, like in curl.
 */
final class HubProxies extends ProxySelector {
  /**
   * By default, Java refuses names and passwords for a proxy of https; this property allows them.
   */
  private static final String TUNNEL_REFUSALS = "jdk.http.auth.tunneling.disabledSchemes";

  private static final int DEFAULT_PORT = 80;

  private final @Nullable URI forHttp;
  private final @Nullable URI forHttps;
  private final List<String> without;

  private HubProxies(@Nullable URI forHttp, @Nullable URI forHttps, List<String> without) {
    this.forHttp = forHttp;
    this.forHttps = forHttps;
    this.without = without;
    boolean secret = hasUser(forHttp) || hasUser(forHttps);
    if (secret && System.getProperty(TUNNEL_REFUSALS) == null) {
      System.setProperty(TUNNEL_REFUSALS, "");
    }
  }

  static HubProxies of(Map<String, String> environment) {
    String none = value(environment, "no_proxy").orElse("").toLowerCase(Locale.ROOT);
    return new HubProxies(
        proxy(environment, "http_proxy"),
        proxy(environment, "https_proxy"),
        List.of(none.strip().split("[\\s,]+")));
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
        .filter(text -> !text.isBlank());
  }

  /** Messages do not contain the value, because it may include a password. */
  private static @Nullable URI proxy(Map<String, String> environment, String name) {
    Optional<String> named =
        value(environment, name).or(() -> value(environment, "all_proxy")).map(String::strip);
    if (named.isEmpty()) {
      return null;
    }
    String text = named.get();
    try {
      URI uri = URI.create(text.contains("://") ? text : "http://" + text);
      if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Refused below.
    }
    throw new HubException(
        Reason.SETTING, name + " or all_proxy is not a supported proxy; use http://HOST:PORT");
  }

  @Override
  public List<Proxy> select(URI uri) {
    URI ours = environmentProxy(uri);
    if (ours != null) {
      int port = ours.getPort() < 0 ? DEFAULT_PORT : ours.getPort();
      return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(ours.getHost(), port)));
    }
    ProxySelector java = ProxySelector.getDefault();
    return java == null ? List.of(Proxy.NO_PROXY) : java.select(uri);
  }

  private @Nullable URI environmentProxy(URI uri) {
    boolean secure = "https".equalsIgnoreCase(uri.getScheme());
    boolean set = System.getProperty(secure ? "https.proxyHost" : "http.proxyHost") != null;
    return set || isWithout(uri) ? null : secure ? forHttps : forHttp;
  }

  private boolean isWithout(URI uri) {
    String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
    String withPort = host + ":" + uri.getPort();
    for (String entry : without) {
      String name = entry.startsWith(".") ? entry.substring(1) : entry;
      boolean same = host.equals(name) || withPort.equals(name);
      boolean below = host.endsWith("." + name) || withPort.endsWith("." + name);
      if (!name.isEmpty() && (entry.equals("*") || same || below)) {
        return true;
      }
    }
    return false;
  }

  /** Adds name and password for the proxy of an address, if there are any. */
  void authorize(URI uri, HttpRequest.Builder request) {
    URI proxy = environmentProxy(uri);
    if (proxy != null && hasUser(proxy)) {
      String user = URLDecoder.decode(proxy.getRawUserInfo().replace("+", "%2B"), UTF_8);
      String encoded = Base64.getEncoder().encodeToString(user.getBytes(UTF_8));
      request.header("Proxy-Authorization", "Basic " + encoded);
    }
  }

  private static boolean hasUser(@Nullable URI proxy) {
    return proxy != null && proxy.getRawUserInfo() != null;
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // There is no other way to try.
  }
}
