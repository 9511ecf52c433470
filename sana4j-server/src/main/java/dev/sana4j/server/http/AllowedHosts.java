package dev.sana4j.server.http;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names by which clients may call a server. A page of another site can send requests to a local
 * server if the name of its site resolves to this machine (DNS rebinding); then the header Host
 * contains that name.
 */
public final class AllowedHosts {
  private static final Pattern PORT = Pattern.compile(":\\d{0,5}$");
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}|\\[::1]|localhost");

  private final Set<String> names = new HashSet<>();
  private final boolean any;

  private AllowedHosts(boolean any, List<String> names) {
    this.any = any;
    names.forEach(name -> this.names.add(name.toLowerCase(Locale.ROOT)));
  }

  /**
   * Allows every name.
   *
   * @return the rule
   */
  public static AllowedHosts any() {
    return new AllowedHosts(true, List.of());
  }

  /**
   * Allows localhost, loopback addresses, and some names.
   *
   * @param names host names or addresses, IPv6 in brackets
   * @return the rule
   */
  public static AllowedHosts only(List<String> names) {
    return new AllowedHosts(false, names);
  }

  boolean allows(String host) {
    String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    return any
        || LOOPBACK.matcher(name).matches()
        || name.endsWith(".localhost")
        || names.contains(name);
  }
}
