package dev.sana4j.hub;

import dev.sana4j.hub.HubException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Sends GET requests to a hub, and follows its redirects. The token is sent only to the scheme,
 * host and port of the hub. Messages contain hosts, never whole addresses, because addresses of
 * storage are signed.
 */
final class HubHttp implements AutoCloseable {
  private static final int MOST_REDIRECTS = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HubSettings settings;
  private final @Nullable HubToken token;
  private final HubProxies proxies;
  private final HttpClient client;
  private final ScheduledExecutorService clock;
  private final Set<TimedBody> open = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  HubHttp(HubSettings settings) {
    this.settings = settings;
    token = settings.token();
    proxies = settings.proxies();
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.answerTimeout())
            .proxy(proxies)
            .build();
    clock =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "hub timeouts");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The answer of a server.
   *
   * @param uri address of the answer, after redirects
   * @param status HTTP status
   * @param headers headers of the answer
   * @param body to be closed
   */
  record Answer(URI uri, int status, HttpHeaders headers, InputStream body)
      implements AutoCloseable {
    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  /**
   * Sends one request, and follows redirects.
   *
   * @throws IOException without an answer
   */
  Answer get(URI uri, Map<String, String> headers, Duration timeout)
      throws IOException, InterruptedException {
    URI at = uri;
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      if (ended) {
        throw new HubException(Reason.INTERRUPTED, "the download was cancelled");
      }
      HttpResponse<InputStream> response =
          client.send(request(at, headers, timeout), BodyHandlers.ofInputStream());
      if (!REDIRECTS.contains(response.statusCode())) {
        InputStream body = body(response, timeout);
        return new Answer(at, response.statusCode(), response.headers(), body);
      }
      response.body().close();
      at = redirect(at, response.headers().firstValue("Location").orElse(""));
    }
    throw new HubException(Reason.UNREACHABLE, uri.getHost() + " redirects too often");
  }

  private InputStream body(HttpResponse<InputStream> response, Duration timeout)
      throws IOException {
    TimedBody body = new TimedBody(response.body(), timeout, clock, open::remove);
    open.add(body);
    if (ended) {
      body.close();
    }
    return body;
  }

  private HttpRequest request(URI uri, Map<String, String> headers, Duration timeout) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(timeout)
            .header("User-Agent", "sana4j")
            .header("Accept-Encoding", "identity");
    headers.forEach(request::header);
    if (token != null && isHub(uri)) {
      token.authorize(request);
    }
    proxies.authorize(uri, request);
    return request.build();
  }

  private static URI redirect(URI from, String location) {
    try {
      URI to = from.resolve(location);
      boolean web = "https".equalsIgnoreCase(to.getScheme());
      boolean plain = "http".equalsIgnoreCase(to.getScheme());
      boolean weaker = plain && "https".equalsIgnoreCase(from.getScheme());
      if (!location.isEmpty() && to.getHost() != null && (web || plain) && !weaker) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // Refused below.
    }
    throw new HubException(
        Reason.UNREACHABLE, from.getHost() + " redirects to an unsupported address");
  }

  /** Returns whether an address is on the hub itself; only there the token may be sent. */
  boolean isHub(URI uri) {
    URI hub = settings.endpoint();
    return Objects.equals(uri.getHost(), hub.getHost())
        && Objects.equals(uri.getScheme(), hub.getScheme())
        && uri.getPort() == hub.getPort();
  }

  boolean hasToken() {
    return token != null;
  }

  /** Returns a text of a server without the token, shortened for a message. */
  String harmless(String text) {
    String hidden = token == null ? text : token.hideIn(text);
    return hidden.length() > 200 ? hidden.substring(0, 200) + "..." : hidden;
  }

  HubSettings settings() {
    return settings;
  }

  /**
   * Cancels all requests, also those of other threads, because an interrupt does not wake a thread
   * that reads a body of java.net.http.
   */
  @Override
  public void close() {
    ended = true;
    for (TimedBody body : List.copyOf(open)) {
      try {
        body.close();
      } catch (IOException e) {
        // The connection is already closed.
      }
    }
    clock.shutdownNow();
  }
}
