package dev.sana4j.hub;

import dev.sana4j.hub.HubException.Reason;
import java.net.http.HttpRequest;
import java.util.regex.Pattern;

/** A user's secret token. It leaves this class only in the header of a request. */
final class HubToken {
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,4096}");

  private final String secret;

  private HubToken(String secret) {
    this.secret = secret;
  }

  /**
   * Creates a token.
   *
   * @throws HubException if it contains characters that a header cannot have; the message does not
   *     contain the token
   */
  static HubToken of(String text, String source) {
    if (!VISIBLE.matcher(text).matches()) {
      throw new HubException(
          Reason.SETTING,
          source + " contains no valid token: it has spaces or other unsupported characters");
    }
    return new HubToken(text);
  }

  void authorize(HttpRequest.Builder request) {
    request.header("Authorization", "Bearer " + secret);
  }

  /** Removes the token from a text of a server. */
  String hideIn(String text) {
    return text.replace(secret, "***");
  }

  @Override
  public String toString() {
    return "***";
  }
}
