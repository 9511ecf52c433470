package dev.sana4j.hub;

import dev.sana4j.hub.HubException.Reason;
import java.net.http.HttpRequest;
import java.util.regex.Pattern;

/** A user's secret. It leaves this class in the header of a request only. */
final class HubToken {
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,4096}");

  private final String secret;

  private HubToken(String secret) {
    this.secret = secret;
  }

  /**
   * A token.
   *
   * @throws HubException if it holds what no header can have; the text is not repeated
   */
  static HubToken of(String text, String source) {
    if (!VISIBLE.matcher(text).matches()) {
      throw new HubException(
          Reason.SETTING, source + " holds no token: it has blanks or other characters inside");
    }
    return new HubToken(text);
  }

  void authorize(HttpRequest.Builder request) {
    request.header("Authorization", "Bearer " + secret);
  }

  /** A text from a server, which may repeat what it was sent. */
  String hideIn(String text) {
    return text.replace(secret, "***");
  }

  @Override
  public String toString() {
    return "***";
  }
}
