package dev.sana4j.train.workers;

import dev.sana4j.train.TrainingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the workers of several machines meet: rank 0 listens there.
 *
 * @param host name or address of rank 0's machine, as used by the others to connect
 * @param port 1 to 65535, free on that machine
 */
public record Rendezvous(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?<host>[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]):(?<port>\\d{1,5})");

  /** Checks the port. */
  public Rendezvous {
    if (port < 1 || port > 65535) {
      throw new TrainingException("rendezvous port " + port + " is not between 1 and 65535");
    }
  }

  /**
   * Reads {@code host:port}, {@code 10.0.0.5:29500} or {@code [::1]:29500}.
   *
   * @param text the text of the option
   * @return host and port
   * @throws TrainingException if the text has another form
   */
  public static Rendezvous parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new TrainingException("rendezvous '" + text + "' is not host:port");
    }
    String host = parts.group("host").replace("[", "").replace("]", "");
    return new Rendezvous(host, Integer.parseInt(parts.group("port")));
  }
}
