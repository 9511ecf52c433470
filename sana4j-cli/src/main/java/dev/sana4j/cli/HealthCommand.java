package dev.sana4j.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana health}: the health check of a container. */
@Command(
    name = "health",
    description =
        "Checks whether a server on this machine accepts requests, for the health check of a"
            + " container. The exit status is 0 or 1.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  sana health --port 7860"})
final class HealthCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 7860;
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the server (default: SANA4J_SERVE_PORT, or 7860).")
  private @Nullable Integer port;

  @Override
  public Integer call() throws InterruptedException {
    String state = state(URI.create("http://127.0.0.1:" + port() + "/readyz"));
    spec.commandLine().getOut().println(state);
    return state.equals("ready") ? 0 : 1;
  }

  private int port() {
    if (port != null) {
      return port;
    }
    String set = System.getenv("SANA4J_SERVE_PORT");
    try {
      return set == null ? DEFAULT_PORT : Integer.parseInt(set.strip());
    } catch (NumberFormatException e) {
      throw new FailureException("SANA4J_SERVE_PORT is not a number: " + set);
    }
  }

  /** Returns {@code ready}, or why the server is not. */
  private static String state(URI address) throws InterruptedException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    HttpRequest request = HttpRequest.newBuilder(address).timeout(LIMIT).build();
    try {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status == 200 ? "ready" : "not ready: " + address + " answers " + status;
    } catch (IOException e) {
      return "not ready: there is no answer from " + address;
    }
  }
}
