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

/** Checks the keys of clients, and refuses requests of pages from other sites. */
public final class Access {
  private static final Pattern SCHEME = Pattern.compile("(?i)(bearer|basic) +(\\S+)");
  private static final Pattern HEADERS = Pattern.compile("[A-Za-z0-9-]+( *, *[A-Za-z0-9-]+){0,63}");
  private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9_-]{16,64}");

  private final ApiKeys keys;
  private final List<String> origins;
  private final boolean behindProxy;
  private final AllowedHosts hosts;

  /**
   * Creates the rules.
   *
   * @param keys API keys; none to allow every client
   * @param origins of other sites whose pages may send requests, such as {@code
   *     https://example.org}
   * @param behindProxy whether a proxy sets X-Forwarded-For to the address of the client
   * @param hosts names by which clients may call the server
   */
  public Access(ApiKeys keys, List<String> origins, boolean behindProxy, AllowedHosts hosts) {
    this.keys = keys;
    this.origins = List.copyOf(origins);
    this.behindProxy = behindProxy;
    this.hosts = hosts;
  }

  /**
   * Refuses requests of pages from other sites, since a browser lets them send requests to any
   * address.
   *
   * @param context of the request
   * @throws RequestProblem if the request comes from such a page
   */
  public void requireOwnPage(Context context) {
    String host = String.valueOf(context.header("Host")).toLowerCase(Locale.ROOT);
    String origin = context.header("Origin");
    if (origin != null && !origins.contains(origin) && !isOf(origin, host)) {
      throw new RequestProblem(
          Kind.FORBIDDEN,
          "pages of other sites may not send requests; allow their origin with the setting"
              + " cors");
    }
    if (!hosts.allows(host)) {
      throw new RequestProblem(
          Kind.FORBIDDEN,
          "this server does not answer to the name \""
              + RequestFields.shortened(host)
              + "\"; allow it with the setting allowed-hosts, or set behind-proxy");
    }
  }

  private static boolean isOf(String origin, String host) {
    return origin.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "").equals(host);
  }

  /**
   * Identifies the client.
   *
   * @param context of the request
   * @throws RequestProblem if a key is required and missing or unknown
   */
  public void authenticate(Context context) {
    RequestContext requestContext = RequestContext.of(context);
    requestContext.client(new Client(name(context), session(context)));
    String forwarded = behindProxy ? context.header("X-Forwarded-Proto") : null;
    String scheme = "https".equalsIgnoreCase(forwarded) ? "https" : context.scheme();
    requestContext.server(scheme + "://" + context.header("Host"));
  }

  /**
   * Allows the page of another site to read the answer, if its origin is permitted.
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
          .header(
              "Access-Control-Expose-Headers",
              "Location, Mcp-Session-Id, Retry-After, X-Request-ID")
          .header("Access-Control-Max-Age", "600");
    }
  }

  /** Returns the headers that the browser asks for, since client libraries add their own. */
  private static String headers(Context context) {
    String asked = context.header("Access-Control-Request-Headers");
    return asked != null && HEADERS.matcher(asked).matches()
        ? asked
        : "Authorization, Content-Type, X-API-Key";
  }

  /** Returns the session that the client names, to find its own jobs again. */
  private static String session(Context context) {
    String sent = context.header("X-Client-ID");
    if (sent == null || sent.isEmpty()) {
      return "";
    }
    if (!SESSION.matcher(sent).matches()) {
      throw new RequestProblem(
          Kind.INVALID, "X-Client-ID is not 16 to 64 letters, digits, - and _; send a random one");
    }
    return sent;
  }

  private String name(Context context) {
    if (keys.isEmpty()) {
      return address(context);
    }
    String presented = presented(context);
    if (presented == null) {
      throw new RequestProblem(
          Kind.UNAUTHORIZED, "an API key is required; send it as Authorization: Bearer KEY");
    }
    return keys.nameOf(presented)
        .orElseThrow(() -> new RequestProblem(Kind.UNAUTHORIZED, "unknown API key"));
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

  /** Returns the last address in X-Forwarded-For; clients can forge the ones before. */
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

  /** Returns the /64 network of an IPv6 address, since one client has many addresses. */
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
