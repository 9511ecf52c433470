package dev.sana4j.cli;

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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a server listens, and to whom. */
final class ServeAccessOptions {
  /** Keys in the environment, never as an option: those are seen by everyone on the machine. */
  static final String KEYS_VARIABLE = "SANA4J_SERVE_KEYS";

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; 0.0.0.0 for all (default: ${DEFAULT-VALUE}).")
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
          "Keys that let clients in, one a line, a name for the log before it if you like; also"
              + " separated by commas in the variable SANA4J_SERVE_KEYS (default: everyone is let"
              + " in).")
  private @Nullable Path apiKeys;

  @Option(
      names = "--cors",
      paramLabel = "ORIGIN",
      split = ",",
      description = "Other sites whose pages may ask, such as https://example.org (default: none).")
  private List<String> cors = List.of();

  @Option(
      names = "--behind-proxy",
      description =
          "A proxy tells the address of clients in X-Forwarded-For and the scheme in"
              + " X-Forwarded-Proto.")
  private boolean behindProxy;

  String host() {
    return host;
  }

  /** Whether only this machine can reach it. */
  boolean isLocal() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new ServerException("--host " + host + " is no address of this machine");
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
            "--cors " + origin + " is no origin; write one such as https://example.org");
      }
    }
    return cors;
  }

  private static @Nullable URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Those of the file, and those of the environment. */
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
      throw new ServerException(apiKeys + " holds no keys");
    }
    return keys;
  }

  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new ServerException(file + " cannot be read: " + e.getMessage());
    }
  }
}
