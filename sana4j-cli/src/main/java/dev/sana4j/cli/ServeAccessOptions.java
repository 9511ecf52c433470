package dev.sana4j.cli;

import dev.sana4j.files.IoReason;
import dev.sana4j.server.ServerException;
import dev.sana4j.server.safety.ApiKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The address of a server and the clients that may use it. */
final class ServeAccessOptions {
  /**
   * Keys are given in the environment, never as an option, because everyone on the machine can see
   * options.
   */
  static final String KEYS_VARIABLE = "SANA4J_SERVE_KEYS";

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]+]");

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; 0.0.0.0 for all addresses (default: ${DEFAULT-VALUE}).")
  private String host = "";

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "7860",
      description = "Port to listen on; 0 for any free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--api-keys",
      paramLabel = "FILE",
      description =
          "File of API keys, one per line, each optionally preceded by a name for the log. The"
              + " variable SANA4J_SERVE_KEYS can also contain keys, separated by commas (default:"
              + " no key is required).")
  private @Nullable Path apiKeys;

  @Option(
      names = "--cors",
      paramLabel = "ORIGIN",
      split = ",",
      description =
          "Origins of other sites whose pages may send requests, such as https://example.org;"
              + " separated by commas (default: none).")
  private List<String> cors = List.of();

  @Option(
      names = "--allowed-hosts",
      paramLabel = "NAME",
      split = ",",
      description =
          "Host names by which clients may call the server, separated by commas; requests to other"
              + " names are refused. Addresses and names of this machine are always allowed"
              + " (default: those on a local server without keys, else any name).")
  private List<String> allowedHosts = List.of();

  @Option(
      names = "--behind-proxy",
      description =
          "Read client addresses from X-Forwarded-For and the scheme from X-Forwarded-Proto, which"
              + " a proxy must set.")
  private boolean behindProxy;

  String host() {
    return host;
  }

  /** Returns whether only this machine can connect. */
  boolean isLocal() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new ServerException("--host " + host + " is not a known address or host name");
    }
  }

  int port() {
    if (port < 0 || port > 65535) {
      throw new ServerException("--port " + port + " is not between 0 and 65535");
    }
    return port;
  }

  boolean isBehindProxy() {
    return behindProxy;
  }

  List<String> origins() {
    for (String origin : cors) {
      URI uri = uri(origin);
      boolean isOrigin =
          uri != null
              && uri.getScheme() != null
              && uri.getHost() != null
              && uri.getPath().isEmpty();
      if (!isOrigin) {
        throw new ServerException(
            "--cors " + origin + " is not an origin; an example is https://example.org");
      }
    }
    return cors;
  }

  List<String> allowedHosts() {
    for (String name : allowedHosts) {
      if (!HOST.matcher(name).matches()) {
        throw new ServerException(
            "--allowed-hosts "
                + name
                + " is not a host name; give names without scheme and port, such as"
                + " images.example.org");
      }
    }
    return allowedHosts;
  }

  private static @Nullable URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns the keys of the file and of the environment. */
  ApiKeys keys(@Nullable String environment) {
    List<String> lines = new ArrayList<>();
    if (apiKeys != null) {
      lines.addAll(lines(apiKeys));
    }
    if (environment != null) {
      lines.addAll(List.of(environment.split(",", -1)));
    }
    ApiKeys keys = ApiKeys.of(lines);
    if (apiKeys != null && keys.isEmpty()) {
      throw new ServerException(apiKeys + " contains no keys");
    }
    return keys;
  }

  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new ServerException(file + " cannot be read: " + IoReason.of(e));
    }
  }
}
