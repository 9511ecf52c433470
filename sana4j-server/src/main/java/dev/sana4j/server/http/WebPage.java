package dev.sana4j.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.regex.Pattern.DOTALL;

import dev.sana4j.files.Digests;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Serves the web page from the resources; never reads the file system. */
public final class WebPage {
  private static final String FOLDER = "/dev/sana4j/server/web/";

  /** A path with an ending; possessive, as a long one would overflow the stack. */
  private static final Pattern NAME =
      Pattern.compile("(?:[A-Za-z0-9_-]+/){0,3}[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)++");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "json", "application/json",
          "woff2", "font/woff2",
          "webmanifest", "application/manifest+json");

  private static final String INDEX = "index.html";

  /** The script inside the page, which runs before the first paint; others have files. */
  private static final Pattern INLINE_SCRIPT = Pattern.compile("<script>(.*?)</script>", DOTALL);

  private static final String POLICY =
      "default-src 'none'; script-src 'self' 'sha256-%s'; style-src 'self'; connect-src 'self';"
              .formatted(hashOfInlineScript())
          + " img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none';"
          + " form-action 'none'";

  /**
   * Adds the routes; every path without another route is a file of the page.
   *
   * @param routes of the server
   */
  public void addTo(RoutesConfig routes) {
    routes.get("/", context -> send(context, INDEX));
    routes.get("/<file>", context -> send(context, context.pathParam("file")));
  }

  /**
   * Returns whether a path is a file of the page.
   *
   * @param path of a request
   * @return true if it is
   */
  public static boolean has(String path) {
    String name = path.replaceFirst("^/", "");
    return NAME.matcher(name).matches() && WebPage.class.getResource(FOLDER + name) != null;
  }

  private static void send(Context context, String name) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null || !NAME.matcher(name).matches()) {
      throw UnknownPath.problem(context.path());
    }
    byte[] content = read(name);
    if (content == null) {
      throw UnknownPath.problem(context.path());
    }
    context
        .contentType(type)
        .header("Cache-Control", "no-cache")
        .header("Content-Security-Policy", POLICY)
        .result(content);
  }

  private static byte @Nullable [] read(String name) {
    try (InputStream in = WebPage.class.getResourceAsStream(FOLDER + name)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the page file " + name + " cannot be read", e);
    }
  }

  /** Returns what the Content-Security-Policy allows the browser to run from the page itself. */
  private static String hashOfInlineScript() {
    Matcher script = INLINE_SCRIPT.matcher(new String(requireNonNull(read(INDEX)), UTF_8));
    if (!script.find()) {
      throw new IllegalStateException(INDEX + " has no inline script");
    }
    byte[] hash = Digests.sha256().digest(script.group(1).replace("\r\n", "\n").getBytes(UTF_8));
    return Base64.getEncoder().encodeToString(hash);
  }

  /**
   * Answers a browser that asked for an address that does not exist.
   *
   * @param context of the request
   */
  public static void sendMissing(Context context) {
    send(context.status(404), "not-found.html");
  }
}
