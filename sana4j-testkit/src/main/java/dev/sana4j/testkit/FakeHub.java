package dev.sana4j.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * A server that implements the protocol of the Hugging Face hub for some repositories, and a second
 * server for large files. Both run on this machine. Tests can replace answers by faults.
 */
public final class FakeHub implements AutoCloseable {
  private static final int PAGE = 5;
  private static final String API = "/api/models/";

  private final HttpServer hub = server();
  private final HttpServer storage = server();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final FakeRepository first;
  private final Map<String, FakeRepository> repositories =
      new ConcurrentSkipListMap<>(String.CASE_INSENSITIVE_ORDER);
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Fault> faults = new ArrayList<>();

  /**
   * A received request.
   *
   * @param toStorage whether the second server received it
   * @param uri path and query
   * @param authorization the header, or empty
   * @param proxyAuthorization the header, or empty
   * @param range the header, or empty
   */
  public record Request(
      boolean toStorage,
      String uri,
      String authorization,
      String proxyAuthorization,
      String range) {}

  /** Replaces the server's answer. */
  @FunctionalInterface
  public interface Answer {
    /**
     * Answers a request.
     *
     * @param exchange the request and the answer; closed afterwards
     * @throws IOException if the client closed the connection
     */
    void give(HttpExchange exchange) throws IOException;
  }

  /** A replacement for matching requests. */
  private static final class Fault {
    private final Predicate<String> paths;
    private final Answer answer;
    private int times;

    Fault(Predicate<String> paths, int times, Answer answer) {
      this.paths = paths;
      this.times = times;
      this.answer = answer;
    }
  }

  private FakeHub(String repository, String commit) {
    first = repository(repository, commit);
    for (HttpServer each : List.of(hub, storage)) {
      each.createContext("/", this::handle);
      each.setExecutor(threads);
      each.start();
    }
  }

  /**
   * Starts both servers.
   *
   * @param repository {@code ORG/NAME}
   * @param commit the commit of its branch {@code main}
   * @return a hub without files
   */
  public static FakeHub start(String repository, String commit) {
    return new FakeHub(repository, commit);
  }

  /**
   * Adds a repository.
   *
   * @param name {@code ORG/NAME}
   * @param commit the commit of its branch {@code main}
   * @return a repository without files
   */
  public FakeRepository repository(String name, String commit) {
    FakeRepository added = new FakeRepository(name, commit);
    repositories.put(name, added);
    return added;
  }

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException("the servers cannot be started", e);
    }
  }

  /**
   * Adds a file.
   *
   * @param path the path in the repository
   * @param content the bytes; from 1000 bytes on, the second server serves the file
   */
  public void add(String path, byte[] content) {
    first.add(path, content);
  }

  /**
   * Adds all files of a folder.
   *
   * @param folder a model folder
   * @throws IOException if the folder cannot be read
   */
  public void addAll(Path folder) throws IOException {
    first.addAll(folder);
  }

  /**
   * Returns the hash of a file, by which caches name it.
   *
   * @param path the path of an added file
   * @return the hash in hexadecimal
   */
  public String hash(String path) {
    return content(path).hash();
  }

  private HubContent content(String path) {
    return Optional.ofNullable(first.files().get(path)).orElseThrow();
  }

  /**
   * Replaces the answers to some requests.
   *
   * @param part a part of the path or query of these requests
   * @param times the number of answers to replace
   * @param answer the answer
   */
  public synchronized void instead(String part, int times, Answer answer) {
    faults.add(new Fault(path -> path.contains(part), times, answer));
  }

  /**
   * Returns an answer with a status and headers and without content.
   *
   * @param status the HTTP status
   * @param headers name, value, name, value
   * @return the answer
   */
  public static Answer status(int status, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
    };
  }

  /**
   * Returns an answer that sends the first bytes of a file and closes the connection.
   *
   * @param path the path of the file
   * @param bytes the number of bytes to send
   * @return the answer
   */
  public Answer cut(String path, int bytes) {
    byte[] content = content(path).bytes();
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, bytes);
      exchange.getResponseBody().flush();
    };
  }

  /**
   * Returns the address of the hub.
   *
   * @return a value for {@code HF_ENDPOINT}
   */
  public String endpoint() {
    return address(hub);
  }

  /**
   * Returns the address of the second server.
   *
   * @return the address without a path
   */
  public String storage() {
    return address(storage);
  }

  private static String address(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Returns the received requests.
   *
   * @return all requests so far
   */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      URI uri = exchange.getRequestURI();
      boolean toStorage = exchange.getLocalAddress().getPort() == storage.getAddress().getPort();
      String query = uri.getQuery() == null ? "" : "?" + uri.getQuery();
      String asked = uri.getPath() + query;
      requests.add(
          new Request(
              toStorage,
              asked,
              header(exchange, "Authorization"),
              header(exchange, "Proxy-Authorization"),
              header(exchange, "Range")));
      Optional<Answer> fault = fault(asked);
      if (fault.isPresent()) {
        fault.get().give(exchange);
      } else if (toStorage) {
        sendStored(exchange, uri.getPath());
      } else {
        answer(exchange, uri);
      }
    } finally {
      exchange.close();
    }
  }

  private static String header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
  }

  private synchronized Optional<Answer> fault(String asked) {
    for (Fault fault : faults) {
      if (fault.times > 0 && fault.paths.test(asked)) {
        fault.times--;
        return Optional.of(fault.answer);
      }
    }
    return Optional.empty();
  }

  private void answer(HttpExchange exchange, URI uri) throws IOException {
    String path = uri.getPath();
    boolean isApi = path.startsWith(API);
    String[] words = path.substring(isApi ? API.length() : 1).split("/", 3);
    FakeRepository found = words.length < 3 ? null : repositories.get(words[0] + "/" + words[1]);
    if (found == null) {
      status(401, "X-Error-Code", "RepoNotFound").give(exchange);
    } else if (!found.name().equals(words[0] + "/" + words[1])) {
      String right = (isApi ? API : "/") + found.name() + "/" + words[2];
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      status(307, "Location", right + query).give(exchange);
    } else if (isApi) {
      answerApi(exchange, found, words[2]);
    } else {
      resolve(exchange, found, words[2]);
    }
  }

  private void answerApi(HttpExchange exchange, FakeRepository from, String asked)
      throws IOException {
    if (asked.equals("revision/main") || asked.equals("revision/" + from.commit())) {
      json(
          exchange,
          "{\"sha\":\"%s\",\"gated\":false,\"cardData\":%s}".formatted(from.commit(), from.card()));
    } else if (asked.equals("tree/" + from.commit())) {
      list(exchange, from);
    } else {
      status(404, "X-Error-Code", "RevisionNotFound").give(exchange);
    }
  }

  /** Lists a few files per page, as the hub does with long lists. */
  private void list(HttpExchange exchange, FakeRepository from) throws IOException {
    URI uri = exchange.getRequestURI();
    String query = String.valueOf(uri.getQuery());
    int begin =
        Arrays.stream(query.split("&", -1))
            .filter(each -> each.startsWith("cursor="))
            .mapToInt(each -> Integer.parseInt(each.substring("cursor=".length())))
            .findFirst()
            .orElse(0);
    List<String> all = List.copyOf(from.files().keySet());
    List<String> page = all.subList(begin, Math.min(all.size(), begin + PAGE));
    if (begin + PAGE < all.size()) {
      String next = endpoint() + uri.getPath() + "?recursive=true&cursor=" + (begin + PAGE);
      exchange.getResponseHeaders().add("Link", "<" + next + ">; rel=\"next\"");
    }
    List<String> entries = new ArrayList<>(List.of("{\"type\":\"directory\",\"path\":\"vae\"}"));
    page.forEach(path -> entries.add(Objects.requireNonNull(from.files().get(path)).entry(path)));
    json(exchange, "[" + String.join(",", entries) + "]");
  }

  private void resolve(HttpExchange exchange, FakeRepository from, String asked)
      throws IOException {
    String prefix = "resolve/" + from.commit() + "/";
    String path = asked.startsWith(prefix) ? asked.substring(prefix.length()) : "";
    HubContent content = from.files().get(path);
    if (content == null) {
      status(404, "X-Error-Code", "EntryNotFound").give(exchange);
      return;
    }
    exchange.getResponseHeaders().add("X-Repo-Commit", from.commit());
    if (content.isLarge()) {
      exchange.getResponseHeaders().add("X-Linked-Etag", '"' + content.hash() + '"');
      String place = from == first ? "/" + path : "/" + content.hash() + "/" + path;
      exchange.getResponseHeaders().add("Location", storage() + place + "?signature=secret");
      exchange.sendResponseHeaders(302, -1);
    } else {
      exchange.getResponseHeaders().add("ETag", '"' + content.hash() + '"');
      send(exchange, content.bytes());
    }
  }

  /** Sends a large file, which the first repository stores by its path and others by its hash. */
  private void sendStored(HttpExchange exchange, String path) throws IOException {
    HubContent content = first.files().get(path.substring(1));
    for (FakeRepository each : repositories.values()) {
      for (HubContent other : each.files().values()) {
        if (content == null && path.startsWith("/" + other.hash() + "/")) {
          content = other;
        }
      }
    }
    if (content == null) {
      status(404).give(exchange);
    } else {
      send(exchange, content.bytes());
    }
  }

  /** Sends the whole file, or the part from the requested byte on. */
  private void send(HttpExchange exchange, byte[] content) throws IOException {
    String range = header(exchange, "Range");
    int from = range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    }
    int rest = content.length - from;
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest == 0 ? -1 : rest);
    exchange.getResponseBody().write(content, from, rest);
  }

  private static void json(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    hub.stop(0);
    storage.stop(0);
    threads.shutdownNow();
  }
}
