package dev.sana4j.server.http;

import dev.sana4j.server.http.RequestProblem.Kind;
import java.util.regex.Pattern;

/** Explains to a client that a path does not exist. */
public final class UnknownPath {
  /** Paths of OpenAI's API without the version, which a wrong base URL leads to. */
  private static final Pattern WITHOUT_VERSION =
      Pattern.compile(
          "/(images/(generations|edits|variations)|models(/.*)?|chat/.*|completions|responses"
              + "|embeddings|audio/.*)/?");

  private static final String MAKES_IMAGES =
      "this server only makes images, with /v1/images/generations and /v1/images/edits";

  private UnknownPath() {}

  /**
   * Returns whether a path is one of OpenAI's API without {@code /v1}.
   *
   * @param path of the request
   * @return true for example for {@code /images/generations}
   */
  public static boolean lacksVersion(String path) {
    return WITHOUT_VERSION.matcher(path).matches();
  }

  /**
   * Returns the problem of a path.
   *
   * @param path of the request
   * @return not found, with advice if the path is a known one of other servers
   */
  public static RequestProblem problem(String path) {
    return new RequestProblem(Kind.NOT_FOUND, message(path));
  }

  private static String message(String path) {
    if (lacksVersion(path)) {
      return "no such route; the base URL of this server for OpenAI clients ends with /v1";
    }
    if (path.startsWith("/v1/") && lacksVersion(path.substring("/v1".length()))) {
      return "no such route; " + MAKES_IMAGES;
    }
    if (path.startsWith("/sdapi/v1/interrogate")) {
      return "this server has no model that describes images";
    }
    return "no such page or route; see /openapi.json";
  }
}
