package dev.sana4j.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Pattern;

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

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none';"
          + " form-action 'none'";

  /**
   * Adds the routes; every path without another route is a file of the page.
   *
   * @param routes of the server
   */
  public void addTo(RoutesConfig routes) {
    routes.get("/", context -> send(context, "index.html"));
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
    try (InputStream in = WebPage.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw UnknownPath.problem(context.path());
      }
      context
          .contentType(type)
          .header("Cache-Control", "no-cache")
          .header("Content-Security-Policy", POLICY)
          .result(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("the page file " + name + " cannot be read", e);
    }
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
