package dev.sana4j.server.http;

import dev.sana4j.server.http.RequestProblem.Kind;
import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.safety.ApiKeys;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lets clients in, by their keys, and keeps pages of other sites out. */
public final class Access {
  private static final Pattern SCHEME = Pattern.compile("(?i)(bearer|basic) +(\\S+)");
  private static final Pattern HEADERS = Pattern.compile("[A-Za-z0-9-]+( *, *[A-Za-z0-9-]+){0,63}");
  private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

  private final ApiKeys keys;
  private final List<String> origins;
  private final boolean behindProxy;
  private final boolean onlyLocal;

  /**
   * Rules.
   *
   * @param keys that let clients in; none lets all in
   * @param origins of other sites whose pages may ask, such as {@code https://example.org}
   * @param behindProxy whether a proxy tells the address of a client in X-Forwarded-For
   * @param onlyLocal whether the server can only be reached from its own machine
   */
  public Access(ApiKeys keys, List<String> origins, boolean behindProxy, boolean onlyLocal) {
    this.keys = keys;
    this.origins = List.copyOf(origins);
    this.behindProxy = behindProxy;
    this.onlyLocal = onlyLocal;
  }

  /**
   * Refuses pages of other sites: a browser lets them send requests to any address.
   *
   * @param context of the request
   * @throws RequestProblem if one asks
   */
  public void requireOwnPage(Context context) {
    String host = String.valueOf(context.header("Host")).toLowerCase(Locale.ROOT);
    String origin = context.header("Origin");
    if (origin != null && !origins.contains(origin) && !isOf(origin, host)) {
      throw new RequestProblem(
          Kind.FORBIDDEN, "pages of another site may not ask here; see the setting cors");
    }
    boolean rebound = onlyLocal && !behindProxy && keys.isEmpty() && !isLocal(host);
    if (rebound) {
      throw new RequestProblem(
          Kind.FORBIDDEN,
          "this server is local and was asked by another name; behind a proxy set behind-proxy");
    }
  }

  private static boolean isOf(String origin, String host) {
    return origin.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "").equals(host);
  }

  private static boolean isLocal(String host) {
    String name = PORT.matcher(host).replaceFirst("");
    return name.equals("localhost") || name.equals("127.0.0.1") || name.equals("[::1]");
  }

  /**
   * Says who asks.
   *
   * @param context of the request
   * @throws RequestProblem without a key, if one is needed
   */
  public void authenticate(Context context) {
    RequestContext requestContext = RequestContext.of(context);
    requestContext.client(new Client(name(context)));
    String forwarded = behindProxy ? context.header("X-Forwarded-Proto") : null;
    String scheme = "https".equalsIgnoreCase(forwarded) ? "https" : context.scheme();
    requestContext.server(scheme + "://" + context.header("Host"));
  }

  /**
   * Tells a browser that a page of another site may read the answer, if it may.
   *
   * @param context of the request
   */
  public void allowOrigin(Context context) {
    String origin = context.header("Origin");
    if (origin != null && origins.contains(origin)) {
      context
          .header("Access-Control-Allow-Origin", origin)
          .header("Vary", "Origin")
          .header("Access-Control-Allow-Methods", "GET, POST, DELETE")
          .header("Access-Control-Allow-Headers", headers(context))
          .header("Access-Control-Expose-Headers", "Location, Retry-After, X-Request-ID")
          .header("Access-Control-Max-Age", "600");
    }
  }

  /** Those it asks to send, since client libraries add some of their own. */
  private static String headers(Context context) {
    String asked = context.header("Access-Control-Request-Headers");
    return asked != null && HEADERS.matcher(asked).matches()
        ? asked
        : "Authorization, Content-Type, X-API-Key";
  }

  private String name(Context context) {
    if (keys.isEmpty()) {
      return address(context);
    }
    String presented = presented(context);
    if (presented == null) {
      throw new RequestProblem(
          Kind.UNAUTHORIZED, "a key is needed; send Authorization: Bearer and the key");
    }
    return keys.nameOf(presented)
        .orElseThrow(() -> new RequestProblem(Kind.UNAUTHORIZED, "the key is not known here"));
  }

  private static @Nullable String presented(Context context) {
    String header = context.header("Authorization");
    if (header == null) {
      return context.header("X-API-Key");
    }
    Matcher matcher = SCHEME.matcher(header.strip());
    if (!matcher.matches()) {
      return null;
    }
    return matcher.group(1).equalsIgnoreCase("bearer")
        ? matcher.group(2)
        : password(matcher.group(2));
  }

  private static @Nullable String password(String credentials) {
    try {
      String pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Of the last proxy's neighbour: what stands before it, a client may have written itself. */
  private String address(Context context) {
    String forwarded = behindProxy ? context.header("X-Forwarded-For") : null;
    if (forwarded != null) {
      String last = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
      if (last.matches("[0-9A-Fa-f.:]{2,45}")) {
        return network(last);
      }
    }
    return network(String.valueOf(context.req().getRemoteAddr()));
  }

  /** One client has many addresses of version 6, but one network. */
  private static String network(String address) {
    try {
      byte[] bytes = InetAddress.getByName(address.replaceAll("[\\[\\]]", "")).getAddress();
      if (bytes.length == 4) {
        return address;
      }
      return "%02x%02x:%02x%02x:%02x%02x:%02x%02x::/64"
          .formatted(
              bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
